import type { QuarantinedInput } from "../core/engine/quarantine.ts";
import type { AtWork } from "./mark.ts";

/** Counts what the data plane was at each time it died or hung, and names the input that did it twice. */
export class Blame {
  readonly #seen = new Map<string, number>();
  readonly #quarantined: QuarantinedInput[] = [];

  /** All so far. A new data plane is told; it keeps for itself those it still needs. */
  get quarantined(): readonly QuarantinedInput[] {
    return this.#quarantined;
  }

  /** @returns the input that is in quarantine now, if this was the second time */
  take(at: AtWork | undefined, cause: string): QuarantinedInput | undefined {
    if (!at) return undefined;
    const name = `${at.position} ${at.flow}`;
    const times = (this.#seen.get(name) ?? 0) + 1;
    this.#seen.set(name, times);
    if (times < 2) return undefined;
    this.#seen.delete(name);
    const input = { ...at, cause };
    this.#quarantined.push(input);
    return input;
  }
}

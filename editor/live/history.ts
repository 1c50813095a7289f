import type { NodeLive, SampleLive } from "../../runtime/protocol/live.ts";

const historyMs = 5 * 60_000;
/** A line on a chart gains nothing from more. */
const gapMsMin = 1_000;
const samplesPerNodeMax = 600;
/** Over all nodes of the watched flow: some ten megabytes at most. */
const samplesMax = 24_000;

/** The messages this browser has seen arrive at each node during the last minutes, thinned to one a second and key. */
export class SampleHistory {
  readonly #nodes = new Map<string, readonly SampleLive[]>();

  /** @param now the runtime's clock, ms since epoch */
  add(node: string, live: NodeLive, now: number): void {
    const sample = Object.values(live.inputs)[0]?.last ?? Object.values(live.outputs)[0]?.last;
    if (!sample || sample.payloadBytes !== undefined) return;
    const known = this.of(node);
    const before = known.findLast((each) => each.key === sample.key);
    if (before && sample.at - before.at < gapMsMin) return;
    const most = Math.min(samplesPerNodeMax, Math.ceil(samplesMax / (this.#nodes.size + 1)));
    const fresh = known.filter((each) => each.at >= now - historyMs);
    this.#nodes.set(node, [...fresh, sample].slice(-most));
  }

  clear(): void {
    this.#nodes.clear();
  }

  /** Oldest first; the same list until something is added. */
  of(node: string): readonly SampleLive[] {
    return this.#nodes.get(node) ?? none;
  }
}

const none: readonly SampleLive[] = [];

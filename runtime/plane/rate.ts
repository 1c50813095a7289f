import { limits } from "./limits.ts";

/** Events per second of a growing count, averaged over the last seconds. */
export class Rate {
  /** Observations, oldest first; the first is the newest one that is at least as old as the span. */
  readonly #seen: { readonly count: number; readonly at: number }[] = [];

  /** Takes in an observation. @param at ms since epoch @returns the rate, 0 at the first observation */
  perSecond(count: number, at: number): number {
    const seen = this.#seen;
    // The count starts again with a redeploy, and the clock may have been set back.
    const last = seen.at(-1);
    if (last && (last.count > count || last.at > at)) seen.length = 0;
    while (seen.length > 1 && seen[1]!.at <= at - limits.rateOverMs) seen.shift();
    seen.push({ count, at });
    const first = seen[0]!;
    return at > first.at ? Math.round(((count - first.count) * 100_000) / (at - first.at)) / 100 : 0;
  }
}

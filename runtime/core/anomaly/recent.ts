/** What has been usual of late: mean and spread that fade (EWMA), by the readings' own times, however irregular. */
import { add, clipped, fade, type Moments, noMoments, spreadOf } from "./moments.ts";
import { firstOf, next, type Repeats } from "./repeats.ts";
import { type Baseline, offBy, sigmas, type Verdict } from "./verdict.ts";

export interface Recent {
  moments: Moments;
  /** Absent before the first reading. */
  repeats?: Repeats;
}

/**
 * Readings that must weigh in before far ones are clipped, and before one is judged at all. A spread of fewer is too
 * often too small.
 */
export const weightMin = 4;
/** With the last half of a reading the past has faded: a sensor that was away so long starts anew. */
const wornOutBelow = 0.5;

export function recentBaseline(halfLifeMs: number): Baseline<Recent> {
  return {
    begin: (_key, at) => ({ moments: noMoments(at) }),
    isWornOut: ({ moments, repeats }, at) =>
      repeats !== undefined && moments.weight * 2 ** ((moments.at - at) / halfLifeMs) < wornOutBelow,
    observe(known, [value], at) {
      const { moments } = known;
      fade(moments, at, halfLifeMs);
      const verdict = moments.weight < weightMin ? undefined : judge(known, value!);
      add(moments, verdict ? clipped(value!, verdict.expected!, verdict.spread!) : value!);
      if (known.repeats) next(known.repeats, value!, at);
      else known.repeats = firstOf(value!, at);
      return verdict;
    },
  };
}

/** A stream that has never changed cannot be judged: how far it moves is not known. */
function judge({ moments, repeats }: Recent, value: number): Verdict | undefined {
  if (!repeats || repeats.step === 0) return undefined;
  const expected = moments.mean;
  // No finer than the sensor measures: after an hour at 21.0 a reading of 21.1 is nothing to report.
  const spread = Math.max(spreadOf(moments), repeats.step);
  const sigma = sigmas(value - expected, spread);
  return {
    sigma,
    expected,
    spread,
    explain: () => offBy(value, sigma, expected, spread, "recent", ""),
  };
}

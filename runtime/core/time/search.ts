/**
 * Looking for instants that belong to local days, day by day. By the sun an instant can lie far outside the day it belongs to:
 * where clocks show another time than the sun, after a shift, and at the end of a night.
 */

/** Instants of a day lie less than this many days away from it. */
export const daysReach = 4;

/** A date that is there every year, 29 February included, comes within this many days, also across 2100. */
export const daysSearchedMax = 9 * 366;

/**
 * @param today the local day of `after`
 * @param daysMax how many days from then on are looked at
 * @returns the earliest of the days' instants that is later than `after`
 */
export function earliestAfter(
  after: number,
  today: number,
  daysMax: number,
  instantsOf: (day: number) => readonly number[],
): number | undefined {
  let found: number | undefined;
  let last = today + daysMax;
  for (let day = today - daysReach; day <= last; day++) {
    for (const instant of instantsOf(day)) {
      if (instant <= after || (found !== undefined && instant >= found)) continue;
      // Days that follow may still hold an earlier one, but not without end.
      if (found === undefined) last = Math.min(last, Math.max(day, today) + 2 * daysReach);
      found = instant;
    }
  }
  return found;
}

/** @returns the latest of the days' instants that is not later than `until` */
export function latestUntil(
  until: number,
  today: number,
  daysMax: number,
  instantsOf: (day: number) => readonly number[],
): number | undefined {
  const found = earliestAfter(-until - 1, -today, daysMax, (day) =>
    instantsOf(-day).map((instant) => -instant),
  );
  return found === undefined ? undefined : -found;
}

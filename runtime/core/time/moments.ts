/** Times of day on days of the week: when one comes next, and which came last. */
import { weekday } from "./civil.ts";
import { type DayTime, type Locality, onDay } from "./dayTime.ts";
import { daysReach, daysSearchedMax, earliestAfter, latestUntil } from "./search.ts";
import { localDay } from "./zoned.ts";

export interface Moment<Value> {
  /** 1 for Monday to 7 for Sunday. */
  readonly days: ReadonlySet<number>;
  readonly at: DayTime;
  readonly value: Value;
}

export interface Occurrence<Value> {
  readonly at: number;
  /** Of all moments that come then, in the order of the list. */
  readonly values: readonly Value[];
}

/**
 * The first occurrence later than an instant. On a day on which the sun does not come to a moment's altitude there is none.
 * @returns undefined when there is none for years
 */
export function nextOccurrence<Value>(
  moments: readonly Moment<Value>[],
  after: number,
  locality: Locality,
): Occurrence<Value> | undefined {
  return found(moments, after, locality, earliestAfter);
}

/** The last occurrence at or before an instant. */
export function lastOccurrence<Value>(
  moments: readonly Moment<Value>[],
  until: number,
  locality: Locality,
): Occurrence<Value> | undefined {
  return found(moments, until, locality, latestUntil);
}

function found<Value>(
  moments: readonly Moment<Value>[],
  from: number,
  locality: Locality,
  search: typeof earliestAfter,
): Occurrence<Value> | undefined {
  const onDays = (day: number) =>
    moments.flatMap(({ days, at, value }) => {
      if (!days.has(weekday(day))) return [];
      const time = onDay(at, day, locality);
      return time.happens ? [{ at: time.at, value }] : [];
    });
  const instants = (day: number) => onDays(day).map(({ at }) => at);
  const at = search(from, localDay(from, locality.offsetMs), daysSearchedMax, instants);
  if (at === undefined) return undefined;
  const today = localDay(at, locality.offsetMs);
  const values: Value[] = [];
  for (let day = today - daysReach; day <= today + daysReach; day++) {
    values.push(...onDays(day).flatMap((each) => (each.at === at ? [each.value] : [])));
  }
  return { at, values };
}

/** Which window a time belongs to. Windows are [start, end), ms since epoch, without gaps between them. */
import { floorTo } from "../time/align.ts";
import { civilFromDays, dayMs, daysFromCivil } from "../time/civil.ts";
import { localInstant } from "../time/zoned.ts";

export interface Span {
  readonly start: number;
  readonly end: number;
}
export type Assigner = (time: number) => Span;
export type Period = "day" | "week" | "month";

/** Windows of one length, aligned to the epoch plus an offset (Flink's TimeWindow.getWindowStartWithOffset). */
export function fixedAssigner(sizeMs: number, offsetMs: number): Assigner {
  return (time) => {
    const start = floorTo(time - offsetMs, sizeMs) + offsetMs;
    return { start, end: start + sizeMs };
  };
}

/**
 * Days, weeks from Monday, or months of a calendar in a zone: from the first instant of the first day to the first
 * instant of the day after the last, so a day has 23 or 25 hours when the clocks change.
 * @param zoneOffsetMs offset of local time from UTC at an instant
 */
export function calendarAssigner(period: Period, zoneOffsetMs: (at: number) => number): Assigner {
  /** The window of the last message, which is that of nearly every next one: offsets are slow to look up. */
  let recent: Span = { start: 0, end: 0 };
  return (time) => {
    if (time >= recent.start && time < recent.end) return recent;
    let first = firstDay(period, Math.floor((time + zoneOffsetMs(time)) / dayMs), 0);
    let start = localInstant(first * dayMs, zoneOffsetMs);
    let next = firstDay(period, first, 1);
    let end = localInstant(next * dayMs, zoneOffsetMs);
    // Where clocks were set back over midnight, the date alone does not tell the side.
    while (time >= end) {
      [first, start, next] = [next, end, firstDay(period, next, 1)];
      end = localInstant(next * dayMs, zoneOffsetMs);
    }
    recent = { start, end };
    return recent;
  };
}

/** The first day of the period a day lies in, or of one `ahead` of it; days are counted from 1970-01-01, a Thursday. */
function firstDay(period: Period, day: number, ahead: 0 | 1): number {
  if (period === "day") return day + ahead;
  if (period === "week") return floorTo(day + 3, 7) - 3 + 7 * ahead;
  const { year, month } = civilFromDays(day);
  return month + ahead > 12 ? daysFromCivil(year + 1, 1, 1) : daysFromCivil(year, month + ahead, 1);
}

/**
 * Times of day as people write them: `07:30`, or by the sun: `sunset`, `sunrise + 30 min`,
 * `sunset - 15 min, not before 16:30, not after 21:00`.
 */
import { dayMs } from "./civil.ts";
import { parseDuration } from "./duration.ts";
import { isMorning, type Place, type SunEvent, sunEvents, sunTime } from "./sun.ts";
import { localInstant, type ZoneOffset } from "./zoned.ts";

export type DayTime =
  | { readonly by: "clock" /** Since midnight by the clock; up to 24:00. */; readonly clockMs: number }
  | {
      readonly by: "sun";
      readonly event: SunEvent;
      /** Negative: before the event. */
      readonly shiftMs: number;
      readonly notBeforeMs?: number;
      readonly notAfterMs?: number;
    };

/** Where days are lived: what makes a time of day an instant. */
export interface Locality {
  readonly offsetMs: ZoneOffset;
  /** Needed for times by the sun. */
  readonly place?: Place;
}

/** @returns undefined when the text is not a time of day */
export function parseDayTime(text: string): DayTime | undefined {
  const [base = "", ...bounds] = text
    .trim()
    .toLowerCase()
    .split(",")
    .map((part) => part.trim());
  const clockMs = parseClock(base);
  if (clockMs !== undefined) return bounds.length === 0 ? { by: "clock", clockMs } : undefined;
  const [, name = "", sign, shift] = /^([a-z ]+?)(?:\s*([+\-−–])\s*(\d.*))?$/.exec(base) ?? [];
  const event = sunEvents.find((each) => each === name);
  const shiftMs = shift === undefined ? 0 : parseDuration(shift);
  if (!event || shiftMs === undefined || shiftMs > shiftMsMax) return undefined;
  let limits: { notBeforeMs?: number; notAfterMs?: number } = {};
  for (const bound of bounds) {
    const [, which, time = ""] = /^not (before|after) (.+)$/.exec(bound) ?? [];
    const boundMs = parseClock(time);
    if (boundMs === undefined) return undefined;
    limits = which === "before" ? { ...limits, notBeforeMs: boundMs } : { ...limits, notAfterMs: boundMs };
  }
  if ((limits.notBeforeMs ?? 0) > (limits.notAfterMs ?? dayMs)) return undefined;
  return { by: "sun", event, shiftMs: sign === "+" || shiftMs === 0 ? shiftMs : -shiftMs, ...limits };
}

/** Beyond half a day another event is meant. */
const shiftMsMax = dayMs / 2;

function parseClock(text: string): number | undefined {
  const [, hour, minute] = /^(\d{1,2})[:.](\d{2})$/.exec(text) ?? [];
  if (hour === undefined || Number(minute) > 59) return undefined;
  const ms = (Number(hour) * 60 + Number(minute)) * 60_000;
  return ms <= dayMs ? ms : undefined;
}

/** Second half of the day? Events of the sun lie in the half they are named for, whatever the clock shows. */
export function isAfterNoon(time: DayTime): boolean {
  return time.by === "clock" ? time.clockMs >= dayMs / 2 : !isMorning(time.event);
}

/** Does a stretch that begins at `from` end on the day after? */
export function endsNextDay(from: DayTime, to: DayTime): boolean {
  if (from.by === "clock" && to.by === "clock") return to.clockMs <= from.clockMs;
  return isAfterNoon(from) && !isAfterNoon(to);
}

/**
 * When a time of day comes on a local day. Where the sun does not come to the event's altitude that day, the time is that of
 * `SunTime.at`, within the bounds.
 * @returns `happens`: false for such a day, unless a bound says when at the latest or earliest
 */
export function onDay(
  time: DayTime,
  day: number,
  { offsetMs, place }: Locality,
): { readonly at: number; readonly happens: boolean } {
  const clock = (ms: number) => localInstant(day * dayMs + ms, offsetMs);
  if (time.by === "clock") return { at: clock(time.clockMs), happens: true };
  if (!place) throw new Error(`${time.event} was asked for without a place`);
  const sun = sunTime(time.event, clock(dayMs / 2), place);
  const free = sun.at + time.shiftMs;
  const notBefore = time.notBeforeMs === undefined ? free : clock(time.notBeforeMs);
  const notAfter = time.notAfterMs === undefined ? Number.POSITIVE_INFINITY : clock(time.notAfterMs);
  const at = Math.min(notAfter, Math.max(notBefore, free));
  return { at, happens: sun.stays === undefined || at !== free };
}

/** Where the periods of a weekly programme lie, for a drawing of the week. */
import { type DayTime, endsNextDay, parseDayTime } from "../../runtime/core/time/dayTime.ts";
import type { SunEvent } from "../../runtime/core/time/sun.ts";

export interface Bar {
  /** Hours since midnight, 0 to 24. */
  readonly from: number;
  readonly to: number;
}

export interface WeekBars {
  /** Monday to Sunday. */
  readonly days: readonly (readonly Bar[])[];
  /** Some of it goes by the sun, which is drawn as on a day at the equinox. */
  readonly bySun: boolean;
}

/** @param rows as the form has them: those that are not complete yet are left out */
export function weekBars(rows: readonly unknown[], dayOrder: readonly string[]): WeekBars {
  const days: Bar[][] = dayOrder.map(() => []);
  let bySun = false;
  for (const row of rows) {
    const { days: chosen, from: fromText, to: toText } = (row ?? {}) as Readonly<Record<string, unknown>>;
    const from = parseDayTime(String(fromText));
    const to = parseDayTime(String(toText));
    if (!from || !to || !Array.isArray(chosen)) continue;
    bySun ||= from.by === "sun" || to.by === "sun";
    const start = hourOf(from);
    const end = hourOf(to) + (endsNextDay(from, to) ? 24 : 0);
    for (const [index, day] of dayOrder.entries()) {
      if (!chosen.includes(day) || end <= start) continue;
      days[index]!.push({ from: start, to: Math.min(end, 24) });
      if (end > 24) days[(index + 1) % days.length]!.push({ from: 0, to: Math.min(end - 24, 24) });
    }
  }
  return { days, bySun };
}

const equinox: Readonly<Record<SunEvent, number>> = {
  "nautical dawn": 5,
  dawn: 5.5,
  sunrise: 6,
  sunset: 18,
  dusk: 18.5,
  "nautical dusk": 19,
};
const hourMs = 3_600_000;

function hourOf(time: DayTime): number {
  if (time.by === "clock") return time.clockMs / hourMs;
  const free = equinox[time.event] + time.shiftMs / hourMs;
  const bounded = Math.min(
    (time.notAfterMs ?? 24 * hourMs) / hourMs,
    Math.max((time.notBeforeMs ?? 0) / hourMs, free),
  );
  return Math.min(24, Math.max(0, bounded));
}

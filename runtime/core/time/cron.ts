/**
 * Cron schedules of five fields: minute, hour, day of month, month, day of week.
 *
 * Fields take `*`, numbers, ranges `8-18`, steps `0/15` or `8-18/2`, lists `1,15`, and names `MON`, `JAN`; Sunday is 0 or 7.
 * When both day fields are restricted, either may match (POSIX crontab).
 *
 * Clock changes follow Vixie cron: a schedule for every hour runs by elapsed time, through both passes of a repeated
 * hour; any other runs once, at the first pass, and a time the clock skips runs as much later as the clock was advanced.
 */
import { civilFromDays, dayMs, weekday } from "./civil.ts";

export interface CronSchedule {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly daysOfWeek: ReadonlySet<number>;
  /** Both day fields are restricted, so one that matches is enough. */
  readonly eitherDay: boolean;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** No schedule that ever runs pauses longer: 29 February on one weekday recurs within 40 years, also across 2100. */
const searchDaysMax = 41 * 366;

/** @returns undefined when the text is not a schedule */
export function parseCron(text: string): CronSchedule | undefined {
  const fields = text.trim().toUpperCase().split(/\s+/);
  if (fields.length !== 5) return undefined;
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields as [string, string, string, string, string];
  const minutes = parseField(minute, 0, 59, []);
  const hours = parseField(hour, 0, 23, []);
  const daysOfMonth = parseField(dayOfMonth, 1, 31, []);
  const months = parseField(month, 1, 12, monthNames);
  const daysOfWeek = parseField(dayOfWeek, 0, 7, dayNames);
  if (!minutes || !hours || !daysOfMonth || !months || !daysOfWeek) return undefined;
  return {
    minutes,
    hours,
    daysOfMonth: new Set(daysOfMonth),
    months: new Set(months),
    daysOfWeek: new Set(daysOfWeek.map((day) => day % 7)),
    eitherDay: !dayOfMonth.startsWith("*") && !dayOfWeek.startsWith("*"),
  };
}

/**
 * The first time the schedule runs after an instant.
 * @param after ms since epoch; the result is greater
 * @param offsetMs local time minus UTC at an instant, ms
 * @returns ms since epoch, or undefined when it never runs, such as on 30 February
 */
export function nextCron(
  schedule: CronSchedule,
  after: number,
  offsetMs: (at: number) => number,
): number | undefined {
  // Local times are handled as if they were UTC. The day before matters when a repeated hour spans midnight.
  const firstDay = Math.floor((after + offsetMs(after)) / dayMs) - 1;
  for (let day = firstDay; day < firstDay + searchDaysMax; day++) {
    if (!dayMatches(schedule, day)) continue;
    const found = nextInDay(schedule, day * dayMs, after, offsetMs);
    if (found !== undefined) return found;
  }
  return undefined;
}

const monthNames = ["", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const dayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

function parseField(text: string, min: number, max: number, names: readonly string[]): number[] | undefined {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const found = /^(?:\*|([A-Z0-9]+)(?:-([A-Z0-9]+))?)(?:\/(\d{1,2}))?$/.exec(part);
    if (!found) return undefined;
    const [, fromText, toText, stepText] = found;
    const from = fromText === undefined ? min : numberOf(fromText, names);
    // `5/15` means from 5 to the end, as in Vixie cron's successors; `5` alone means 5.
    const end = fromText === undefined || stepText !== undefined ? max : from;
    const to = toText === undefined ? end : numberOf(toText, names);
    const step = stepText === undefined ? 1 : Number(stepText);
    if (from === undefined || to === undefined || step < 1 || from < min || to > max || from > to)
      return undefined;
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function numberOf(text: string, names: readonly string[]): number | undefined {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const index = text === "" ? -1 : names.indexOf(text);
  return index < 0 ? undefined : index;
}

function dayMatches(schedule: CronSchedule, day: number): boolean {
  const { month, day: dayOfMonth } = civilFromDays(day);
  if (!schedule.months.has(month)) return false;
  const byMonth = schedule.daysOfMonth.has(dayOfMonth);
  // 1 January 1970 was a Thursday.
  const byWeek = schedule.daysOfWeek.has(weekday(day) % 7);
  return schedule.eitherDay ? byMonth || byWeek : byMonth && byWeek;
}

/** @param localDay midnight of the day in local time, as if it were UTC */
function nextInDay(
  schedule: CronSchedule,
  localDay: number,
  after: number,
  offsetMs: (at: number) => number,
): number | undefined {
  const everyHour = schedule.hours.length === 24;
  // Offsets lie between -12 h and +14 h, so these two instants surround the local day.
  const before = offsetMs(localDay - 15 * hourMs);
  const later = offsetMs(localDay + dayMs + 15 * hourMs);
  let next: number | undefined;
  for (const hour of schedule.hours) {
    for (const minute of schedule.minutes) {
      const local = localDay + hour * hourMs + minute * minuteMs;
      for (const instant of before === later
        ? [local - before]
        : instantsOf(local, everyHour, [before, later], offsetMs)) {
        if (instant > after && (next === undefined || instant < next)) next = instant;
      }
      // Without a clock change, later times of day are later instants.
      if (next !== undefined && before === later) return next;
    }
  }
  return next;
}

/** The instants at which clocks show a local time around a change of offset, as far as the schedule runs at them. */
function instantsOf(
  local: number,
  everyHour: boolean,
  [before, later]: readonly [number, number],
  offsetMs: (at: number) => number,
): readonly number[] {
  const shown = [local - before, local - later].filter((instant) => instant + offsetMs(instant) === local);
  shown.sort((a, b) => a - b);
  if (everyHour) return shown;
  return [shown[0] ?? local - before];
}

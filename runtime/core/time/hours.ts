/** A weekly programme as a config: its fields, what can be wrong with them, its words for a card, and the programme itself. */
import type { FieldProblem } from "../nodeType.ts";
import type { OperatorEnv } from "../operator.ts";
import { type Day, dayNames, type FieldHints, field } from "../schema.ts";
import { type Exception, Programme } from "./calendar.ts";
import { parseDates } from "./dates.ts";
import { type Locality, parseDayTime } from "./dayTime.ts";

/** The days of a row; Monday to Friday to begin with. */
export const daysField = field.days({ title: "Days", default: ["mon", "tue", "wed", "thu", "fri"] });

export const fromToFields = {
  from: field.dayTime({ title: "From", default: "08:00" }),
  to: field.dayTime({ title: "To", default: "18:00" }),
};

/** The place, for times by the sun. Spread into `config({...})`, beside the time zone. */
export function placeFields(hints: Pick<FieldHints, "visibleIf"> = {}) {
  return {
    latitude: field.optional(
      field.number({
        title: "Latitude",
        placeholder: "59.91",
        minimum: -90,
        maximum: 90,
        unit: "°",
        help: "North and east are positive. Needed for sunrise and sunset.",
        ...hints,
      }),
    ),
    longitude: field.optional(
      field.number({
        title: "Longitude",
        placeholder: "10.75",
        minimum: -180,
        maximum: 180,
        unit: "°",
        ...hints,
      }),
    ),
  };
}

export const exceptionFields = {
  on: field.text({
    title: "On",
    placeholder: "12-25",
    default: "",
    maxLength: 40,
    help: "2026-12-24, or 2026-12-24 to 2027-01-02; without the year it is every year: 12-25.",
  }),
  name: field.text({ title: "Called", placeholder: "Christmas", default: "", maxLength: 80 }),
};

/** What every kind of period has; a schedule's have a value besides. */
export interface PeriodConfig {
  readonly from: string;
  readonly to: string;
}
export interface WeekPeriodConfig extends PeriodConfig {
  readonly days: readonly Day[];
}
export interface ExceptionConfig<Row extends PeriodConfig> {
  readonly on: string;
  readonly periods: readonly Row[];
}
/** A type whose fields may be missing: configs are looked at while people write them. */
export type Half<Value> = Value extends readonly (infer Item)[]
  ? readonly Half<Item>[]
  : Value extends object
    ? { readonly [Name in keyof Value]?: Half<Value[Name]> | undefined }
    : Value;

export interface LocalityConfig {
  readonly zone: string;
  readonly latitude?: number | undefined;
  readonly longitude?: number | undefined;
}

export function localityOf({ zone, latitude, longitude }: LocalityConfig, env: OperatorEnv): Locality {
  const offsetMs = (at: number) => env.zoneOffsetMs(zone, at);
  return latitude === undefined || longitude === undefined
    ? { offsetMs }
    : { offsetMs, place: { latitude, longitude } };
}

/** The days of a row as the calendar counts them. */
export function weekdays(days: readonly Day[]): ReadonlySet<number> {
  return new Set(days.map((day) => dayOrder.indexOf(day) + 1));
}

/**
 * The programme of a config that was checked.
 * @param valueDuring what holds during a row
 */
export function programmeOf<Row extends PeriodConfig, Value>(
  week: readonly (Row & WeekPeriodConfig)[],
  exceptions: readonly ExceptionConfig<Row>[],
  locality: Locality,
  valueDuring: (row: Row) => Value,
  same?: (one: Value | undefined, other: Value | undefined) => boolean,
): Programme<Value> {
  const period = (row: Row) => ({
    from: parseDayTime(row.from)!,
    to: parseDayTime(row.to)!,
    value: valueDuring(row),
  });
  return new Programme(
    week.map((row) => ({ ...period(row), days: weekdays(row.days) })),
    exceptions.map(
      ({ on, periods }): Exception<Value> => ({ dates: parseDates(on)!, periods: periods.map(period) }),
    ),
    locality,
    same,
  );
}

/** Exceptions whose dates cannot be read. */
export function exceptionProblems(
  exceptions: readonly Half<ExceptionConfig<PeriodConfig>>[],
): FieldProblem[] {
  return exceptions.flatMap(({ on = "" }, index) => {
    if (parseDates(on)) return [];
    const message =
      on.trim() === ""
        ? "Say on which date, such as 2026-12-24, or 12-25 for every year."
        : `“${on}” is not a date. Write it like 2026-12-24, 2026-12-24 to 2027-01-02, or 12-25 for every year.`;
    return [{ field: `/exceptions/${index}/on`, message }];
  });
}

/** Times by the sun need a place. */
export function placeProblems(
  times: readonly (string | undefined)[],
  { latitude, longitude }: Half<LocalityConfig>,
): FieldProblem[] {
  const bySun = times.find((text) => parseDayTime(text ?? "")?.by === "sun");
  if (bySun === undefined) return [];
  const missing = [
    ...(latitude === undefined ? ["latitude"] : []),
    ...(longitude === undefined ? ["longitude"] : []),
  ];
  return missing.map((name) => ({
    field: `/${name}`,
    message: `“${bySun}” needs the ${name} of the place.`,
  }));
}

/** "Mon–Fri, Sun" */
export function daysText(days: readonly Day[]): string {
  const chosen = dayOrder.map((day) => days.includes(day));
  if (chosen.every(Boolean)) return "daily";
  const parts: string[] = [];
  for (let first = 0; first < dayOrder.length; first++) {
    if (!chosen[first]) continue;
    let last = first;
    while (chosen[last + 1]) last++;
    if (last - first < 2) last = first;
    parts.push(last === first ? short(first) : `${short(first)}–${short(last)}`);
    first = last;
  }
  return parts.join(", ") || "no day";
}

/** "Mon–Fri 08:00–18:00 and 2 more" */
export function weekText(week: readonly Half<WeekPeriodConfig>[]): string {
  const [first, ...more] = week;
  if (!first) return "no period";
  const text = `${daysText(first.days ?? [])} ${first.from || "…"}–${first.to || "…"}`;
  return more.length === 0 ? text : `${text} and ${more.length} more`;
}

const dayOrder = Object.keys(dayNames) as readonly Day[];

function short(index: number): string {
  return dayNames[dayOrder[index]!].slice(0, 3);
}

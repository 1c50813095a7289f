import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Exception, Programme, type WeekPeriod } from "../../../runtime/core/time/calendar.ts";
import { parseDates } from "../../../runtime/core/time/dates.ts";
import { parseDayTime } from "../../../runtime/core/time/dayTime.ts";
import { testPlatform } from "../../harness/platform.ts";

const minute = 60_000;
const day = 24 * 60;

interface Row {
  readonly days: readonly number[];
  /** "HH:MM" */
  readonly from: string;
  readonly to: string;
  readonly value: string;
}
interface ExceptionRow {
  readonly on: string;
  readonly periods: readonly Omit<Row, "days">[];
}

function offsetIn(zone: string) {
  return (at: number) => testPlatform.zoneOffsetMs(zone, at)!;
}

function programme(rows: readonly Row[], exceptions: readonly ExceptionRow[], zone: string) {
  const period = ({ from, to, value }: Omit<Row, "days">) => ({
    from: parseDayTime(from)!,
    to: parseDayTime(to)!,
    value,
  });
  const week: WeekPeriod<string>[] = rows.map((row) => ({ ...period(row), days: new Set(row.days) }));
  const apart: Exception<string>[] = exceptions.map(({ on, periods }) => ({
    dates: parseDates(on)!,
    periods: periods.map(period),
  }));
  return new Programme(week, apart, { offsetMs: offsetIn(zone) });
}

/** Minutes of a clock text. */
function minutesOf(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

/** Written with Date and texts, apart from the code under test. */
function isException(on: string, iso: string): boolean {
  const [first, last = first] = on.split(" to ") as [string, string?];
  const shown = first.length === 5 ? iso.slice(5) : iso;
  return first <= last ? first <= shown && shown <= last : shown >= first || shown <= last;
}

/**
 * Every minute from `start` on by a wall clock that stands still, when clocks are set back, until they have caught up.
 * @returns what holds in each minute
 */
function walk(
  rows: readonly Row[],
  exceptions: readonly ExceptionRow[],
  zone: string,
  start: number,
  count: number,
) {
  const offsetMs = offsetIn(zone);
  // Three days earlier, so that what began before is known.
  const lead = 3 * day;
  const clock: number[] = [];
  for (let index = 0; index < count + lead; index++) {
    const at = start + (index - lead) * minute;
    clock.push(Math.max(clock.at(-1) ?? Number.NEGATIVE_INFINITY, (at + offsetMs(at)) / minute));
  }
  const held: (string | undefined)[] = new Array(clock.length).fill(undefined);
  const since: number[] = new Array(clock.length).fill(-1);
  const indexOf = (local: number) => lowerBound(clock, local);
  const firstDay = Math.floor(clock[0]! / day);
  for (let today = firstDay; today <= Math.floor(clock.at(-1)! / day); today++) {
    const date = new Date(today * day * minute);
    const iso = date.toISOString().slice(0, 10);
    const weekday = date.getUTCDay() === 0 ? 7 : date.getUTCDay();
    const exception = exceptions.find(({ on }) => isException(on, iso));
    for (const { from, to, value } of exception?.periods ??
      rows.filter((row) => row.days.includes(weekday))) {
      const begin = today * day + minutesOf(from);
      const end = today * day + minutesOf(to) + (minutesOf(to) <= minutesOf(from) ? day : 0);
      const first = indexOf(begin);
      for (let index = first; index < Math.min(indexOf(end), clock.length); index++) {
        if (first > since[index]!) [held[index], since[index]] = [value, first];
      }
    }
  }
  return held.slice(lead);
}

/** The first index whose value is not less. */
function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Compares every minute, and every change, of a stretch. */
function compare(
  rows: readonly Row[],
  exceptions: readonly ExceptionRow[],
  zone: string,
  start: number,
  count: number,
) {
  const expected = walk(rows, exceptions, zone, start, count);
  const actual = programme(rows, exceptions, zone);
  let until = start;
  for (const [index, value] of expected.entries()) {
    const at = start + index * minute;
    const holding = actual.at(at);
    // What was told to hold until now has to end now, and not before.
    const ends = index === 0 || value !== expected[index - 1];
    if (holding.value === value && ends === (until === at) && holding.until > at) until = holding.until;
    else expect.unreachable(`${new Date(at).toISOString()} ${zone}: ${value}, not ${holding.value}`);
  }
}

const clockText = fc
  .tuple(fc.nat(23), fc.constantFrom(0, 15, 30, 59))
  .map(([hour, min]) => `${String(hour).padStart(2, "0")}:${String(min).padStart(2, "0")}`);
/** Often around the hours in which clocks change. */
const time = fc.oneof(
  clockText,
  fc.constantFrom("00:00", "01:30", "02:00", "02:30", "02:59", "03:00", "24:00"),
);
const periodRow = fc.record({
  from: time.filter((text) => text !== "24:00"),
  to: time,
  value: fc.constantFrom("a", "b", "c"),
});
const row = fc
  .record({ row: periodRow, days: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }) })
  .map(({ row: each, days }) => ({ ...each, days }));
const exceptionRow = fc.record({
  on: fc.constantFrom(
    "2027-03-28",
    "2027-10-30 to 2027-11-08",
    "02-29",
    "12-24 to 01-02",
    "03-28",
    "2027-11-07",
    "2028-02-28 to 2028-03-01",
  ),
  periods: fc.array(periodRow, { maxLength: 2 }),
});
/** Clock changes at night, at midnight, by half an hour, by two hours; and none. */
const zones = [
  "Europe/Oslo",
  "America/New_York",
  "America/Santiago",
  "Australia/Lord_Howe",
  "Antarctica/Troll",
  "Asia/Beirut",
  "Asia/Kolkata",
];

describe("a weekly programme beside a walk through every minute", () => {
  it("agrees around clock changes, leap days and turns of the year", () => {
    const starts = [
      "2027-03-10",
      "2027-03-26",
      "2027-04-01",
      "2027-08-30",
      "2027-10-01",
      "2027-10-28",
      "2027-11-04",
      "2027-12-22",
      "2028-02-25",
    ];
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 4 }),
        fc.array(exceptionRow, { maxLength: 2 }),
        fc.constantFrom(...zones),
        fc.constantFrom(...starts),
        (rows, exceptions, zone, from) => compare(rows, exceptions, zone, Date.parse(from), 8 * day),
      ),
      { numRuns: 150 },
    );
  });

  it("agrees through three years with a leap day", () => {
    const rows: Row[] = [
      { days: [1, 2, 3, 4, 5], from: "07:00", to: "17:00", value: "21" },
      { days: [1, 2, 3, 4, 5], from: "12:00", to: "12:45", value: "19" },
      { days: [5, 6], from: "22:00", to: "02:30", value: "20" },
      { days: [7], from: "02:30", to: "03:15", value: "22" },
    ];
    const exceptions: ExceptionRow[] = [
      { on: "2027-12-24", periods: [{ from: "08:00", to: "12:00", value: "18" }] },
      { on: "12-24 to 01-02", periods: [] },
      { on: "02-29", periods: [{ from: "00:00", to: "24:00", value: "5" }] },
      { on: "2027-07-01 to 2027-07-31", periods: [{ from: "23:30", to: "00:30", value: "16" }] },
    ];
    compare(rows, exceptions, "Europe/Oslo", Date.parse("2026-11-20"), 3 * 366 * day);
  });
});

describe("a weekly programme", () => {
  const at = (text: string) => Date.parse(text);

  it("gives a period to the day it begins on, so that a closed day does not cut the night before", () => {
    const rows: Row[] = [{ days: [1, 2, 3, 4, 5, 6, 7], from: "22:00", to: "06:00", value: "night" }];
    const night = programme(rows, [{ on: "12-25", periods: [] }], "UTC");
    expect(night.at(at("2026-12-25T05:59Z"))).toEqual({ value: "night", until: at("2026-12-25T06:00Z") });
    expect(night.at(at("2026-12-25T23:00Z"))).toEqual({ value: undefined, until: at("2026-12-26T22:00Z") });
  });

  it("is closed on no day that is not there: 30 December 2011 on Samoa", () => {
    const rows: Row[] = [{ days: [4, 5, 6], from: "08:00", to: "10:00", value: "open" }];
    const shop = programme(rows, [], "Pacific/Apia");
    // Thursday 29 December at UTC-10, then Saturday 31 December at UTC+14.
    expect(shop.at(at("2011-12-29T20:00Z"))).toEqual({ value: undefined, until: at("2011-12-30T18:00Z") });
  });

  it("finds a change that is years away, and says how far it looked when there is none", () => {
    const rows: Row[] = [{ days: [1, 2, 3, 4, 5, 6, 7], from: "00:00", to: "24:00", value: "on" }];
    const far = programme(rows, [{ on: "2033-05-01", periods: [] }], "UTC");
    expect(far.at(at("2026-01-01")).until).toBe(at("2033-05-01"));
    const never = programme([], [], "UTC").at(at("2026-01-01"));
    expect(never.value).toBeUndefined();
    expect(never.until).toBeGreaterThan(at("2034-01-01"));
  });

  it("does not look through years of periods that all say the same", () => {
    const rows = Array.from({ length: 96 }, (_, quarter) => {
      const time = (of: number) => `${Math.floor(of / 4)}:${String((of % 4) * 15).padStart(2, "0")}`;
      return { from: parseDayTime(time(quarter))!, to: parseDayTime(time(quarter + 1))!, value: "on" };
    });
    const days = new Set([1, 2, 3, 4, 5, 6, 7]);
    let compared = 0;
    const on = new Programme(
      rows.map((row) => ({ ...row, days })),
      [],
      { offsetMs: () => 0 },
      (one, other) => {
        compared++;
        return one === other;
      },
    );
    const { value, until } = on.at(at("2026-01-01"));
    expect(value).toBe("on");
    expect(until).toBeGreaterThan(at("2026-01-01T06:00Z"));
    expect(on.at(until - 1).value).toBe("on");
    expect(compared).toBeLessThan(1_000);
  });

  it("follows the sun, and takes a night without sunrise as one with the next", () => {
    const dark = new Programme(
      [
        {
          days: new Set([1, 2, 3, 4, 5, 6, 7]),
          from: parseDayTime("sunset")!,
          to: parseDayTime("sunrise")!,
          value: "dark",
        },
      ],
      [],
      { offsetMs: offsetIn("Europe/Oslo"), place: { latitude: 69.65, longitude: 18.96 } },
    );
    // Tromsø: no sunrise from late November to mid January, no sunset from mid May to late July.
    for (let each = at("2026-12-01"); each < at("2027-01-10"); each += 10 * minute)
      expect(dark.at(each).value, new Date(each).toISOString()).toBe("dark");
    for (let each = at("2027-05-25"); each < at("2027-07-20"); each += 10 * minute)
      expect(dark.at(each).value, new Date(each).toISOString()).toBeUndefined();
    expect(dark.at(at("2027-03-20T12:00Z")).value).toBeUndefined();
    expect(dark.at(at("2027-03-20T00:00Z")).value).toBe("dark");
  });

  it("leaves out an evening that ends before the sun has set", () => {
    const lights = new Programme(
      [
        {
          days: new Set([1, 2, 3, 4, 5, 6, 7]),
          from: parseDayTime("sunset")!,
          to: parseDayTime("22:00")!,
          value: "on",
        },
      ],
      [],
      { offsetMs: offsetIn("Europe/Oslo"), place: { latitude: 59.91, longitude: 10.75 } },
    );
    expect(lights.at(at("2026-06-21T21:00Z")).value).toBeUndefined();
    expect(lights.at(at("2026-12-21T18:00Z"))).toEqual({ value: "on", until: at("2026-12-21T21:00Z") });
  });
});

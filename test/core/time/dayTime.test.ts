import { describe, expect, it } from "vitest";
import { isOn, parseDates } from "../../../runtime/core/time/dates.ts";
import { endsNextDay, onDay, parseDayTime } from "../../../runtime/core/time/dayTime.ts";
import { lastOccurrence, type Moment, nextOccurrence } from "../../../runtime/core/time/moments.ts";
import { testPlatform } from "../../harness/platform.ts";

const oslo = {
  offsetMs: (at: number) => testPlatform.zoneOffsetMs("Europe/Oslo", at)!,
  place: { latitude: 59.91, longitude: 10.75 },
};
const tromso = { ...oslo, place: { latitude: 69.65, longitude: 18.96 } };
const dayOf = (text: string) => Date.parse(`${text}T00:00Z`) / 86_400_000;
const localText = (at: number) => new Date(at + oslo.offsetMs(at)).toISOString().slice(0, 16);

/** When a time of day comes, in local time; "no" when it does not. */
function shown(text: string, date: string, locality = oslo): string {
  const { at, happens } = onDay(parseDayTime(text)!, dayOf(date), locality);
  return happens ? localText(at) : "no";
}

describe("a time of day", () => {
  it.each([
    "",
    "7",
    "24:01",
    "12:60",
    "sunset -",
    "sunset 30 min",
    "sunset + 13 h",
    "moonrise",
    "07:00, not after 08:00",
    "sunset, after 20:00",
    "sunset, not before 20:00, not after 19:00",
    "-1:00",
    "sunset + x",
  ])("is not “%s”", (text) => expect(parseDayTime(text)).toBeUndefined());

  it.each([
    ["7:05", "2026-06-21T07:05"],
    ["07.05", "2026-06-21T07:05"],
    ["24:00", "2026-06-22T00:00"],
    ["sunset", "2026-06-21T22:43"],
    [" Sunset - 15 min ", "2026-06-21T22:28"],
    ["sunset−15min", "2026-06-21T22:28"],
    ["sunrise + 1h 30 min", "2026-06-21T05:23"],
    ["dusk", "2026-06-22T00:27"],
    ["sunset, not after 21:00", "2026-06-21T21:00"],
    ["sunrise, not before 05:30, not after 07:00", "2026-06-21T05:30"],
    ["sunrise, not before 03:00", "2026-06-21T03:53"],
  ])("“%s” on midsummer day in Oslo is %s", (text, expected) =>
    expect(shown(text, "2026-06-21")).toBe(expected),
  );

  it("comes when the clocks skip it at the moment they do, and once when it comes twice", () => {
    expect(localText(onDay(parseDayTime("02:30")!, dayOf("2026-03-29"), oslo).at)).toBe("2026-03-29T03:00");
    expect(new Date(onDay(parseDayTime("02:30")!, dayOf("2026-10-25"), oslo).at).toISOString()).toContain(
      "T00:30",
    );
  });

  it("does not come where the sun stays up or down, unless a bound says when at the latest or earliest", () => {
    expect(shown("sunset", "2026-06-21", tromso)).toBe("no");
    expect(shown("sunset, not after 23:00", "2026-06-21", tromso)).toBe("2026-06-21T23:00");
    expect(shown("sunrise, not before 06:00", "2026-06-21", tromso)).toBe("2026-06-21T06:00");
    expect(shown("sunrise", "2026-12-21", tromso)).toBe("no");
    expect(shown("sunrise, not after 08:00", "2026-12-21", tromso)).toBe("2026-12-21T08:00");
    expect(shown("sunrise, not before 06:00", "2026-12-21", tromso)).toBe("no");
  });

  it.each([
    ["22:00", "06:00", true],
    ["06:00", "22:00", false],
    ["06:00", "06:00", true],
    ["00:00", "24:00", false],
    ["sunset", "sunrise", true],
    ["sunrise", "sunset", false],
    ["sunset", "23:00", false],
    ["sunset", "02:00", true],
    ["22:00", "sunrise", true],
    ["05:00", "sunrise", false],
    ["19:00", "sunset", false],
  ])("from %s to %s ends on the next day: %s", (from, to, expected) => {
    expect(endsNextDay(parseDayTime(from)!, parseDayTime(to)!)).toBe(expected);
  });
});

describe("dates of exceptions", () => {
  it.each([
    "",
    "12-24-25",
    "2026-02-29",
    "02-30",
    "13-01",
    "2026-12-24 to 12-26",
    "2026-12-26 to 2026-12-24",
    "2026-12-24 to",
    "1-2",
  ])("are not “%s”", (text) => expect(parseDates(text)).toBeUndefined());

  it.each([
    ["2026-12-24", ["2026-12-24"], ["2026-12-23", "2027-12-24"]],
    ["2026-12-24 to 2027-01-02", ["2026-12-24", "2027-01-02"], ["2026-12-23", "2027-01-03"]],
    ["2026-12-24 – 2026-12-25", ["2026-12-25"], ["2026-12-26"]],
    ["12-25", ["2026-12-25", "2031-12-25"], ["2026-12-26"]],
    ["12-24 to 01-02", ["2026-12-31", "2027-01-02"], ["2027-01-03", "2026-12-23"]],
    ["06-01 to 08-31", ["2026-07-15"], ["2026-05-31", "2026-09-01"]],
    ["02-29", ["2028-02-29"], ["2027-02-28", "2027-03-01"]],
  ])("“%s”", (text, on, off) => {
    const dates = parseDates(text)!;
    expect(on.filter((date) => !isOn(dates, dayOf(date)))).toEqual([]);
    expect(off.filter((date) => isOn(dates, dayOf(date)))).toEqual([]);
  });
});

describe("moments of a week", () => {
  const moment = (days: number[], text: string): Moment<string> => ({
    days: new Set(days),
    at: parseDayTime(text)!,
    value: text,
  });
  const every = [1, 2, 3, 4, 5, 6, 7];

  /** Day by day, hour by hour: everything that comes in a stretch, sorted. */
  function all(moments: readonly Moment<string>[], from: string, to: string, locality: typeof oslo) {
    const found: [number, string][] = [];
    for (let day = dayOf(from); day <= dayOf(to); day++) {
      for (const { days, at, value } of moments) {
        const weekday = new Date(day * 86_400_000).getUTCDay() || 7;
        const time = onDay(at, day, locality);
        if (days.has(weekday) && time.happens) found.push([time.at, value]);
      }
    }
    return found.sort(([one], [other]) => one - other);
  }

  it.each([oslo, tromso])(
    "come one after the other, forwards and backwards, through two years",
    (locality) => {
      const moments = [
        moment([1, 2, 3, 4, 5], "07:00"),
        moment([1], "07:00"),
        moment([6, 7], "sunset - 15 min"),
        moment(every, "dusk"),
        moment([7], "02:30"),
        moment([3], "nautical dusk + 12 h"),
      ];
      const expected = all(moments, "2026-06-01", "2028-06-01", locality);
      const start = expected[0]![0] - 1;
      const end = expected.at(-1)![0];
      const forwards: [number, string][] = [];
      for (let at = start; at < end; ) {
        const next = nextOccurrence(moments, at, locality)!;
        forwards.push(...next.values.map((value): [number, string] => [next.at, value]));
        expect(lastOccurrence(moments, next.at, locality)).toEqual(next);
        const previous = lastOccurrence(moments, next.at - 1, locality)!;
        if (at > start) expect(previous.at).toBe(at);
        at = next.at;
      }
      // Of those at one instant, the order is that of the list on each day.
      expect(forwards.length).toBeGreaterThan(1_000);
      expect(forwards).toEqual(expected.filter(([at]) => at > start));
    },
  );

  it("are none where the sun never sets, and none without days", () => {
    const pole = { ...oslo, place: { latitude: 90, longitude: 0 } };
    expect(nextOccurrence([moment(every, "dusk")], 0, pole)).toBeUndefined();
    expect(lastOccurrence([moment([], "07:00")], 0, oslo)).toBeUndefined();
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CronSchedule, nextCron, parseCron } from "../../../runtime/core/time/cron.ts";
import { testPlatform } from "../../harness/platform.ts";

/** The next runs after an instant, as ISO text in UTC. */
function runs(text: string, after: string, count: number, zone = "UTC"): string[] {
  const schedule = parseCron(text)!;
  const found: string[] = [];
  let at = Date.parse(after);
  while (found.length < count) {
    at = nextCron(schedule, at, (instant) => testPlatform.zoneOffsetMs(zone, instant)!)!;
    found.push(new Date(at).toISOString().replace(":00.000Z", ""));
  }
  return found;
}

describe("parseCron", () => {
  it.each([
    "* * * * *",
    "0 7 * * 1-5",
    "*/15 8-18 * * MON-FRI",
    "0 0 1,15 JAN,jul *",
    "5/20 * * * 7",
    "0 0 1-31/2 * *",
  ])("reads %s", (text) => expect(parseCron(text)).toBeDefined());

  it.each([
    "",
    "* * * *",
    "* * * * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * 32 * *",
    "* * * 13 *",
    "* * * * 8",
    "5-1 * * * *",
    "*/0 * * * *",
    "a * * * *",
    "1, * * * *",
    "-1 * * * *",
    "1.5 * * * *",
    "MON * * * *",
  ])("refuses “%s”", (text) => expect(parseCron(text)).toBeUndefined());

  it("takes 0 and 7 for Sunday", () => {
    expect(parseCron("0 0 * * 0")).toEqual(parseCron("0 0 * * 7"));
  });
});

describe("nextCron", () => {
  it("gives working days at seven", () => {
    // Friday 2 January 2026.
    expect(runs("0 7 * * MON-FRI", "2026-01-02T06:59:59Z", 3)).toEqual([
      "2026-01-02T07:00",
      "2026-01-05T07:00",
      "2026-01-06T07:00",
    ]);
  });

  it("is strictly later than the instant it starts from", () => {
    expect(runs("0 7 * * *", "2026-01-02T07:00:00Z", 1)).toEqual(["2026-01-03T07:00"]);
  });

  it("lets either day match when both day fields are restricted", () => {
    expect(runs("0 0 13 * FRI", "2026-02-01T00:00:00Z", 4)).toEqual([
      "2026-02-06T00:00",
      "2026-02-13T00:00",
      "2026-02-20T00:00",
      "2026-02-27T00:00",
    ]);
  });

  it("finds leap days, and knows what never comes", () => {
    expect(runs("0 0 29 2 *", "2026-01-01T00:00:00Z", 2)).toEqual(["2028-02-29T00:00", "2032-02-29T00:00"]);
    expect(nextCron(parseCron("0 0 30 2 *")!, 0, () => 0)).toBeUndefined();
  });

  it("keeps local time through summer and winter", () => {
    expect(runs("0 7 * * *", "2026-03-27T12:00:00Z", 3, "Europe/Oslo")).toEqual([
      "2026-03-28T06:00",
      "2026-03-29T05:00",
      "2026-03-30T05:00",
    ]);
  });

  it("runs a skipped time once, as much later as the clock was advanced", () => {
    // 02:30 does not exist on 29 March in Oslo; clocks then show 03:30.
    expect(runs("30 2 * * *", "2026-03-28T00:00:00Z", 3, "Europe/Oslo")).toEqual([
      "2026-03-28T01:30",
      "2026-03-29T01:30",
      "2026-03-30T00:30",
    ]);
  });

  it("runs a repeated time once, at the first pass", () => {
    // 02:30 comes twice on 25 October in Oslo: 00:30 and 01:30 UTC.
    expect(runs("30 2 * * *", "2026-10-24T12:00:00Z", 2, "Europe/Oslo")).toEqual([
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
  });

  it("goes by elapsed time when it runs every hour", () => {
    expect(runs("0,30 * * * *", "2026-10-24T23:45:00Z", 5, "Europe/Oslo")).toEqual([
      "2026-10-25T00:00",
      "2026-10-25T00:30",
      "2026-10-25T01:00",
      "2026-10-25T01:30",
      "2026-10-25T02:00",
    ]);
    expect(runs("0,30 * * * *", "2026-03-29T00:15:00Z", 3, "Europe/Oslo")).toEqual([
      "2026-03-29T00:30",
      "2026-03-29T01:00",
      "2026-03-29T01:30",
    ]);
  });

  it("knows zones on the other side of midnight and with half hours", () => {
    expect(runs("0 0 1 * *", "2026-01-31T00:00:00Z", 1, "Pacific/Kiritimati")).toEqual(["2026-01-31T10:00"]);
    expect(runs("15 9 * * *", "2026-01-01T00:00:00Z", 1, "Asia/Kolkata")).toEqual(["2026-01-01T03:45"]);
  });

  it("agrees with looking at every minute", () => {
    const range = (min: number, max: number) =>
      fc.oneof(
        fc.constant("*"),
        fc.integer({ min, max }).map(String),
        fc
          .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
          .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
        fc.integer({ min: 1, max: 9 }).map((step) => `*/${step}`),
      );
    fc.assert(
      fc.property(
        range(0, 59),
        range(0, 23),
        range(1, 31),
        fc.constantFrom("*", "1-2"),
        range(0, 6),
        fc.integer({ min: 0, max: 86_400_000 }),
        (minute, hour, dayOfMonth, month, dayOfWeek, offset) => {
          const schedule = parseCron([minute, hour, dayOfMonth, month, dayOfWeek].join(" "))!;
          const after = Date.UTC(2026, 0, 28) + offset;
          const end = after + 8 * 86_400_000;
          const found = nextCron(schedule, after, () => 0);
          expect(found !== undefined && found < end ? found : undefined).toBe(byMinute(schedule, after, end));
        },
      ),
      { numRuns: 200 },
    );
  });
});

function byMinute(schedule: CronSchedule, after: number, end: number): number | undefined {
  for (let at = Math.floor(after / 60_000) * 60_000 + 60_000; at < end; at += 60_000) {
    const date = new Date(at);
    const byMonth = schedule.daysOfMonth.has(date.getUTCDate());
    const byWeek = schedule.daysOfWeek.has(date.getUTCDay());
    if (
      schedule.minutes.includes(date.getUTCMinutes()) &&
      schedule.hours.includes(date.getUTCHours()) &&
      schedule.months.has(date.getUTCMonth() + 1) &&
      (schedule.eitherDay ? byMonth || byWeek : byMonth && byWeek)
    ) {
      return at;
    }
  }
  return undefined;
}

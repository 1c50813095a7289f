/** The hour-of-week baseline beside one that looks at the whole history, with the test's own calendar. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hourOfWeek, type Week, weekBaseline } from "../../../runtime/core/anomaly/week.ts";
import { testPlatform } from "../../harness/platform.ts";

const zone = "Europe/Oslo";
const [hourMs, dayMs, weekMs] = [3_600_000, 86_400_000, 7 * 86_400_000];
const halfLifeMs = 4 * weekMs;
const offsetMsAt = (at: number) => testPlatform.zoneOffsetMs(zone, at)!;

interface Reading {
  readonly at: number;
  readonly value: number;
}

const names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const format = new Intl.DateTimeFormat("en-GB", {
  timeZone: zone,
  weekday: "long",
  hour: "2-digit",
  hourCycle: "h23",
});

function localHour(at: number): number {
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return names.indexOf(parts.weekday!) * 24 + Number(parts.hour);
}

const faded = (from: number, to: number) => 2 ** (-(to - from) / halfLifeMs);

/** A baseline that keeps every reading as learned and works all out anew. */
class Naive {
  private readonly seen: (Reading & { hour: number })[] = [];
  private readonly raw: number[] = [];

  observe(value: number, at: number) {
    const hour = localHour(at);
    const usual = this.usual(hour, at);
    const reach = usual ? 3 * usual.spread : 0;
    const learned = usual ? Math.min(Math.max(value, usual.mean - reach), usual.mean + reach) : value;
    this.seen.push({ at, hour, value: learned });
    this.raw.push(value);
    return (
      usual && { ...usual, sigma: Math.max(-1_000, Math.min(1_000, (value - usual.mean) / usual.spread)) }
    );
  }

  private usual(hour: number, at: number) {
    const steps = this.raw.slice(1).map((each, index) => Math.abs(each - this.raw[index]!));
    const step = Math.min(...steps.filter((each) => each > 0));
    if (step === Number.POSITIVE_INFINITY) return undefined;
    const near = [hour, (hour + 1) % 168, (hour + 167) % 168];
    const sameClock = [0, 1, 2, 3, 4, 5, 6].map((day) => day * 24 + (hour % 24));
    const tiers: [number[], "most" | "sum"][] = [
      [[hour], "most"],
      [near, "most"],
      [sameClock, "sum"],
    ];
    for (const [index, [hours, count]] of tiers.entries()) {
      const visits = hours.map((each) => this.visits(each, at));
      const known = count === "most" ? Math.max(...visits) : visits.reduce((a, b) => a + b, 0);
      const { weight, mean, variance } = this.stats(hours, at);
      if (known < 1.5 || weight < 4) continue;
      const blended = index === 2 ? variance : (variance * known + this.shared()) / (known + 1);
      return { mean, spread: Math.max(Math.sqrt(blended), step) };
    }
    return undefined;
  }

  private visits(hour: number, at: number): number {
    const own = this.seen.filter((each) => each.hour === hour);
    const first = own.filter((each, index) => index === 0 || each.at - own[index - 1]!.at > 3 * hourMs);
    return first.reduce((sum, each) => sum + faded(each.at, at), 0);
  }

  private stats(hours: readonly number[], at: number) {
    const own = this.seen.filter((each) => hours.includes(each.hour));
    const weights = own.map((each) => faded(each.at, at));
    const weight = weights.reduce((a, b) => a + b, 0);
    const mean = own.reduce((sum, each, index) => sum + each.value * weights[index]!, 0) / weight;
    const squares = own.reduce((sum, each, index) => sum + (each.value - mean) ** 2 * weights[index]!, 0);
    return { weight, mean, variance: squares / weight };
  }

  /** Every hour as it was when it was last filled. */
  private shared(): number {
    let [squares, weight] = [0, 0];
    for (let hour = 0; hour < 168; hour++) {
      const last = this.seen.findLast((each) => each.hour === hour);
      if (!last) continue;
      const own = this.stats([hour], last.at);
      squares += own.variance * own.weight;
      weight += own.weight;
    }
    return squares / weight;
  }
}

/** Some hours of the week, visited for weeks, across the change to summer time. */
const histories = fc
  .record({
    hours: fc.array(fc.integer({ min: 0, max: 167 }), { minLength: 1, maxLength: 3 }),
    start: fc.constantFrom(Date.UTC(2026, 2, 2), Date.UTC(2026, 9, 5)),
    steps: fc.array(
      fc.record({
        skip: fc.constantFrom(0, 0, 0, 0, 1, 3),
        near: fc.integer({ min: -1, max: 1 }),
        day: fc.constantFrom(0, 0, 0, 1, 2),
        value: fc.oneof(fc.double({ min: 18, max: 24, noNaN: true }), fc.constantFrom(21, 21.5, 60)),
        restart: fc.nat(5).map((dice) => dice === 0),
      }),
      { minLength: 20, maxLength: 40 },
    ),
  })
  .map(({ hours, start, steps }) => {
    let week = 0;
    const readings = steps.map(({ skip, near, day, value, restart }, index) => {
      if (index % 4 === 3) week += 1 + skip;
      const at =
        start + week * weekMs + (hours[index % hours.length]! + near) * hourMs + day * dayMs + index * 60_000;
      return { at, value, restart };
    });
    return readings.sort((one, other) => one.at - other.at);
  });

describe("the hour of the week", () => {
  it("judges as one that works out everything from the whole history, restarted anywhere", () => {
    const seen = { own: 0, near: 0, day: 0, none: 0 };
    fc.assert(
      fc.property(histories, (history) => {
        const baseline = weekBaseline(halfLifeMs, offsetMsAt);
        const naive = new Naive();
        let known: Week = baseline.begin("room", history[0]!.at);
        for (const { at, value, restart } of history) {
          if (restart) known = JSON.parse(JSON.stringify(known)) as Week;
          const verdict = baseline.observe(known, [value], at);
          const truth = naive.observe(value, at);
          expect(verdict === undefined).toBe(truth === undefined);
          if (!verdict || !truth) {
            seen.none++;
            continue;
          }
          expect(Math.abs(verdict.expected! - truth.mean)).toBeLessThan(1e-6);
          expect(Math.abs(verdict.spread! / truth.spread - 1)).toBeLessThan(1e-5);
          expect(Math.abs(verdict.sigma - truth.sigma)).toBeLessThan(1e-3 * (1 + Math.abs(truth.sigma)));
          const text = verdict.explain();
          seen[text.includes(" to ") ? "near" : text.includes("any day") ? "day" : "own"]++;
        }
      }),
      { numRuns: 400 },
    );
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(50);
  });

  it("goes by the clock on the wall, summer and winter", () => {
    for (const at of [
      Date.UTC(2026, 0, 5, 7),
      Date.UTC(2026, 2, 29, 0, 59),
      Date.UTC(2026, 2, 29, 1),
      Date.UTC(2026, 6, 6, 21, 59),
    ])
      expect(hourOfWeek(at + offsetMsAt(at))).toBe(localHour(at));
    expect(hourOfWeek(Date.UTC(1969, 11, 29, 3))).toBe(3);
  });

  it("knows an hour after two weeks, and says it as people do", () => {
    const baseline = weekBaseline(halfLifeMs, () => 0);
    const known = baseline.begin("room", 0);
    const tuesday14 = Date.UTC(2026, 0, 6, 14);
    for (const week of [0, 1])
      for (let minute = 0; minute < 60; minute += 10)
        baseline.observe(known, [22 + (minute % 20) / 10], tuesday14 + week * weekMs + minute * 60_000);
    expect(baseline.observe(known, [31.24], tuesday14 + 2 * weekMs)?.explain()).toBe(
      "31.2 is 8.7σ above the usual 22.5 for Tuesday 14:00",
    );
  });
});

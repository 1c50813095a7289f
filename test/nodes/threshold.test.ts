import fc from "fast-check";
import { describe, expect, it } from "vitest";
import threshold from "../../nodes/threshold.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { type Arrival, type Left, modelled, run, streams } from "./orderedStream.ts";

const start = 1_767_571_200_000;
const minute = 60_000;

describe("threshold", () => {
  it("reports each change once, not each reading", () => {
    const harness = createHarness(threshold, { setPoint: 26 }, { startAt: start });
    for (const [index, value] of [25, 27, 28, 26, 26, 27].entries())
      harness.send(value, { at: start + index });
    expect(harness.outputs().map(({ port, time }) => [port, time - start])).toEqual([
      ["raised", 1],
      ["cleared", 3],
      ["raised", 5],
    ]);
  });

  it("acts on a reading in the moment it arrives when nothing can precede it", () => {
    const harness = createHarness(threshold, { setPoint: 26 }, { startAt: start });
    harness.send(27, { at: start + 5_000 });
    expect(harness.outputs("raised")).toHaveLength(1);
  });

  it("holds the last value while the sensor is silent, also across a restart and a long absence", () => {
    const harness = createHarness(threshold, { setPoint: 26, for: "5 min" }, { startAt: start });
    harness.send(27, { at: start });
    harness.advanceTo(start + 2 * minute);
    harness.restart();
    expect(harness.outputs()).toEqual([]);
    harness.advanceTo(start + 60 * minute);
    expect(harness.outputs().map(({ port, time, payload }) => [port, time, payload])).toEqual([
      ["raised", start + 5 * minute, { state: "raised", value: 27, level: "above", limit: 26, since: start }],
    ]);
  });

  it("needs the value at the end of the time too", () => {
    const exactly = createHarness(threshold, { setPoint: 26, for: "5 min" }, { startAt: start });
    exactly.send(27, { at: start });
    exactly.send(20, { at: start + 5 * minute });
    exactly.advanceTo(start + 20 * minute);
    expect(exactly.outputs()).toEqual([]);
  });

  it("judges by the state at the due time when a later reading is what tells that it has passed", () => {
    const harness = createHarness(threshold, { setPoint: 26, for: "5 min" }, { startAt: start });
    harness.send(27, { at: start });
    harness.send(20, { at: start + 8 * minute });
    expect(
      harness.outputs().map(({ port, time, payload }) => [port, time, (payload as { value: number }).value]),
    ).toEqual([
      ["raised", start + 5 * minute, 27],
      ["cleared", start + 8 * minute, 20],
    ]);
  });

  it("raises before it judges a reading that comes right after the due time", () => {
    const rule = { setPoint: 26, for: "5 min" };
    const harness = createHarness(threshold, rule, { startAt: start, maxDelayMs: 10 * minute });
    harness.send(27, { at: start });
    harness.send(20, { at: start + 5 * minute + 1 });
    harness.watermark(start + 20 * minute);
    expect(harness.outputs().map(({ port, time }) => [port, time - start])).toEqual([
      ["raised", 5 * minute],
      ["cleared", 5 * minute + 1],
    ]);
  });

  it("sorts late readings in before it decides", () => {
    const harness = createHarness(
      threshold,
      { setPoint: 26, for: "5 min" },
      { startAt: start, maxDelayMs: 5 * minute },
    );
    harness.send(27, { at: start });
    harness.send(27, { at: start + 6 * minute });
    harness.restart();
    harness.send(20, { at: start + 3 * minute });
    harness.watermark(start + 10 * minute);
    expect(harness.outputs()).toEqual([]);
    harness.watermark(start + 11 * minute);
    expect(harness.outputs().map(({ port, time }) => [port, time])).toEqual([
      ["raised", start + 11 * minute],
    ]);
  });

  it("counts a reading that is older than what was decided as late", () => {
    const harness = createHarness(threshold, { setPoint: 26 }, { startAt: start });
    harness.send(27, { at: start + 1_000 });
    harness.send(20, { at: start });
    expect(harness.outputs().map((each) => each.port)).toEqual(["raised"]);
    expect(harness.drops()).toEqual({ late: 1 });
  });

  it("says how many are raised, also after a restart", () => {
    const harness = createHarness(threshold, { setPoint: 26 }, { startAt: start });
    expect(harness.status()).toBeUndefined();
    harness.send(27, { key: "a" });
    harness.send(27, { key: "b" });
    harness.restart();
    expect(harness.status()).toEqual({ level: "ok", text: "2 raised" });
    harness.send(20, { key: "a" });
    harness.send(20, { key: "b" });
    expect(harness.status()).toBeUndefined();
  });

  it("refuses what is not a number and goes on", () => {
    const harness = createHarness(threshold, { value: "payload.t", setPoint: 26 }, { startAt: start });
    for (const payload of [{ t: "27" }, {}, { t: null }, { t: 27 }]) harness.send(payload);
    expect(harness.deadLetters().map((each) => each.code)).toEqual(Array(3).fill("VALUE_NOT_A_NUMBER"));
    expect(harness.outputs().map((each) => each.port)).toEqual(["raised"]);
  });

  it("names the end of the range that was crossed", () => {
    const harness = createHarness(
      threshold,
      { when: "outside", low: 18, high: 26, unit: "°C" },
      { startAt: start },
    );
    harness.send(17, { at: start });
    harness.send(18, { at: start + 1 });
    harness.send(26.5, { at: start + 2 });
    expect(harness.outputs().map((each) => each.payload)).toEqual([
      { state: "raised", value: 17, level: "below", limit: 18, since: start, unit: "°C" },
      { state: "cleared", value: 18, limit: 18, since: start + 1, unit: "°C" },
      { state: "raised", value: 26.5, level: "above", limit: 26, since: start + 2, unit: "°C" },
    ]);
  });

  it("says since when a silent sensor has been silent", () => {
    const config = { setPoint: 26, for: "1 h", silence: "alarm", silentAfter: "10 min" };
    const harness = createHarness(threshold, config, { startAt: start });
    harness.send(27, { at: start });
    harness.send(27, { at: start + minute });
    harness.advanceTo(start + 20 * minute);
    expect(harness.outputs().map((each) => each.payload)).toEqual([
      { state: "raised", value: 27, since: start + minute, reason: "silent" },
    ]);
  });

  it("says the rule in one line", () => {
    const summary = (config: object) => threshold.summary(config as never);
    expect(
      summary({ value: "payload.temperature", setPoint: 26, for: "5 min", clearPoint: 25, unit: "°C" }),
    ).toBe("payload.temperature > 26 °C for 5 min, clear 25");
    expect(summary({ when: "outside", low: 18, high: 26, for: "0 s" })).toBe("payload outside 18 to 26");
    expect(summary({})).toBe("payload > …");
  });

  it.each([
    [{ when: "above" }, "/setPoint"],
    [{ when: "above", setPoint: 26, clearPoint: 27 }, "/clearPoint"],
    [{ when: "below", setPoint: 5, clearPoint: 4 }, "/clearPoint"],
    [{ when: "outside", low: 18 }, "/high"],
    [{ when: "outside", low: 26, high: 18 }, "/high"],
    [{ when: "outside", low: 18, high: 20, clearMargin: 2 }, "/clearMargin"],
    [{ setPoint: 26, silence: "clear", silentAfter: "0 s" }, "/silentAfter"],
    [{ setPoint: 26, output: "every", every: "10 ms" }, "/every"],
    [{ setPoint: 26, levels: [{ name: "alarm" }] }, "/levels/0/setPoint"],
    [{ setPoint: 26, levels: [{ name: "warning", setPoint: 30 }] }, "/levels/0/name"],
    [{ setPoint: 26, levels: [{ name: "alarm", setPoint: 26 }] }, "/levels/0/setPoint"],
    [{ when: "below", setPoint: 5, levels: [{ name: "frost", setPoint: 6 }] }, "/levels/0/setPoint"],
    [{ when: "outside", low: 18, high: 26, levels: [{ name: "a", low: 19, high: 27 }] }, "/levels/0/low"],
  ])("refuses %j at its field", (config, field) => {
    expect(threshold.check!(config as never).map((each) => each.field)).toEqual([field]);
  });
});

interface Reading {
  readonly at: number;
  readonly value: number;
}

/** Looks at all readings of one device at once, in order of time. */
function model(
  readings: readonly Reading[],
  rule: { setPoint: number; clearPoint: number; forMs: number },
): unknown[] {
  const events: unknown[] = [];
  let raised = false;
  for (let index = 0; index < readings.length; index++) {
    const { at, value } = readings[index]!;
    if (raised) {
      if (value > rule.clearPoint) continue;
      events.push(["cleared", at, value]);
      raised = false;
      continue;
    }
    if (value <= rule.setPoint) continue;
    const due = at + rule.forMs;
    const within = readings.slice(index).filter((each) => each.at <= due);
    if (within.some((each) => each.value <= rule.setPoint)) continue;
    events.push(["raised", due, within.at(-1)!.value]);
    raised = true;
    index += within.length - 1;
  }
  return events;
}

interface Rule {
  readonly forS: readonly [number, number];
  readonly clearForS: number;
  readonly silence: string;
  readonly output: string;
}

describe("reminders of a reading with a clock that starts in 2000", () => {
  it("are those of the last day, and counted", () => {
    const hour = 3_600_000;
    const now = Date.UTC(2026, 0, 1);
    const config = { setPoint: 26, output: "every", every: "1 h" };
    const harness = createHarness(threshold, config, { startAt: now });
    harness.send(20, { key: "hall" });
    harness.send(30, { key: "attic", at: Date.UTC(2000, 0, 1) + 1 });
    const [first, ...reminders] = harness.outputs("raised").map(({ time }) => time);
    expect(first).toBe(Date.UTC(2000, 0, 1) + 1);
    expect(reminders).toEqual(Array.from({ length: 24 }, (_, index) => now + 1 + (index - 24) * hour));
    expect(harness.drops()).toEqual({ "reminders long past": 1 });
    harness.restart();
    harness.advanceTo(now + hour);
    expect(harness.outputs("raised").map(({ time }) => time)).toEqual([now + 1]);
    expect(harness.deadLetters()).toEqual([]);
  });
});

/** Goes through every second; what holds since when is looked up among all readings so far. */
function modelAll(
  readings: readonly Arrival<number>[],
  { forS, clearForS, silence, output }: Rule,
  end: number,
): Left[] {
  const names = ["warning", "alarm"];
  const left: Left[] = [];
  const raised = [false, false];
  /** Readings before this one no longer count for a level. */
  const from = [0, 0];
  let seen = 0;
  let reported = -1;
  let repeatAt = Number.POSITIVE_INFINITY;
  let silent = false;

  /** Has it been so for all of the newest readings, for so long? */
  const holds = (level: number, fits: (value: number) => boolean, delayMs: number, now: number) => {
    let first = seen;
    while (first > from[level]! && fits(readings[first - 1]!.payload)) first--;
    return first < seen && now - readings[first]!.at >= delayMs;
  };
  const flip = (now: number, immediate: boolean) => {
    for (const level of [0, 1]) {
      const delayMs = (raised[level] ? clearForS : forS[level]!) * 1_000;
      if (immediate && delayMs > 0) continue;
      const fits = raised[level]
        ? (value: number) => value <= 24 + 4 * level
        : (value: number) => value > 26 + 4 * level;
      if (holds(level, fits, delayMs, now)) raised[level] = !raised[level];
    }
  };
  const report = (now: number, extra: object): boolean => {
    const highest = raised.lastIndexOf(true);
    if (highest === reported) return false;
    const was = reported < 0 ? {} : { was: names[reported] };
    const severity = highest < 0 ? {} : { severity: names[highest] };
    const port = highest < 0 ? "cleared" : "raised";
    left.push([port, now, { value: readings[seen - 1]!.payload, ...severity, ...was, ...extra }]);
    reported = highest;
    repeatAt = highest < 0 || output !== "every" ? Number.POSITIVE_INFINITY : now + 7_000;
    return true;
  };
  const repeat = (now: number) => {
    left.push([
      "raised",
      now,
      { value: readings[seen - 1]!.payload, severity: names[reported], repeated: true },
    ]);
  };

  for (let now = 0; now <= end; now += 1_000) {
    while (readings[seen]?.at === now) {
      seen++;
      silent = false;
      flip(now, true);
      if (!report(now, {}) && reported >= 0 && output === "readings") repeat(now);
    }
    if (seen === 0) continue;
    flip(now, false);
    report(now, {});
    if (silence !== "hold" && !silent && now - readings[seen - 1]!.at >= 12_000) {
      silent = true;
      if (silence === "clear") {
        raised.fill(false);
        from.fill(seen);
      } else if (reported < 0) {
        raised[0] = true;
        from[0] = seen;
      }
      report(now, { reason: "silent" });
    }
    if (now >= repeatAt) {
      repeat(now);
      repeatAt = now + 7_000;
    }
  }
  return left;
}

describe("threshold with levels, delays both ways, silence and repetition, beside a naive model", () => {
  it("agrees on streams out of order within the delay, silent and restarted anywhere", () => {
    fc.assert(
      fc.property(
        streams(fc.integer({ min: 22, max: 33 })),
        fc.constantFrom(0, 3, 8),
        fc.constantFrom(0, 5),
        fc.constantFrom(0, 4),
        fc.constantFrom("hold", "clear", "alarm"),
        fc.constantFrom("edge", "readings", "every"),
        (stream, first, second, clearFor, silence, output) => {
          const config = {
            setPoint: 26,
            clearPoint: 24,
            for: `${first} s`,
            clearFor: `${clearFor} s`,
            levels: [{ name: "alarm", setPoint: 30, for: `${second} s` }],
            silence,
            silentAfter: "12 s",
            output,
            every: "7 s",
          };
          const seen = Object.entries(run(threshold, config, stream, "2 min")).map(([key, left]) => [
            key,
            left.map(([port, at, payload]) => {
              const { state, since, level, limit, ...rest } = payload as Record<string, unknown>;
              return [port, at, rest];
            }),
          ]);
          const rule = { forS: [first, second] as const, clearForS: clearFor, silence, output };
          const newest = Math.max(0, ...stream.arrivals.map(({ at }) => at));
          const expected = modelled(stream, (readings) => modelAll(readings, rule, newest + 120_000));
          expect(Object.fromEntries(seen)).toEqual(expected);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe("threshold beside a naive model", () => {
  const stream = fc.array(
    fc.record({
      gap: fc.integer({ min: 1, max: 240 }),
      value: fc.integer({ min: 20, max: 30 }),
      jitter: fc.nat(300),
      restart: fc.nat(9),
    }),
    { maxLength: 50 },
  );

  it("agrees on streams out of order within the delay, silent and restarted anywhere", () => {
    fc.assert(
      fc.property(
        stream,
        fc.constantFrom(0, 60, 300),
        fc.constantFrom(0, 90, 300),
        fc.constantFrom(26, 24),
        (steps, delay, forS, clearPoint) => {
          let clock = 0;
          const readings = steps.map(({ gap, value, jitter, restart }) => {
            clock += gap;
            // Arrives up to the delay behind its time.
            return {
              at: start + clock * 1_000,
              value,
              arrives: clock + Math.min(jitter, delay),
              restart: restart === 0,
            };
          });
          const arriving = [...readings].sort((a, b) => a.arrives - b.arrives || a.at - b.at);
          const config = { setPoint: 26, clearPoint, for: `${forS} s` };
          const harness = createHarness(threshold, config, { startAt: start, maxDelayMs: delay * 1_000 });
          for (const { at, value, restart } of arriving) {
            if (restart) harness.restart();
            harness.send(value, { at });
          }
          harness.watermark(start + 100_000_000);
          const seen = harness
            .outputs()
            .map(({ port, time, payload }) => [port, time, (payload as { value: number }).value]);
          expect(seen).toEqual(model(readings, { setPoint: 26, clearPoint, forMs: forS * 1_000 }));
        },
      ),
      { numRuns: 300 },
    );
  });
});

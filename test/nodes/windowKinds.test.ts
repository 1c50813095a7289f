/** Sessions, windows per message, by number and without end, each beside a naive model. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import window from "../../nodes/window.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { watchState } from "./watchState.ts";
import {
  modelCounts,
  modelCutSessions,
  modelSessions,
  modelSliding,
  modelTotals,
  type Sent,
} from "./windowKindsModel.ts";
import { type Arrival, arrivals } from "./windowModel.ts";

const start = 1_767_571_200_000;
const aggregates = (["sum", "max", "median", "distinct"] as const).map((name) => ({ name, function: name }));

/** Sends a stream, restarting where it says so, and lets time pass at the end. */
function run(config: object, stream: readonly Arrival[], delay: number) {
  const { type, keys } = watchState(window);
  const harness = createHarness(type, { aggregates, ...config }, { startAt: start, maxDelayMs: delay });
  for (const { at, key, value, restart } of stream) {
    if (restart) harness.restart();
    harness.send(value, { at, key });
  }
  harness.watermark(start + 10_000_000);
  const outputs = harness.outputs();
  expect(harness.deadLetters()).toEqual([]);
  return {
    results: outputs.filter((each) => each.port === "out"),
    late: outputs.filter((each) => each.port === "late").length,
    keys,
  };
}

/** The same results in the same order for each key; keys among themselves may come in any. */
function expectSent(results: readonly Sent[], expected: readonly Sent[]): void {
  for (const key of ["a", "b"]) {
    const of = (all: readonly Sent[]) => all.filter((each) => each.key === key).map((each) => each.payload);
    expect(of(results)).toEqual(of(expected));
  }
}

describe("updates of everything so far", () => {
  it("are not made up for since a message with a clock that starts in 2000", () => {
    const config = { kind: "stream", updateEvery: "1 h", aggregates };
    const harness = createHarness(window, config, { startAt: start });
    harness.send(1, { key: "hall" });
    harness.send(2, { key: "attic", at: Date.UTC(2000, 0, 1) });
    harness.advanceTo(start + 1);
    const updates = harness.outputs("out").filter(({ key }) => key === "attic");
    expect(updates.map(({ time }) => time)).toContain(start);
    expect(updates.length).toBeLessThanOrEqual(25);
  });
});

describe("window beside naive models", () => {
  const delays = fc.constantFrom(0, 3_000, 20_000);

  it("session: merges, fires, corrects and refuses like all messages looked at again", () => {
    fc.assert(
      fc.property(
        arrivals,
        fc.constantFrom(500, 3_000, 12_000),
        delays,
        fc.constantFrom(0, 4_000, 25_000),
        (stream, gap, delay, lateness) => {
          const config = { kind: "session", gap: `${gap} ms`, lateness: `${lateness} ms` };
          const { results, late, keys } = run(config, stream, delay);
          const model = modelSessions(stream, { gap, delay, lateness });
          expectSent(results, model.sent);
          expect(late).toBe(model.late);
          expect([...keys]).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("session with a greatest length: is cut at the same places whatever the order of arrival", () => {
    fc.assert(
      fc.property(
        arrivals,
        fc.constantFrom(500, 3_000, 12_000),
        fc.constantFrom(12_000, 15_000, 40_000),
        (stream, gap, lengthMax) => {
          const config = { kind: "session", gap: `${gap} ms`, lengthMax: `${lengthMax} ms` };
          // The streams fall back by 30 s at most: nothing is late.
          const { results, late, keys } = run(config, stream, 30_000);
          expectSent(results, modelCutSessions(stream, gap, lengthMax));
          expect(late).toBe(0);
          expect([...keys]).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("sliding: a result per message, in order of time", () => {
    fc.assert(
      fc.property(arrivals, fc.constantFrom(1, 1_000, 10_000, 45_000), delays, (stream, size, delay) => {
        const { results, late, keys } = run({ kind: "sliding", size: `${size} ms` }, stream, delay);
        const model = modelSliding(stream, { size, delay });
        expectSent(results, model.sent);
        expect(late).toBe(model.late);
        expect([...keys]).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("stream: everything since the last reset, in order of time", () => {
    fc.assert(
      fc.property(arrivals, delays, (stream, delay) => {
        const few = stream.map((each) => ({ ...each, value: Math.abs(each.value) % 5 }));
        const { results, late } = run({ kind: "stream", resetWhen: "payload = 3" }, few, delay);
        const model = modelTotals(few, { delay, resetAt: 3 });
        expectSent(results, model.sent);
        expect(late).toBe(model.late);
      }),
      { numRuns: 300 },
    );
  });

  it("count: as they arrive", () => {
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 7 }), (stream, messages) => {
        const { results, late } = run({ kind: "count", messages }, stream, 0);
        expectSent(results, modelCounts(stream, messages));
        expect(late).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe("window", () => {
  const day = 86_400_000;
  const oslo = { kind: "calendar", zone: "Europe/Oslo", aggregates: [{ name: "n", function: "count" }] };
  const spans = (config: object, times: readonly number[]) => {
    const harness = createHarness(window, config, { startAt: times[0]!, maxDelayMs: 0 });
    for (const at of times) harness.send(1, { at });
    harness.watermark(times.at(-1)! + 70 * day);
    return harness.outputs("out").map(({ payload }) => {
      const { start, end, count } = payload as { start: number; end: number; count: number };
      return [new Date(start).toISOString(), (end - start) / 3_600_000, count];
    });
  };

  it("counts a day of 23 and one of 25 hours when the clocks change", () => {
    expect(
      spans(oslo, [
        utc("2026-03-28T22:59"),
        utc("2026-03-28T23:00"),
        utc("2026-03-29T21:59"),
        utc("2026-03-29T22:00"),
      ]),
    ).toEqual([
      ["2026-03-27T23:00:00.000Z", 24, 1],
      ["2026-03-28T23:00:00.000Z", 23, 2],
      ["2026-03-29T22:00:00.000Z", 24, 1],
    ]);
    expect(spans(oslo, [utc("2026-10-24T22:00"), utc("2026-10-25T22:59"), utc("2026-10-25T23:00")])).toEqual([
      ["2026-10-24T22:00:00.000Z", 25, 2],
      ["2026-10-25T23:00:00.000Z", 24, 1],
    ]);
  });

  it("begins weeks on Monday, and months on the first, of local time", () => {
    expect(spans({ ...oslo, period: "week" }, [utc("2026-01-04T22:59"), utc("2026-01-04T23:00")])).toEqual([
      ["2025-12-28T23:00:00.000Z", 168, 1],
      ["2026-01-04T23:00:00.000Z", 168, 1],
    ]);
    expect(
      spans({ ...oslo, period: "month" }, [
        utc("2025-12-31T22:59"),
        utc("2025-12-31T23:00"),
        utc("2026-03-15T12:00"),
      ]),
    ).toEqual([
      ["2025-11-30T23:00:00.000Z", 744, 1],
      ["2025-12-31T23:00:00.000Z", 744, 1],
      ["2026-02-28T23:00:00.000Z", 743, 1],
    ]);
  });

  it("begins a day where the clocks change when they skip midnight, and at the first of two midnights", () => {
    const count = oslo.aggregates;
    // Beirut skips from 00:00 to 01:00; Havana comes to 00:00 twice.
    const beirut = { kind: "calendar", zone: "Asia/Beirut", aggregates: count };
    expect(spans(beirut, [utc("2024-03-30T21:59"), utc("2024-03-30T22:00")])).toEqual([
      ["2024-03-29T22:00:00.000Z", 24, 1],
      ["2024-03-30T22:00:00.000Z", 23, 1],
    ]);
    // Toronto skipped from 23:30 to 00:30 once.
    const toronto = { kind: "calendar", zone: "America/Toronto", aggregates: count };
    expect(spans(toronto, [utc("1919-03-31T04:29"), utc("1919-03-31T04:30")])).toEqual([
      ["1919-03-30T05:00:00.000Z", 23.5, 1],
      ["1919-03-31T04:30:00.000Z", 23.5, 1],
    ]);
    const havana = { kind: "calendar", zone: "America/Havana", aggregates: count };
    expect(
      spans(havana, [utc("2025-11-02T03:59"), utc("2025-11-02T04:00"), utc("2025-11-02T05:30")]),
    ).toEqual([
      ["2025-11-01T04:00:00.000Z", 24, 1],
      ["2025-11-02T04:00:00.000Z", 25, 2],
    ]);
  });

  const marks = (harness: ReturnType<typeof createHarness>) =>
    harness.outputs("out").map(({ payload }) => {
      const { sum, result } = payload as { sum: number; result: string };
      return `${result} ${sum}`;
    });
  const sum = [{ name: "sum", function: "sum" }];

  it("sends updates by time and by number before the final result", () => {
    const config = { size: "1 min", updateEvery: "20 s", updateAfter: 2, aggregates: sum };
    const harness = createHarness(window, config, { startAt: start });
    for (const at of [1_000, 2_000, 3_000, 25_000]) harness.send(1, { at: start + at });
    harness.restart();
    harness.watermark(start + 70_000);
    expect(marks(harness)).toEqual(["early 2", "early 3", "early 4", "final 4"]);
  });

  it("ends a session that never falls silent: a message exactly at its greatest length begins the next", () => {
    const config = { kind: "session", gap: "10 s", lengthMax: "20 s", aggregates: sum };
    const harness = createHarness(window, config, { startAt: start, maxDelayMs: 30_000 });
    for (const at of [0, 20_000, 10_000, 19_999]) harness.send(1, { at: start + at });
    harness.restart();
    harness.watermark(start + 60_000);
    expect(
      harness.outputs("out").map(({ payload, time }) => [time - start, (payload as { sum: number }).sum]),
    ).toEqual([
      [19_999, 3],
      [29_999, 1],
    ]);
  });

  it("sends only what is new, when told to", () => {
    const config = {
      size: "1 min",
      updateEvery: "20 s",
      lateness: "30 s",
      accumulation: "discarding",
      aggregates: sum,
    };
    const harness = createHarness(window, config, { startAt: start });
    for (const at of [1_000, 2_000, 25_000, 61_000]) harness.send(1, { at: start + at });
    harness.restart();
    harness.send(5, { at: start + 3_000 });
    expect(marks(harness)).toEqual(["early 2", "early 1", "corrected 5"]);
  });

  it("takes the list of values, and an expression over it, in order of time", () => {
    const aggregates = [
      { name: "values", function: "collect", length: 3 },
      { name: "high", function: "expression", expression: "$count(payload[$ > 3])" },
      { name: "bad", function: "expression", expression: "$uppercase(payload)" },
      { name: "often", function: "top", length: 1 },
    ];
    const harness = createHarness(
      window,
      { size: "1 min", aggregates },
      { startAt: start, maxDelayMs: 10_000, errorPort: true },
    );
    for (const [at, value] of [
      [1, 4],
      [3, 2],
      [2, 4],
      [5, 9],
    ] as const)
      harness.send(value, { at: start + at });
    harness.restart();
    harness.watermark(start + 60_000);
    const outputs = harness.outputs();
    expect(outputs.find((each) => each.port === "out")!.payload).toMatchObject({
      values: [4, 2, 9],
      high: 3,
      bad: null,
      often: [{ value: 4, count: 2 }],
    });
    expect(outputs.find((each) => each.port === "error")!.payload).toMatchObject({
      code: "AGGREGATE_FAILED",
    });
    expect(harness.status()).toEqual({ level: "warning", text: "1 values left out" });
  });

  it("keeps few slices of the time up to a message, and stays as exact as it says", () => {
    const size = 60_000;
    const harness = createHarness(
      window,
      { kind: "sliding", size: "1 min", aggregates: sum },
      { startAt: start },
    );
    for (let index = 0; index < 2 * size; index += 7) harness.send(1, { at: start + index });
    const exact = Math.floor((size - 1) / 7) + 1;
    const { sum: last } = harness.outputs("out").at(-1)!.payload as { sum: number };
    expect(Math.abs(last - exact)).toBeLessThanOrEqual(exact / 250 + 1);
  });
});

function utc(text: string): number {
  return Date.parse(`${text}:00Z`);
}

import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import window from "../../nodes/window.ts";
import { createHarness, type Harness } from "../harness/operatorHarness.ts";
import { watchState } from "./watchState.ts";
import { type Arrival, arrivals, type Fired, modelWindows } from "./windowModel.ts";

const start = 1_767_571_200_000;
const sum = [{ name: "sum", function: "sum" as const }];

describe("window", () => {
  it("computes every function over the same messages", () => {
    const functions = ["avg", "min", "max", "sum", "count", "first", "last", "stddev"] as const;
    const aggregates = functions.map((name) => ({ name, function: name, value: "payload.v" }));
    const harness = createHarness(
      window,
      { size: "10 s", aggregates },
      { startAt: start, maxDelayMs: 5_000 },
    );
    // The second by time arrives last.
    for (const [at, v] of [
      [0, 2],
      [2_000, 4],
      [3_000, 4],
      [1_000, 4],
      [4_000, 5],
      [5_000, 5],
      [6_000, 7],
      [7_000, 9],
    ] as const) {
      harness.send({ v }, { at: start + at });
    }
    harness.restart();
    harness.watermark(start + 20_000);
    expect(harness.outputs("out").map((each) => each.payload)).toEqual([
      { start, end: start + 10_000, avg: 5, min: 2, max: 9, sum: 40, count: 8, first: 2, last: 9, stddev: 2 },
    ]);
  });

  it("keeps the precision of a deviation that is small beside its mean", () => {
    const aggregates = [{ name: "stddev", function: "stddev" as const }];
    const harness = createHarness(window, { size: "10 s", aggregates }, { startAt: start });
    for (let index = 0; index < 1_000; index++) harness.send(1e9 + (index % 2), { at: start + index });
    harness.watermark(start + 20_000);
    const { stddev } = harness.outputs("out")[0]!.payload as { stddev: number };
    expect(stddev).toBeCloseTo(0.5, 6);
  });

  it("takes first and last of anything, but numbers only from numbers", () => {
    const text = createHarness(
      window,
      { size: "10 s", aggregates: [{ name: "state", function: "last" }] },
      { startAt: start },
    );
    text.send("open", { at: start });
    text.watermark(start + 10_000);
    expect(text.outputs("out")[0]!.payload).toMatchObject({ state: "open" });

    const numbers = createHarness(window, { size: "10 s", aggregates: sum }, { startAt: start });
    numbers.send("open", { at: start });
    numbers.send(1e200, { at: start });
    numbers.send(4, { at: start });
    numbers.watermark(start + 10_000);
    expect(numbers.deadLetters().map((each) => each.code)).toEqual([
      "VALUE_NOT_A_NUMBER",
      "VALUE_NOT_A_NUMBER",
    ]);
    expect(numbers.outputs("out")[0]!.payload).toMatchObject({ sum: 4, count: 1 });
  });

  it("gives results the key, topic and named levels of the newest message", () => {
    const harness = createHarness(
      window,
      { size: "10 s", aggregates: sum },
      { startAt: start, maxDelayMs: 5_000 },
    );
    harness.send(1, { at: start + 2_000, key: "a", topic: "t/new", params: { device: "new" } });
    harness.send(1, { at: start + 1_000, key: "a", topic: "t/old", params: { device: "old" } });
    harness.watermark(start + 10_000);
    expect(harness.outputs("out")[0]!.message).toMatchObject({
      key: "a",
      topic: "t/new",
      params: { device: "new" },
    });
  });

  it("computes over all devices together, or over each room, when told to", () => {
    const config = { size: "10 s", aggregates: sum, per: "value", perValue: "params.room" };
    const harness = createHarness(window, config, { startAt: start });
    for (const [key, room] of [
      ["a", "hall"],
      ["b", "hall"],
      ["c", "roof"],
    ] as const) {
      harness.send(1, { at: start, key, params: { room } });
    }
    harness.watermark(start + 10_000);
    expect(harness.outputs("out").map(({ key, payload }) => [key, payload])).toEqual([
      ["hall", { start, end: start + 10_000, count: 2, sum: 2 }],
      ["roof", { start, end: start + 10_000, count: 1, sum: 1 }],
    ]);
    const together = createHarness(window, { size: "10 s", aggregates: sum, per: "all" }, { startAt: start });
    together.send(1, { at: start, key: "a" });
    together.send(1, { at: start, key: "b" });
    together.watermark(start + 10_000);
    expect(together.outputs("out").map(({ key, payload }) => [key, payload])).toEqual([
      ["", { start, end: start + 10_000, count: 2, sum: 2 }],
    ]);
  });

  it("sends what is too late to its own port and counts it", () => {
    const harness = createHarness(window, { size: "10 s", aggregates: sum }, { startAt: start });
    harness.send(1, { at: start + 12_000 });
    harness.send(2, { at: start + 9_999 });
    expect(harness.outputs().map(({ port, payload }) => [port, payload])).toEqual([["late", 2]]);
    expect(harness.drops()).toEqual({ late: 1 });
  });

  it("corrects a result within the allowed lateness, also after a restart", () => {
    const config = { size: "10 s", aggregates: sum, lateness: "5 s" };
    const harness = createHarness(window, config, { startAt: start });
    harness.send(1, { at: start + 1_000 });
    harness.send(1, { at: start + 12_000 });
    harness.restart();
    harness.send(2, { at: start + 3_000 });
    harness.send(1, { at: start + 15_000 });
    harness.send(4, { at: start + 4_000 });
    expect(
      harness.outputs().map(({ port, payload }) => [port, (payload as { sum?: number }).sum ?? payload]),
    ).toEqual([
      ["out", 1],
      ["out", 3],
      ["late", 4],
    ]);
  });

  it("forgets a key once nothing can come of it", () => {
    const { type, keys } = watchState(window);
    const harness = createHarness(
      type,
      { size: "10 s", aggregates: sum, lateness: "5 s" },
      { startAt: start },
    );
    harness.send(1, { at: start, key: "once" });
    harness.watermark(start + 14_998);
    expect([...keys]).toEqual(["once"]);
    harness.watermark(start + 14_999);
    expect([...keys]).toEqual([]);
  });

  it.each([
    [{ size: "0 s" }, "/size"],
    [{ size: "5 min", hop: "0 s" }, "/hop"],
    [{ size: "5 min", hop: "6 min" }, "/hop"],
    [{ size: "24 h", hop: "1 s" }, "/hop"],
    [{ size: "5 min", aggregates: [{ name: "end", function: "max" }] }, "/aggregates/0/name"],
    [
      {
        size: "5 min",
        aggregates: [
          { name: "a", function: "max" },
          { name: "a", function: "min" },
        ],
      },
      "/aggregates/1/name",
    ],
  ])("refuses %j at its field", (config, field) => {
    expect(window.check!(config as never).map((each) => each.field)).toEqual([field]);
  });
});

describe("window beside a naive model", () => {
  const shape = fc.constantFrom(
    { size: 5_000, hop: 5_000 },
    { size: 6_000, hop: 2_000 },
    { size: 7_000, hop: 3_000 },
    { size: 10_000, hop: 4_000 },
    { size: 60_000, hop: 1_000 },
  );

  it("agrees on streams out of order, late, silent and restarted anywhere", () => {
    fc.assert(
      fc.property(
        shape,
        arrivals,
        fc.constantFrom(0, 3_000, 20_000),
        fc.constantFrom(0, 4_000),
        (shape, stream, delay, lateness) => {
          const { size, hop } = shape;
          const config = {
            size: `${size} ms`,
            hop: `${hop} ms`,
            lateness: `${lateness} ms`,
            aggregates: (["sum", "min", "max", "first", "last", "avg"] as const).map((name) => ({
              name,
              function: name,
            })),
          };
          const { type, keys } = watchState(window);
          const harness = createHarness(type, config, { startAt: start, maxDelayMs: delay });
          const { fired, late } = modelWindows(stream, { size, hop, delay, lateness });
          feed(harness, stream);
          harness.watermark(start + 1_000_000);
          const outputs = harness.outputs();
          for (const key of new Set(stream.map((each) => each.key))) {
            const seen = outputs
              .filter((each) => each.key === key && each.port === "out")
              .map((each) => each.payload);
            expect(seen).toEqual(
              fired.filter((each) => each.key === key).map(({ payload }: Fired) => payload),
            );
          }
          expect(outputs.filter((each) => each.port === "late")).toHaveLength(late);
          expect([...keys]).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  function feed(harness: Harness, stream: readonly Arrival[]): void {
    for (const { at, key, value, restart } of stream) {
      if (restart) harness.restart();
      harness.send(value, { at, key });
    }
  }
});

interface Vector {
  readonly id: string;
  readonly params: { readonly size: number; readonly slide?: number; readonly allowed_lateness?: number };
  readonly events: readonly { type: string; key: string; value: number; ts: number }[];
  readonly expected: readonly {
    key: string;
    value: number;
    ts: number;
    window: [number, number];
    after_event: number;
  }[];
  readonly late_side_output?: readonly { key: string; value: number; ts: number; after_event: number }[];
}

/** Ours, in the form of the published vectors. Numbers worked out by hand. */
const ownVectors: readonly Vector[] = [
  {
    id: "tumbling: ends are exclusive",
    params: { size: 10 },
    events: [
      { type: "element", key: "a", value: 1, ts: 0 },
      { type: "element", key: "a", value: 2, ts: 9 },
      { type: "element", key: "a", value: 4, ts: 10 },
      { type: "watermark", key: "", value: 0, ts: 8 },
      { type: "watermark", key: "", value: 0, ts: 9 },
      { type: "snapshot_restore", key: "", value: 0, ts: 0 },
      { type: "watermark", key: "", value: 0, ts: 19 },
    ],
    expected: [
      { key: "a", value: 3, ts: 9, window: [0, 10], after_event: 4 },
      { key: "a", value: 4, ts: 19, window: [10, 20], after_event: 6 },
    ],
  },
  {
    id: "sliding: late for one window, in time for the next",
    params: { size: 20, slide: 10 },
    events: [
      { type: "element", key: "a", value: 1, ts: 5 },
      { type: "watermark", key: "", value: 0, ts: 9 },
      { type: "element", key: "a", value: 2, ts: 6 },
      { type: "watermark", key: "", value: 0, ts: 19 },
      { type: "element", key: "a", value: 4, ts: 7 },
    ],
    expected: [
      { key: "a", value: 1, ts: 9, window: [-10, 10], after_event: 1 },
      { key: "a", value: 3, ts: 19, window: [0, 20], after_event: 3 },
    ],
    late_side_output: [{ key: "a", value: 4, ts: 7, after_event: 4 }],
  },
];

/** Facts of other engines' own tests, where the checkout stands beside them; ours are always run. */
const published = new URL("../../../shared/data/window-vectors.json", import.meta.url);
const publishedVectors = existsSync(published)
  ? (JSON.parse(readFileSync(published, "utf8")) as { vectors: Vector[] }).vectors.filter(
      ({ id, params, events }) => /^(tumbling|sliding)-/.test(id) && params.size && events[0]?.type,
    )
  : [];

describe("window beside the vectors", () => {
  it.each([...ownVectors, ...publishedVectors].map((vector) => ({ id: vector.id, vector })))(
    "$id",
    ({ vector }) => {
      const { size, slide, allowed_lateness: lateness = 0 } = vector.params;
      const config = {
        size: `${size} ms`,
        lateness: `${lateness} ms`,
        aggregates: sum,
        ...(slide === undefined ? {} : { hop: `${slide} ms` }),
      };
      // So long a delay that the watermark moves only when the vector says so.
      const harness = createHarness(window, config, { maxDelayMs: 1e9 });
      const fired: unknown[] = [];
      const late: unknown[] = [];
      for (const [index, { type, key, value, ts }] of vector.events.entries()) {
        if (type === "element") harness.send(value, { at: ts, key });
        else if (type === "watermark") harness.watermark(ts);
        else harness.restart();
        for (const { port, key, payload, time } of harness.outputs()) {
          const { start, end, sum } = payload as { start: number; end: number; sum: number };
          if (port === "out")
            fired.push({ key, value: sum, ts: time, window: [start, end], after_event: index });
          else late.push({ key, value: payload, ts: time, after_event: index });
        }
      }
      expect(fired.map(asText).sort()).toEqual(vector.expected.map(asText).sort());
      expect(late).toEqual(vector.late_side_output ?? []);
    },
  );
});

function asText(value: unknown): string {
  const { key, ts, value: result, window: range, after_event: after } = value as Vector["expected"][number];
  return `after ${after}: ${key} ${JSON.stringify(range)} = ${result} at ${ts}`;
}

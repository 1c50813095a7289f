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
      {
        start,
        end: start + 10_000,
        result: "final",
        avg: 5,
        min: 2,
        max: 9,
        sum: 40,
        count: 8,
        first: 2,
        last: 9,
        stddev: 2,
      },
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
      ["hall", { start, end: start + 10_000, result: "final", count: 2, sum: 2 }],
      ["roof", { start, end: start + 10_000, result: "final", count: 1, sum: 1 }],
    ]);
    const together = createHarness(window, { size: "10 s", aggregates: sum, per: "all" }, { startAt: start });
    together.send(1, { at: start, key: "a" });
    together.send(1, { at: start, key: "b" });
    together.watermark(start + 10_000);
    expect(together.outputs("out").map(({ key, payload }) => [key, payload])).toEqual([
      ["", { start, end: start + 10_000, result: "final", count: 2, sum: 2 }],
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
        fc.boolean(),
        (shape, stream, delay, lateness, discarding) => {
          const { size, hop } = shape;
          const config = {
            size: `${size} ms`,
            hop: `${hop} ms`,
            lateness: `${lateness} ms`,
            accumulation: discarding ? "discarding" : "accumulating",
            aggregates: (["sum", "min", "max", "first", "last", "avg"] as const).map((name) => ({
              name,
              function: name,
            })),
          };
          const { type, keys } = watchState(window);
          const harness = createHarness(type, config, { startAt: start, maxDelayMs: delay });
          const { fired, late } = modelWindows(stream, { size, hop, delay, lateness, discarding });
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

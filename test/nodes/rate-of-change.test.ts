import fc from "fast-check";
import { describe, expect, it } from "vitest";
import rateOfChange from "../../nodes/rate-of-change.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { type Arrival, type Left, modelled, run, streamStart as start, streams } from "./orderedStream.ts";

describe("rate of change", () => {
  it("has nothing to say of one reading, or of two at one time", () => {
    const harness = createHarness(rateOfChange, {}, { startAt: start });
    harness.send(1, { at: start });
    harness.send(2, { at: start });
    expect(harness.outputs()).toEqual([]);
    expect(harness.drops()).toEqual({ "nothing to compare with": 2 });
    harness.send(5, { at: start + 3_600_000 });
    expect(harness.outputs().map((each) => each.payload)).toEqual([
      { rate: 3, value: 5, change: 3, elapsedMs: 3_600_000 },
    ]);
  });

  it("says so where a rate is more than a number can say, and goes on", () => {
    const harness = createHarness(rateOfChange, {}, { startAt: start });
    for (const [index, value] of [-1e308, 1e308, -1e308].entries())
      harness.send(value, { at: start + index * 3_600_000 });
    expect(harness.deadLetters().map(({ code }) => code)).toEqual(["VALUE_NOT_A_NUMBER"]);
    expect(harness.outputs().map(({ payload }) => payload)).toMatchObject([{ rate: 0, change: 0 }]);
  });

  it("refuses what is not a number and goes on", () => {
    const harness = createHarness(rateOfChange, {}, { startAt: start });
    for (const [index, value] of [1, "2", 2].entries()) harness.send(value, { at: start + index });
    expect(harness.deadLetters().map((each) => each.code)).toEqual(["VALUE_NOT_A_NUMBER"]);
    expect(harness.outputs()).toHaveLength(1);
  });

  it("says so when it cannot keep all readings of the time", () => {
    const harness = createHarness(rateOfChange, { over: "1 h", unit: "s" }, { startAt: start });
    for (let index = 0; index <= 1_001; index++) harness.send(index, { at: start + index * 1_000 });
    expect(harness.status()).toEqual({ level: "warning", text: "too many readings for this time" });
    expect(harness.outputs().at(-1)!.payload).toEqual({
      rate: 1,
      value: 1_001,
      change: 1_000,
      elapsedMs: 1_000_000,
    });
  });

  it("refuses no time at all", () => {
    expect(rateOfChange.check!({ over: "0 s" } as never).map((each) => each.field)).toEqual(["/over"]);
  });
});

function model(messages: readonly Arrival<number>[], overMs: number, meter: boolean): Left[] {
  let total = 0;
  const totals = messages.map(({ payload }, index) => {
    const before = messages[index - 1]?.payload;
    if (before === undefined || !meter) total = payload;
    else total += payload >= before ? payload - before : payload;
    return total;
  });
  return messages.flatMap(({ at, payload }, index): Left[] => {
    const older = messages.slice(0, index).filter((each) => each.at < at);
    const within = older.find((each) => each.at >= at - overMs) ?? older.at(-1);
    if (!within) return [];
    const change = totals[index]! - totals[messages.indexOf(within)]!;
    const elapsedMs = at - within.at;
    return [["out", at, { rate: (change / elapsedMs) * 1_000, value: payload, change, elapsedMs }]];
  });
}

describe("rate of change beside a naive model", () => {
  it("agrees on streams out of order within the delay, silent and restarted anywhere", () => {
    fc.assert(
      fc.property(
        streams(fc.nat(99)),
        fc.constantFrom(undefined, 5, 20),
        fc.boolean(),
        (stream, over, meter) => {
          const kind = meter ? "meter" : "gauge";
          const config = { unit: "s", kind, ...(over ? { over: `${over} s` } : {}) };
          const expected = modelled(stream, (messages) => model(messages, (over ?? 0) * 1_000, meter));
          expect(run(rateOfChange, config, stream)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});

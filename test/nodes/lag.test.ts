import fc from "fast-check";
import { describe, expect, it } from "vitest";
import lag from "../../nodes/lag.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { type Arrival, type Left, modelled, run, streamStart as start, streams } from "./orderedStream.ts";

describe("lag", () => {
  it("leaves out a change that is more than a number can say", () => {
    const harness = createHarness(lag, {}, { startAt: start });
    harness.send(1e308, { at: start });
    harness.send(-1e308, { at: start + 1 });
    expect(harness.outputs()[1]!.payload).toEqual({ value: -1e308, previous: 1e308, elapsedMs: 1 });
  });

  it("takes any value, null included, and computes a change of numbers alone", () => {
    const harness = createHarness(lag, { value: "payload.v" }, { startAt: start });
    for (const payload of [{ v: null }, {}, { v: [1] }, { v: 1 }]) harness.send(payload);
    expect(harness.outputs().map((each) => each.payload)).toEqual([
      { value: null },
      { value: [1], previous: null, elapsedMs: 0 },
      { value: 1, previous: [1], elapsedMs: 0 },
    ]);
    expect(harness.drops()).toEqual({ "no result": 1 });
  });

  it("compares over all devices together, or each room, when told to", () => {
    const harness = createHarness(lag, { per: "value", perValue: "params.room" }, { startAt: start });
    harness.send(1, { key: "a", params: { room: "hall" } });
    harness.send(3, { key: "b", params: { room: "hall" } });
    expect(harness.outputs().map(({ key, payload }) => [key, payload])).toEqual([
      ["hall", { value: 1 }],
      ["hall", { value: 3, previous: 1, change: 2, elapsedMs: 0 }],
    ]);
  });
});

function model(messages: readonly Arrival<number>[], back: number): Left[] {
  return messages.map(({ at, payload }, index): Left => {
    const before = messages[index - back];
    const found = before && {
      previous: before.payload,
      change: payload - before.payload,
      elapsedMs: at - before.at,
    };
    return ["out", at, { value: payload, ...found }];
  });
}

describe("lag beside a naive model", () => {
  it("agrees on streams out of order within the delay, silent and restarted anywhere", () => {
    fc.assert(
      fc.property(streams(fc.nat(99)), fc.integer({ min: 1, max: 3 }), (stream, back) => {
        expect(run(lag, { back }, stream)).toEqual(modelled(stream, (messages) => model(messages, back)));
      }),
      { numRuns: 300 },
    );
  });
});

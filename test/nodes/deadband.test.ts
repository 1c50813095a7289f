import fc from "fast-check";
import { describe, expect, it } from "vitest";
import deadband from "../../nodes/deadband.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { type Arrival, type Left, modelled, run, streamStart as start, streams } from "./orderedStream.ts";

function reported(config: object, values: readonly number[]): unknown[] {
  const harness = createHarness(deadband, config, { startAt: start });
  for (const [index, value] of values.entries()) harness.send(value, { at: start + index * 1_000 });
  return harness.outputs("out").map((each) => each.payload);
}

describe("deadband", () => {
  it("follows a slow drift", () => {
    expect(reported({ band: 1 }, [20, 20.4, 20.8, 21.2, 20.3])).toEqual([20, 21.2]);
  });

  it("takes a change by exactly the band for one, whatever binary fractions make of it", () => {
    expect(reported({ band: 0.1 }, [0.2, 0.3, 0.4, 20.2, 20.3])).toEqual([0.2, 0.3, 0.4, 20.2, 20.3]);
    expect(reported({ band: 0.1 }, [20, 20.09, 20.0999])).toEqual([20]);
  });

  it("reports any change from zero, and none without a change, when it goes by percent", () => {
    expect(reported({ by: "percent", band: 50 }, [0, 0, 0.001, 0.001, -0.001])).toEqual([0, 0.001, -0.001]);
  });

  it("takes two values at one time for the fastest change there is", () => {
    const harness = createHarness(deadband, { by: "rate", band: 1e9 }, { startAt: start });
    for (const value of [1, 1, 2]) harness.send(value, { at: start });
    expect(harness.outputs("out").map((each) => each.payload)).toEqual([1, 2]);
  });

  it("refuses what is not a number and goes on", () => {
    const harness = createHarness(deadband, { value: "payload.t" }, { startAt: start });
    for (const payload of [{ t: "20" }, {}, { t: 20 }]) harness.send(payload);
    expect(harness.deadLetters().map((each) => each.code)).toEqual(Array(2).fill("VALUE_NOT_A_NUMBER"));
    expect(harness.outputs("out")).toHaveLength(1);
  });

  it.each([
    [{ by: "rate", in: "0 s" }, "/in"],
    [{ atLeast: "0 s" }, "/atLeast"],
  ])("refuses %j at its field", (config, field) => {
    expect(deadband.check!(config as never).map((each) => each.field)).toEqual([field]);
  });
});

function model(
  messages: readonly Arrival<number>[],
  by: string,
  band: number,
  inMs: number,
  atLeastMs: number,
): Left[] {
  const reports: Arrival<number>[] = [];
  return messages.map((message, index): Left => {
    const last = reports.at(-1);
    const before = messages[index - 1];
    let news = !last || message.at - last.at >= atLeastMs;
    if (last && before) {
      const change = Math.abs(message.payload - last.payload);
      const step = Math.abs(message.payload - before.payload);
      if (by === "absolute") news ||= change >= band;
      else if (by === "percent") news ||= change > 0 && change * 100 >= Math.abs(last.payload) * band;
      else
        news ||= message.at === before.at ? step > 0 : step / ((message.at - before.at) / inMs) > band + 1e-9;
    }
    if (news) reports.push(message);
    return [news ? "out" : "rest", message.at, message.payload];
  });
}

describe("deadband beside a naive model", () => {
  it("agrees on streams out of order within the delay, silent and restarted anywhere", () => {
    fc.assert(
      fc.property(
        streams(fc.integer({ min: -10, max: 10 })),
        fc.constantFrom("absolute", "percent", "rate"),
        fc.constantFrom(1, 4, 50),
        fc.constantFrom(undefined, 20),
        (stream, by, band, atLeast) => {
          const config = { by, band, in: "5 s", ...(atLeast ? { atLeast: `${atLeast} s` } : {}) };
          const atLeastMs = (atLeast ?? Number.POSITIVE_INFINITY) * 1_000;
          const expected = modelled(stream, (messages) => model(messages, by, band, 5_000, atLeastMs));
          expect(run(deadband, config, stream)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});

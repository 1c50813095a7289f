import { describe, expect, it } from "vitest";
import { firstOf, isStuck, next } from "../../../runtime/core/anomaly/repeats.ts";

function taken(values: readonly number[], everyMs = 60_000) {
  const repeats = firstOf(values[0]!, 0);
  for (const [index, value] of values.slice(1).entries()) next(repeats, value, (index + 1) * everyMs);
  return { repeats, at: (values.length - 1) * everyMs };
}

describe("repeated readings", () => {
  it("show the smallest step of a sensor, and how long it rests", () => {
    expect(taken([20, 20, 20.5, 20.25, 21]).repeats).toMatchObject({
      step: 0.25,
      longestMs: 120_000,
      count: 1,
    });
  });

  it("are a stuck sensor beyond eight times its longest rest, and 20 readings", () => {
    const moving = [20, 20, 20, 21];
    const stuckAfter = (more: number) => {
      const { repeats, at } = taken([...moving, ...new Array<number>(more).fill(21)]);
      return isStuck(repeats, at);
    };
    expect([stuckAfter(10), stuckAfter(24), stuckAfter(25), stuckAfter(500)]).toEqual([
      false,
      false,
      true,
      true,
    ]);
    const chatty = taken([20, 21, ...new Array<number>(18).fill(21)]);
    expect(isStuck(chatty.repeats, chatty.at)).toBe(false);
  });

  it("are nothing odd in what has never moved", () => {
    const { repeats, at } = taken(new Array<number>(1_000).fill(5));
    expect(isStuck(repeats, at)).toBe(false);
  });
});

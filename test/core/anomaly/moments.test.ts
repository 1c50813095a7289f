import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  add,
  clipped,
  fade,
  type Moments,
  noMoments,
  pooled,
  spreadOf,
} from "../../../runtime/core/anomaly/moments.ts";

interface Reading {
  readonly at: number;
  readonly value: number;
}

const halfLifeMs = 60_000;

/** From the definition, over the whole history. */
function naive(history: readonly Reading[], at: number) {
  const weights = history.map((each) => 2 ** (-(at - each.at) / halfLifeMs));
  const weight = weights.reduce((a, b) => a + b, 0);
  const mean = history.reduce((sum, each, index) => sum + each.value * weights[index]!, 0) / weight;
  const squares = history.reduce((sum, each, index) => sum + weights[index]! * (each.value - mean) ** 2, 0);
  return { weight, mean, spread: Math.sqrt(squares / weight) };
}

function folded(history: readonly Reading[]): Moments {
  const moments = noMoments(0);
  for (const { at, value } of history) {
    fade(moments, at, halfLifeMs);
    add(moments, value);
  }
  return moments;
}

/** Irregular times, repeated ones included, up to some half-lives apart. */
const histories = fc
  .array(fc.record({ gap: fc.nat(100_000), value: fc.double({ min: -1e6, max: 1e6, noNaN: true }) }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((steps) => {
    let at = 0;
    return steps.map(({ gap, value }): Reading => {
      at += gap;
      return { at, value };
    });
  });

function expectSame(moments: Moments, history: readonly Reading[], at: number): void {
  const truth = naive(history, at);
  expect(moments.weight / truth.weight).toBeCloseTo(1, 9);
  expect(Math.abs(moments.mean - truth.mean)).toBeLessThan(1e-6);
  expect(Math.abs(spreadOf(moments) - truth.spread)).toBeLessThan(1e-3);
}

describe("fading mean and spread", () => {
  it("are those of the whole history, weighted by age", () => {
    fc.assert(
      fc.property(histories, (history) => expectSame(folded(history), history, history.at(-1)!.at)),
      { numRuns: 2_000 },
    );
  });

  it("are the same of parts that are pooled", () => {
    fc.assert(
      fc.property(histories, fc.array(fc.nat(3), { minLength: 40, maxLength: 40 }), (history, dice) => {
        const parts = [0, 1, 2, 3].map((part) => folded(history.filter((_, index) => dice[index] === part)));
        const at = history.at(-1)!.at + 5_000;
        expectSame(pooled(parts, at, halfLifeMs), history, at);
      }),
      { numRuns: 1_000 },
    );
  });

  it("keep their digits when the values are large and differ little", () => {
    const values = [1e9 + 1, 1e9 + 2, 1e9 + 3];
    const moments = folded(values.map((value) => ({ at: 0, value })));
    expect(spreadOf(moments)).toBeCloseTo(Math.sqrt(2 / 3), 6);
  });

  it("weigh a reading half after a half-life", () => {
    const moments = folded([
      { at: 0, value: 10 },
      { at: halfLifeMs, value: 40 },
    ]);
    expect(moments).toMatchObject({ weight: 1.5, mean: 30 });
  });

  it("learn a far reading as one 3 σ off, on either side", () => {
    expect([clipped(21, 20, 1), clipped(99, 20, 1), clipped(-99, 20, 1)]).toEqual([21, 23, 17]);
  });
});

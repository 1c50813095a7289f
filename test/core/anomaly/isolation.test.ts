import { describe, expect, it } from "vitest";
import { displacementOf } from "../../../runtime/core/anomaly/cutForest.ts";
import { type Isolation, isolationBaseline } from "../../../runtime/core/anomaly/isolation.ts";
import { offer, type Sample, sampleMax } from "../../../runtime/core/anomaly/sample.ts";
import { RandomNumbers } from "../../../runtime/core/expression/random.ts";
import { noise } from "../../nodes/anomalyCurves.ts";

const dayMs = 86_400_000;

/** Points along a line, y about 2x. */
function line(count: number, seed: number): number[][] {
  const random = new RandomNumbers(seed);
  return Array.from({ length: count }, () => {
    const x = 10 * random.next();
    return [x, 2 * x + 0.3 * noise(random)];
  });
}

describe("the fading sample", () => {
  it("keeps points by their age: half as many of those a half-life older", () => {
    const counts = [0, 0, 0, 0];
    for (let seed = 1; seed <= 40; seed++) {
      const random = new RandomNumbers(seed);
      const sample: Sample = { points: [], ranks: [] };
      for (let index = 0; index < 4_000; index++)
        offer(sample, [index], (index / 1_000) * dayMs, dayMs, 1, random.next());
      expect(sample.points).toHaveLength(sampleMax);
      for (const index of sample.points) counts[Math.floor(index / 1_000)]!++;
    }
    for (const age of [0, 1, 2]) expect(counts[age + 1]! / counts[age]!).toBeGreaterThan(1.75);
    for (const age of [0, 1, 2]) expect(counts[age + 1]! / counts[age]!).toBeLessThan(2.25);
  });

  it("keeps what has a small chance that much less often, and every point at any time it can", () => {
    const random = new RandomNumbers(9);
    const sample: Sample = { points: [], ranks: [] };
    for (let index = 0; index < 20_000; index++)
      offer(sample, [index % 2], 0, dayMs, index % 2 === 0 ? 1 : 1 / 16, random.next());
    const rare = sample.points.filter((value) => value === 1).length;
    expect(rare).toBeGreaterThan(4);
    expect(rare).toBeLessThan(35);
    // Far from 1970 and with a short half-life, weights would overflow if they were not logarithms.
    offer(sample, [2], 4e12, 1, 1, 0.5);
    expect(sample.points).toContain(2);
    expect(sample.ranks.every(Number.isFinite)).toBe(true);
  });
});

describe("the random cut forest", () => {
  const points = line(256, 1);
  const scales = [3, 6];
  const heightOf = (point: number[], seed = 7) => displacementOf(point, points.flat(), scales, seed).height;

  it("finds what lies apart, also where each value is usual by itself", () => {
    const usual = points.slice(0, 40).map((point) => heightOf(point));
    const highest = Math.max(...usual);
    expect(heightOf([3, 17])).toBeGreaterThan(highest);
    expect(heightOf([30, 60])).toBeGreaterThan(highest);
    expect(heightOf([5, 10])).toBeLessThan(highest);
  });

  it("gives the same for the same seed, and nearly the same for another", () => {
    expect(heightOf([3, 17], 1)).toBe(heightOf([3, 17], 1));
    const others = Array.from({ length: 20 }, (_, seed) => heightOf([3, 17], seed));
    expect(new Set(others).size).toBeGreaterThan(10);
    expect(Math.max(...others) - Math.min(...others)).toBeLessThan(1.5);
  });

  it("says which value it is", () => {
    const flat = Array.from({ length: 200 }, (_, index) => [
      index % 10,
      (index * 7) % 10,
      (index * 3) % 11,
    ]).flat();
    const { shares } = displacementOf([5, 40, 5], flat, [3, 3, 3], 1);
    expect(shares[1]).toBeGreaterThan(0.8);
    expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
  });

  it("leaves out what has never changed, and ends among equals", () => {
    expect(displacementOf([1, 9], new Array<number>(20).fill(1), [0, 0], 1)).toEqual({
      height: 0,
      shares: [0, 0],
    });
  });
});

describe("values together", () => {
  const points = line(600, 3);
  points[590] = [2, 18];

  function heights(restartEvery: number) {
    const baseline = isolationBaseline(["valve", "supply"], 7 * dayMs, 4);
    let known: Isolation = baseline.begin("coil-1", 0);
    return points.map((point, index) => {
      if (index % restartEvery === restartEvery - 1) known = JSON.parse(JSON.stringify(known)) as Isolation;
      const verdict = baseline.observe(known, point, index * 60_000);
      return verdict && [verdict.sigma, verdict.shares, verdict.explain()];
    });
  }

  it("come to the same after restarts anywhere", () => {
    expect(heights(7)).toEqual(heights(Number.POSITIVE_INFINITY));
  });

  it("stand out by what does not go together, in a person's words", () => {
    const [sigma, , text] = heights(1_000)[590]!;
    expect(sigma).toBeGreaterThan(4);
    expect(text).toMatch(
      /^(supply 18 is usual alone, but not with valve 2|valve 2 is usual alone, but not with supply 18)$/,
    );
  });

  it("are bounded in memory, and draw chance of their own for every key", () => {
    const baseline = isolationBaseline(["a", "b"], dayMs, 4);
    const known = baseline.begin("one", 0);
    for (const [index, point] of line(3_000, 5).entries()) baseline.observe(known, point, index * 60_000);
    expect(JSON.stringify(known).length).toBeLessThan(20_000);
    expect(baseline.begin("two", 0).seed).not.toBe(known.seed);
  });
});

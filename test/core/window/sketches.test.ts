/** What the sketches promise of their error, and that partials merge in any grouping to the same. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collected } from "../../../runtime/core/window/collected.ts";
import { distinct } from "../../../runtime/core/window/distinct.ts";
import { type Folding, foldings } from "../../../runtime/core/window/foldings.ts";
import { quantile } from "../../../runtime/core/window/quantiles.ts";
import { topValues } from "../../../runtime/core/window/topValues.ts";

/** Folds values in as many parts as asked, through JSON, as a restart does. */
function fold(folding: Folding, values: readonly unknown[], parts = 1): unknown {
  const size = Math.ceil(values.length / parts);
  const partials = Array.from({ length: Math.ceil(values.length / size) }, (_, part) => {
    const [first, ...rest] = values.slice(part * size, (part + 1) * size).entries();
    const begun = folding.one(first![1], part * size);
    return rest.reduce<unknown>((sum, [index, value]) => folding.add(sum, value, part * size + index), begun);
  });
  const whole = partials.reduce((a, b) => folding.merge(a, JSON.parse(JSON.stringify(b))));
  return folding.result(JSON.parse(JSON.stringify(whole)), values.length);
}

/** Numbers of a seed, the same on every machine. */
function numbers(seed: number, count: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  });
}

describe("quantile", () => {
  it("is exact and interpolated while there are few values", () => {
    expect(fold(quantile(0.5), [4, 1, 3, 2])).toBe(2.5);
    expect(fold(quantile(0.5), [7])).toBe(7);
    expect(fold(quantile(0.9), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])).toBe(10);
    expect([fold(quantile(0), [3, 1, 2]), fold(quantile(1), [3, 1, 2])]).toEqual([1, 3]);
  });

  it.each([
    ["positive over eight decades", (share: number) => 10 ** (share * 8 - 4)],
    ["around zero", (share: number) => (share - 0.5) * 50],
    ["negative", (share: number) => -1 - share * 1_000],
    ["many zeros", (share: number) => (share < 0.6 ? 0 : share)],
  ])("is within 1 %% beyond, in one part or many: %s", (_name, shape) => {
    const values = numbers(7, 20_000).map(shape);
    const sorted = [...values].sort((a, b) => a - b);
    for (const share of [0.01, 0.25, 0.5, 0.9, 0.99, 0.999]) {
      const truth = sorted[Math.floor(share * (values.length - 1))]!;
      for (const parts of [1, 37]) {
        const estimate = fold(quantile(share), values, parts) as number;
        expect(
          Math.abs(estimate - truth),
          `${share} in ${parts}: ${estimate}, is ${truth}`,
        ).toBeLessThanOrEqual(Math.abs(truth) * 0.01 + 1e-9);
      }
    }
  });

  it("keeps memory bounded over every magnitude, and the high quantiles right", () => {
    const values = numbers(3, 20_000).map((share) => 10 ** (share * 280 - 140));
    const folding = quantile(0.99);
    const partial = values
      .slice(1)
      .reduce((sum, value) => folding.add(sum, value, 0), folding.one(values[0], 0));
    expect(JSON.stringify(partial).length).toBeLessThan(40_000);
    const truth = [...values].sort((a, b) => a - b)[Math.floor(0.99 * (values.length - 1))]!;
    expect(Math.abs((folding.result(partial, values.length) as number) / truth - 1)).toBeLessThan(0.01);
  });
});

describe("distinct", () => {
  it("is exact while there are few, whatever the values are", () => {
    expect(fold(distinct, ["a", 1, "1", null, { x: 1, y: 2 }, { y: 2, x: 1 }, [1], "a"])).toBe(6);
    expect(fold(distinct, numbers(1, 256), 5)).toBe(256);
  });

  // 3.5 standard errors of 1.6 %.
  it.each([300, 1_000, 5_000, 12_000, 40_000, 150_000])("is near the truth for %i", (count) => {
    const values = Array.from({ length: count }, (_, index) => `device-${index}`);
    for (const parts of [1, 9]) {
      const estimate = fold(distinct, values, parts) as number;
      expect(Math.abs(estimate / count - 1), `${estimate} of ${count}`).toBeLessThan(0.056);
    }
  });
});

describe("most frequent values", () => {
  it("are exact while there are few different ones", () => {
    expect(fold(topValues(2), ["on", "off", "on", { a: 1 }, "off", "on"], 3)).toEqual([
      { value: "on", count: 3 },
      { value: "off", count: 2 },
    ]);
  });

  it("are off by at most a 512th of all messages beyond, and never too high", () => {
    const count = 60_000;
    const values = numbers(5, count).map((share) =>
      share < 0.3 ? Math.floor(share * 20) : Math.floor(share * 1e6),
    );
    const truth = values.filter((value) => value === 3).length;
    for (const parts of [1, 7]) {
      const top = fold(topValues(6), values, parts) as { value: number; count: number }[];
      const found = top.find((each) => each.value === 3)!;
      expect(found.count).toBeLessThanOrEqual(truth);
      expect(found.count).toBeGreaterThanOrEqual(truth - count / 512);
      expect(top.map((each) => each.value).sort()).toEqual([0, 1, 2, 3, 4, 5]);
    }
  });
});

describe("a list of values", () => {
  it("keeps the newest, in order of time", () => {
    const list = collected(3);
    const one = list.add(list.add(list.one("d", 4), "b", 2), "a", 1);
    const two = list.add(list.one("c", 3), "e", 5);
    expect(list.result(list.merge(one, two), 5)).toEqual(["c", "d", "e"]);
  });
});

describe("partials", () => {
  const all: Readonly<Record<string, Folding>> = {
    ...foldings,
    median: quantile(0.5),
    distinct,
    top: topValues(3),
    collect: collected(5),
  };

  it.each(Object.entries(all))("%s comes to the same in any grouping", (name, folding) => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 9 }),
        (values, parts) => {
          const whole = fold(folding, values);
          const grouped = fold(folding, values, parts);
          if (name === "stddev" || name === "variance") expect(grouped).toBeCloseTo(whole as number, 9);
          else expect(grouped).toEqual(whole);
        },
      ),
    );
  });

  it("merging changes neither side", () => {
    for (const [name, folding] of Object.entries(all)) {
      const many = (from: number) =>
        Array.from({ length: 200 }, (_, index) => from + index).reduce<unknown>(
          (sum, value) => folding.add(sum, value, value),
          folding.one(from, from),
        );
      const [a, b] = [many(0), many(500)];
      const before = JSON.stringify([a, b]);
      folding.merge(a, b);
      folding.merge(b, a);
      expect(JSON.stringify([a, b]), name).toBe(before);
    }
  });
});

import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, it } from "vitest";
import { fingerprint } from "../../runtime/core/api.ts";

it("is the same for equal values and differs for others", () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(value, value, (one, other) => {
      const [a, b] = [JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other))];
      expect(fingerprint(a) === fingerprint(b)).toBe(isDeepStrictEqual(a, b));
      expect(fingerprint(a)).toBe(fingerprint(reversed(a)));
    }),
    { numRuns: 1_000 },
  );
});

it("stays short and tells long values apart by any character", () => {
  const long = "x".repeat(10_000);
  const texts = Array.from({ length: 10_000 }, (_, at) =>
    fingerprint(`${long.slice(0, at)}y${long.slice(at)}`),
  );
  expect(new Set(texts).size).toBe(10_000);
  expect(Math.max(...texts.map((each) => each.length))).toBeLessThanOrEqual(64);
});

/** Every object's fields in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, reversed(inner)]),
  );
}

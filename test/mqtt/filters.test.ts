import fc from "fast-check";
import { expect, test } from "vitest";
import { coverOf, levelsCover, levelsOverlap, type WantedFilter } from "../../runtime/mqtt/filters.ts";

const covers = (wide: string, narrow: string) => levelsCover(wide.split("/"), narrow.split("/"));
const overlaps = (one: string, other: string) => levelsOverlap(one.split("/"), other.split("/"));
const matches = covers;

const level = fc.constantFrom("a", "b", "", "$x");
const topic = fc
  .array(level, { minLength: 1, maxLength: 3 })
  .map((levels) => levels.join("/"))
  .filter((each) => each !== "");
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant("+")), { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([levels, open]) => [...levels, ...(open ? ["#"] : [])].join("/"))
  .filter((each) => each !== "");
const wanted = fc.record<WantedFilter>({
  filter,
  qos: fc.constantFrom(0, 1, 2),
  retained: fc.boolean(),
});

test.each([
  ["a/#", "a", true],
  ["#", "a/b", true],
  ["#", "$SYS/a", false],
  ["+/a", "$SYS/a", false],
  ["$SYS/#", "$SYS/a", true],
  ["a/+/b", "a//b", true],
  ["a/+", "a", false],
  ["a/+", "a/", true],
  ["a", "a/b", false],
])("filter %s on topic %s: %s", (filter, topic, expected) => {
  expect(matches(filter, topic)).toBe(expected);
});

test("a filter covers another one exactly when it matches all its topics", () => {
  // Three levels of a small alphabet show every difference that filters of three levels can have, `#` aside.
  const alphabet = ["a", "b", "", "$x", "z"];
  const two = alphabet.flatMap((one) => alphabet.map((other) => `${one}/${other}`));
  const topics = [...alphabet, ...two, ...two.flatMap((each) => alphabet.map((last) => `${each}/${last}`))];
  const deep = topics.flatMap((each) => [each, `${each}/z/z`]);
  fc.assert(
    fc.property(filter, filter, (one, other) => {
      const narrow = deep.filter((each) => matches(other, each));
      if (covers(one, other)) expect(narrow.every((each) => matches(one, each))).toBe(true);
      expect(overlaps(one, other)).toBe(narrow.some((each) => matches(one, each)));
    }),
  );
});

test("a cover matches the same topics, asks for at least the same, and has no redundant filter", () => {
  fc.assert(
    fc.property(fc.array(wanted, { maxLength: 6 }), fc.array(topic, { maxLength: 10 }), (filters, topics) => {
      const cover = [...coverOf(filters).values()];
      for (const each of topics) {
        const before = filters.filter((one) => matches(one.filter, each));
        const after = cover.filter((one) => matches(one.filter, each));
        expect(after.length > 0).toBe(before.length > 0);
        expect(Math.max(0, ...after.map((one) => one.qos))).toBeGreaterThanOrEqual(
          Math.max(0, ...before.map((one) => one.qos)),
        );
        expect(after.some((one) => one.retained) || !before.some((one) => one.retained)).toBe(true);
      }
      for (const one of cover) {
        expect(cover.some((other) => other !== one && covers(other.filter, one.filter))).toBe(false);
      }
    }),
  );
});

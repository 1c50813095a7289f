import { describe, expect, it } from "vitest";
import { kindsOf, ownVectors, publishedVectors, readsAll } from "./publishedVectors.ts";

const [own, published] = [ownVectors(), publishedVectors()];

describe("vectors", () => {
  it(`are each run by one test: ${own.length} of our own, ${published.length} published`, () => {
    const kinds = [...own, ...published].map((vector) => [vector.id, kindsOf(vector).length]);
    expect(kinds.filter(([, count]) => count !== 1)).toEqual([]);
    expect(own.length).toBeGreaterThan(100);
  });

  it("of our own have each a name and a sentence", () => {
    expect(new Set(own.map(({ id }) => id)).size).toBe(own.length);
    expect(own.filter(({ notes = "" }) => !/^[A-Z0-9].*\.$/.test(notes)).map(({ id }) => id)).toEqual([]);
  });

  it("are of no kind when nobody knows their words", () => {
    const vector = { operator: "", params: {}, events: [{ ts: 1 }], expected: [] };
    expect(kindsOf({ ...vector, id: "snapshot-window" })).toEqual([]);
    expect(kindsOf({ ...vector, id: "tumbling-new", events: [{ at: 1 }] })).toEqual([]);
    expect(kindsOf({ ...vector, id: "ekuiper-session" })).toEqual([]);
  });

  it("fail with a field that nobody reads", () => {
    expect(() => readsAll({ size: 1, evictor: 2 }, ["size"], "x")).toThrow(
      "x: the test does not know evictor.",
    );
  });
});

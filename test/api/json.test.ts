import fc from "fast-check";
import { expect, test } from "vitest";
import { parseJson, syntaxErrorAt } from "../../runtime/api/json.ts";

test.each([
  ['{"a": x}', 6],
  ['{"a": 1,}', 8],
  ["[1 2]", 3],
  ["{1: 2}", 1],
  ['{"a" 1}', 5],
  ["[1}", 2],
  ["1 1", 2],
  ['"a\nb"', 0],
  ["[01]", 2],
  ["", 0],
  ['{"a": [1, 2', 11],
  [" nul", 1],
])("%j stops being JSON at %i", (text, at) => {
  expect(syntaxErrorAt(text)).toBe(at);
});

test("an error tells line and column", () => {
  expect(() => parseJson('{\n  "a": 1,\n  b: 2\n}')).toThrow(
    'The body is not JSON: line 3, column 3, at "b: 2\\n}".',
  );
  expect(() => parseJson("[")).toThrow("it ends too early");
});

test("a number that would be read as infinity is refused", () => {
  expect(() => parseJson('{"payload":1e999}')).toThrow("a number beyond");
  expect(parseJson('{"payload":"1e999"}')).toEqual({ payload: "1e999" });
});

test("a body nested deeper than the limit is refused, however deep", () => {
  expect(() => parseJson("[".repeat(101) + "]".repeat(101))).toThrow("nested deeper than 100 levels");
  expect(() => parseJson("[".repeat(1_000_000) + "]".repeat(1_000_000))).toThrow(
    "nested deeper than 100 levels",
  );
  expect(parseJson("[".repeat(100) + "]".repeat(100))).toBeDefined();
});

test("it finds no error in JSON, and one wherever a text is cut short", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, cut) => {
      expect(syntaxErrorAt(text)).toBe(text.length);
      const prefix = text.slice(0, cut % text.length);
      expect(syntaxErrorAt(prefix)).toBeLessThanOrEqual(prefix.length);
    }),
  );
});

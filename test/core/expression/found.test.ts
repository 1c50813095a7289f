/** What fuzzing found, mended: each of these was wrong once, or was a crash. */
import { describe, expect, it } from "vitest";
import { compileExpression, type Mode } from "../../../runtime/core/expression/compile.ts";
import { ExpressionError } from "../../../runtime/core/expression/expression.ts";
import { expressionLimits } from "../../../runtime/core/expression/limits.ts";
import { referenceOutcome } from "./reference.ts";

const modes: readonly Mode[] = ["closures", "generated"];

function outcome(source: string, input: unknown, mode: Mode): unknown {
  try {
    return { value: compileExpression(source, expressionLimits, mode).evaluate(input, { now: 0 }) };
  } catch (error) {
    if (error instanceof ExpressionError) return { code: error.code };
    throw error;
  }
}

describe.each(modes)("as %s, the same as the reference", (mode) => {
  it.each([
    [
      "a composed function passes on one item, not a list of it",
      "($f := $spread ~> $type; $f({'a': 1}))",
      {},
    ],
    ["and nothing instead of an empty list", "($f := $keys ~> $exists; $f({}))", {}],
    [
      "and so through a partial application",
      "($f := $map(?, function($x){ $y }) ~> $sum; $exists($f([1, 2])))",
      {},
    ],
    ["a text is no limit", "$match('AAAA', /A+/, 'count')", {}],
    ["large numbers of letters round as there", "$parseInteger('one thousand trillion', 'a')", {}],
    ["small Roman numerals are none where capitals are asked for", "$string($parseInteger('xx', 'I'))", {}],
    [
      "parts of a millisecond count towards the one before",
      "$fromMillis(-0.5, '[H01]:[m01]:[s01].[f001]', '+0530')",
      {},
    ],
    ["a zone of six digits is a mistake at Greenwich, too", "$fromMillis(0, '[Z010101t]')", {}],
    ["a zone is Z at Greenwich", "$fromMillis(0, '[H01][Z0101t]')", {}],
    ["a function equals no object", "$sum = a", { a: {} }],
    ["nor another function, but itself", "[$sum = $count, $sum = $sum]", {}],
    ["a range keeps a negative zero", "[-0..1]", {}],
  ])("%s: %s", async (_, source, input) => {
    const theirs = await referenceOutcome(source, input);
    expect(theirs).toBeDefined();
    expect(outcome(source, input, mode)).toEqual({ value: undefined, ...theirs });
  });
});

describe.each(modes)("as %s, by decision", (mode) => {
  it.each([
    ["a pattern on the left of a default is one", '$contains("hello", /L+/i) ?? 1', { value: true }],
    ["and of an elvis", '$match("hello", /l+/).match ?: 1', { value: "ll" }],
    ["infinity has no picture", '$formatNumber(1/0, "0e0")', { code: "D1001" }],
    ["nor a base", "$formatBase(1/0)", { code: "D1001" }],
    ["nor is it an integer", '$formatInteger(1/0, "w")', { code: "D1001" }],
    [
      "a large number is written out",
      '$formatNumber(-1.25e22, "#,##0.0")',
      { value: "-12,500,000,000,000,000,000,000.0" },
    ],
    ["also as an integer", '$formatInteger(1e23, "#,##0")', { value: "100,000,000,000,000,000,000,000" }],
    ["a time out of range is none", "$fromMillis(1e300)", { code: "D3901" }],
    ["nor can it be read", '$toMillis("1000000000000000", "[D#1,2-2]")', { code: "D3901" }],
    ["a zone nobody knows is none", '$fromMillis(0, "[H]", "there")', { code: "D3902" }],
    ["a component nobody knows is none", '$fromMillis(0, "[1,2]")', { code: "D3132" }],
    ["a result no payload can hold is an error", "1e308 * 10", { code: "D1001" }],
    ["at any depth", '{"a": [0/0]}', { code: "D1001" }],
    ["but in between it may occur", "1e308 * 10 > 5", { value: true }],
    ["a group behind an order-by of tuples sees the items", "a#$i^(>v){k: $i}", { value: { y: 1, x: 0 } }],
  ])("%s: %s", (_, source, expected) => {
    const input = {
      a: [
        { k: "x", v: 1 },
        { k: "y", v: 2 },
      ],
    };
    expect(outcome(source, input, mode)).toEqual(expected);
  });

  it("an error in a function's last call names the function and its place", () => {
    const compiled = compileExpression(
      "($f := function($x){ $uppercase($x) }; 1 + $f(5))",
      expressionLimits,
      mode,
    );
    expect(() => compiled.evaluate({}, { now: 0 })).toThrow(/Argument 1 of \$uppercase/);
    expect(() => compiled.evaluate({}, { now: 0 })).toThrow(expect.objectContaining({ position: 32 }));
  });

  it("a number no payload can hold is an error at its operator", () => {
    const compiled = compileExpression("1e308 * 10", expressionLimits, mode);
    expect(() => compiled.evaluate({}, { now: 0 })).toThrow(
      expect.objectContaining({ code: "D1001", position: 7 }),
    );
  });
});

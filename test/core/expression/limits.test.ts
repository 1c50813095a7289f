import { describe, expect, it } from "vitest";
import { compileExpression } from "../../../runtime/core/expression/compile.ts";
import { ExpressionError } from "../../../runtime/core/expression/expression.ts";
import { sourceLimits } from "../../../runtime/core/expression/limits.ts";

const env = { now: 0 };

/** Expressions that would hang or kill the process. */
const hostile: readonly string[] = [
  "[1..10000000]",
  "$sum([1..200000].[1..200000])",
  '$length($pad("x", 200000000))',
  '$pad("x", -200000000)',
  '($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $length($f("x", 40)))',
  '$length($join([1..200000].$string("xxxxxxxxxxxxxxxxxxxxxxx")))',
  '$length($replace($pad("", 100000, "a"), "a", "aaaaaaaaaaaaaaaaaaaaaaaa"))',
  "($f := function($n) { 1 + $f($n + 1) }; $f(0))",
  "($f := function($n) { $f($n + 1) }; $f(0))",
  "($f := function() { $map([1], $f) }; $f())",
  '($f := function($s, $n) { $n = 0 ? $s : $f({"a": $s, "b": $s}, $n - 1) }; $f(1, 40))',
  '($f := function($s, $n) { $n = 0 ? $s : $f({"a": $s, "b": $s}, $n - 1) }; $string($f(1, 40)))',
  '($f := function($s, $n) { $n = 0 ? $s : $f({"a": $s, "b": $s}, $n - 1) }; $f(1, 40) = $f(1, 40))',
  '($f := function($s, $n) { $n = 0 ? $s : $f({"a": $s, "b": $s}, $n - 1) }; $count($f(1, 40).**))',
  '($f := function($s, $n) { $n = 0 ? $s : $f({"a": $s, "b": $s}, $n - 1) }; $f(1, 40) ~> |a|{}|)',
  "($f := function($s, $n) { $n = 0 ? $s : $f([[$s], [$s]], $n - 1) }; $f(0, 40) ? 1 : 2)",
  '$reduce([1..60], function($a, $b) { {"l": $a, "r": $a} })',
  `$${'.{"a":$,"b":$,"c":$,"d":$}'.repeat(20)}`,
  "($f := function($s, $n) { $n = 0 ? $s : $f($append($s, $s), $n - 1) }; $count($f([1, 2], 40)))",
  "$distinct([1..2000].{'v': $})",
  "$sort([1..200000], function($a, $b) { $a < $b })",
  '$formatInteger(1e300, "I")',
  "($a := [1..100000]; $map($a, function($v) { $count($a) }))",
  "($f := function($n) { $eval('$f($n + 1)') }; $f(0))",
  "($t := '$eval($t)'; $eval($t))",
  '$map([1..10000], function() { $eval("[1, 2, 3, 4, 5, 6, 7, 8]") })',
  '($s := $pad("", 1000000, "x"); $map([1..200000], function() { $uppercase($s) }))',
];

describe("an expression without end or measure", () => {
  it.each(hostile)("is stopped: %s", (source) => {
    expect(codeOf(source, {})).toBe("EXPR_LIMIT");
  });

  it("is stopped on deeply nested data", () => {
    let nested: unknown = 1;
    for (let depth = 0; depth < 100_000; depth++) nested = [nested];
    expect(codeOf("$count(**) = 0 or $string(a) = a", { a: nested })).toBe("EXPR_LIMIT");
  });

  it("is stopped when its result is deeper than a payload may be", () => {
    expect(codeOf("$reduce([1..5000], function($a, $b) { {'a': $a} })", {})).toBe("EXPR_LIMIT");
    expect(codeOf(`${"[".repeat(101)}${"]".repeat(101)}`, {})).toBe("EXPR_LIMIT");
  });

  it("is stopped when it doubles its input once too often", () => {
    const twice = compileExpression('{ "a": $, "b": $ }');
    let value: unknown = 1;
    const doubleForEver = () => {
      for (let node = 0; node < 100; node++) value = twice.evaluate(value, env);
    };
    expect(doubleForEver).toThrow(/result has more than/);
    expect(JSON.stringify(value).length).toBeLessThan(100e6);
  });

  it("is not needed for a run of digits that a picture can split in many ways", () => {
    expect(codeOf(`$toMillis("${"1".repeat(100)}x", "${"[f1]".repeat(20)}")`, {})).toBeUndefined();
  });

  it("says what it was stopped for, and can be evaluated again", () => {
    const compiled = compileExpression("$count([1..n])");
    expect(() => compiled.evaluate({ n: 1e6 }, env)).toThrow(/array of more than 250000 items/);
    expect(compiled.evaluate({ n: 5 }, env)).toBe(5);
  });
});

describe("a source that is too much for the parser", () => {
  it("is refused when it is too long", () => {
    expect(codeOf(`${"1+".repeat(sourceLimits.lengthMax)}1`, {})).toBe("EXPR_LIMIT");
  });

  it("is refused when it is nested too deeply", () => {
    expect(codeOf("(".repeat(15_000) + ")".repeat(15_000), {})).toBe("EXPR_LIMIT");
  });

  it("is refused when it doubles the tree with each default", () => {
    expect(codeOf(`${"(".repeat(40)}a${" ?? b)".repeat(40)}`, {})).toBe("EXPR_LIMIT");
  });

  it("compiles nested objects in proportion to their size", () => {
    const source = `${'{"a":'.repeat(60)}1${"}".repeat(60)}`;
    expect(JSON.stringify(compileExpression(source).evaluate({}, env))).toBe(source);
  });
});

function codeOf(source: string, input: unknown): string | undefined {
  try {
    compileExpression(source).evaluate(input, env);
    return undefined;
  } catch (error) {
    if (error instanceof ExpressionError) return error.code;
    throw error;
  }
}

import { describe, expect, it } from "vitest";
import { compileExpression } from "../../../runtime/core/expression/compile.ts";
import { ExpressionError } from "../../../runtime/core/expression/expression.ts";
import { deepFreeze } from "./reference.ts";

const env = { now: 1_700_000_000_123 };

function evaluate(source: string, input: unknown = {}): unknown {
  return compileExpression(source).evaluate(input, env);
}

function errorOf(source: string, input: unknown = {}): ExpressionError {
  try {
    evaluate(source, input);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`${source} gave no error`);
}

describe("an input", () => {
  it("is never changed, even where the reference would", () => {
    const input = deepFreeze({ a: [], b: [{ c: 1 }], o: { x: 1 } });
    expect(evaluate('a{"x": 1}', input)).toEqual({ x: 1 });
    expect(evaluate("a[]", input)).toEqual([]);
    expect(evaluate('$ ~> |b|{"c": 2}, "d"|', input)).toEqual({ a: [], b: [{ c: 2 }], o: { x: 1 } });
    expect(evaluate("$sort(b.c)", input)).toEqual([1]);
    expect(input).toEqual({ a: [], b: [{ c: 1 }], o: { x: 1 } });
  });

  it("shows its own properties only", () => {
    class Reading {
      readonly own = 1;
      get inherited(): number {
        return 2;
      }
      get nested(): object {
        return { x: 2 };
      }
    }
    const input = { payload: new Reading(), plain: {} };
    expect(evaluate("payload.own", input)).toBe(1);
    for (const key of ["inherited", "constructor", "toString", "__proto__", "hasOwnProperty"]) {
      expect(evaluate(`payload.${key}`, input)).toBeUndefined();
      expect(evaluate(`plain.${key}.x`, input)).toBeUndefined();
      expect(evaluate(`$lookup(plain, "${key}")`, input)).toBeUndefined();
    }
    for (const path of ["constructor", "constructor.name", "inherited", "a.constructor.name", "nested.x"]) {
      expect(evaluate(path, new Reading())).toBeUndefined();
      expect(evaluate(path, [new Reading(), new Reading()])).toBeUndefined();
    }
    expect(evaluate("payload.own.constructor", input)).toBeUndefined();
    expect(evaluate("$sum.constructor")).toBeUndefined();
  });

  it("cannot reach a prototype through its keys", () => {
    const input = JSON.parse(
      '{"k": "__proto__", "v": {"polluted": 1}, "__proto__": {"polluted": 2}, "constructor": 3}',
    );
    const results = [
      evaluate("{k: v}", input),
      evaluate('{"__proto__": v}', input),
      evaluate("$merge([$, {k: v}])", input),
      evaluate("$sift($, function() { true })", input),
      evaluate("$spread($)", input),
      evaluate("v{%.k: $}", { v: input }),
      evaluate("$ ~> |$|{k: v}|", input),
    ];
    for (const result of results) expect(Object.getPrototypeOf(result)).toBe(protoOf(result));
    expect(Object.hasOwn(evaluate("{k: v}", input) as object, "__proto__")).toBe(true);
    expect(evaluate("__proto__.polluted", input)).toBe(2);
    expect(evaluate("constructor", input)).toBe(3);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it("cannot pass as a function", () => {
    const input = { f: { _jsonata_lambda: true, _jsonata_function: true, implementation: 1 } };
    expect(evaluate("$type(f)", input)).toBe("object");
    expect(evaluate("$exists(f)", input)).toBe(true);
    expect(errorOf("f()", input).code).toBe("T1006");
  });
});

describe("a result", () => {
  it("is nothing where the data has nothing", () => {
    for (const source of [
      "a",
      "a.b.c",
      "a[0]",
      "a > 1",
      "a + 1",
      "$sum(a)",
      "a ? 1",
      "-a",
      "a.b[c = 1].d",
      "$x",
    ]) {
      expect(evaluate(source)).toBeUndefined();
    }
    expect(evaluate("a = a")).toBe(false);
    expect(evaluate('{"a": a}')).toEqual({});
  });

  it("carries no hidden flags, at no depth", () => {
    const input = { a: [{ b: 1 }, { b: 2 }], n: [1, 2] };
    for (const source of [
      "a.b",
      "a.b[]",
      '{"x": a.b, "y": [a.b]}',
      "[[a.b]]",
      "a.[b]",
      "$map(n, function() { a.b })",
      "$",
    ]) {
      expect(flagsIn(evaluate(source, input))).toEqual([]);
    }
    expect(flagsIn(evaluate("$", [1, 2]))).toEqual([]);
  });

  it("of one kept item stays an array in the next expression", () => {
    const first = evaluate('{"x": a.b[]}', { a: [{ b: 1 }] });
    expect(first).toEqual({ x: [1] });
    expect(evaluate("x", first)).toEqual([1]);
  });

  it("is a value: a function is an error", () => {
    expect(errorOf("$now").code).toBe("EXPR_FUNCTION");
    expect(errorOf('{"f": function() { 1 }}').code).toBe("EXPR_FUNCTION");
    expect(errorOf("$reverse($sum)").code).toBe("EXPR_FUNCTION");
    expect(errorOf('/a/("a")').code).toBe("EXPR_FUNCTION");
  });
});

describe("the clock", () => {
  it("is the evaluation's", () => {
    expect(evaluate("$millis()")).toBe(1_700_000_000_123);
    expect(evaluate("$now()")).toBe("2023-11-14T22:13:20.123Z");
    expect(evaluate('$now("[H01]:[m01]", "+0100")')).toBe("23:13");
  });

  it("agrees with the host's calendar on every kind of day", () => {
    for (let day = -800_000; day < 800_000; day += 997) {
      const millis = day * 86_400_000 + 12_345;
      if (new Date(millis).getUTCFullYear() < 0 || new Date(millis).getUTCFullYear() > 9999) continue;
      const text = new Date(millis).toISOString();
      expect(evaluate("$fromMillis(t)", { t: millis })).toBe(text);
      expect(evaluate("$toMillis(t)", { t: text })).toBe(millis);
    }
  });

  it("takes a time without a zone as UTC, and refuses a day that does not exist", () => {
    expect(evaluate('$toMillis("2024-01-01T00:00:00")')).toBe(Date.UTC(2024, 0, 1));
    expect(errorOf('$toMillis("2024-13-01")').code).toBe("D3110");
  });

  it("knows zones of half an hour west of Greenwich", () => {
    expect(evaluate('$fromMillis(0, "[Y]-[M01]-[D01]T[H01]:[m01][Z]", "-0330")')).toBe(
      "1969-12-31T20:30-03:30",
    );
    expect(evaluate('$toMillis("1969-12-31 20:30 -03:30", "[Y]-[M01]-[D01] [H01]:[m01] [Z]")')).toBe(0);
  });
});

describe("an error", () => {
  it("has a code, a position and words", () => {
    expect(errorOf("a +")).toMatchObject({
      code: "S0207",
      position: 3,
      message: "Unexpected end of expression",
    });
    expect(errorOf('1 + "x"')).toMatchObject({
      code: "T2002",
      position: 3,
      message: "Right of + there must be a number",
    });
    expect(errorOf('$round("x")')).toMatchObject({
      code: "T0410",
      message: expect.stringContaining("Argument 1 of $round"),
    });
    expect(errorOf("$nope(1)")).toMatchObject({ code: "T1006" });
    expect(errorOf('$error("door is open")')).toMatchObject({ code: "D3137", message: "door is open" });
    expect(errorOf("a[/[/]").code).toMatch(/^S/);
    expect(errorOf('$replace("a", "a", nothing)')).toMatchObject({ code: "T0410" });
  });

  it("keeps the function's own code where it passes through others", () => {
    expect(errorOf('[1, 2].$map([$], function($v) { $number("x" & $v) })')).toMatchObject({ code: "D3030" });
  });
});

describe("$eval", () => {
  it("sees the variables and the context of its caller, tuples' and lambdas' included", () => {
    expect(evaluate("($x := 2; $eval('$x + a'))", { a: 3 })).toBe(5);
    expect(evaluate("b.$eval('c * 2')", { b: [{ c: 1 }, { c: 2 }] })).toEqual([2, 4]);
    expect(evaluate("a#$i.$eval('$ & $i')", { a: ["x", "y"] })).toEqual(["x0", "y1"]);
    expect(evaluate("$map([1, 2], function($v) { $eval('$v + 1') })")).toEqual([2, 3]);
    expect(evaluate("($x := 2; '$x' ~> $eval)")).toBe(2);
    expect(evaluate("($f := $eval('function($v) { $v * 2 }'); $f(21))")).toBe(42);
    expect(evaluate("$eval('$$.a', b)", { a: 1, b: [1] })).toBe(1);
    expect(evaluate("$eval('$[0]', b)", { b: [7, 8] })).toBe(7);
    expect(evaluate("$eval('$eval(\"1 + a\")')", { a: 1 })).toBe(2);
  });

  it("keeps what it binds to itself, from one evaluation to the next", () => {
    const compiled = compileExpression("($y := 1; $eval(t); $y & $x)");
    expect(compiled.evaluate({ t: "($y := 5; $x := 6)" }, env)).toBe("1");
    expect(compiled.evaluate({ t: "$x := 6" }, env)).toBe("1");
    expect(evaluate("$eval('$x := 6') & $x")).toBe("6");
  });

  it("fails as a call: the words of the inner error, the position of the outer", () => {
    expect(errorOf("1 + $eval('1 +')")).toMatchObject({
      code: "D3120",
      position: 10,
      message: /Unexpected end/,
    });
    expect(errorOf("1 + $eval('1 + \"x\"')")).toMatchObject({
      code: "D3121",
      position: 10,
      message: /Right of \+/,
    });
    expect(errorOf("$eval('function() { 1 }')").code).toBe("EXPR_FUNCTION");
    expect(errorOf("$eval('$contains(\"a\", /(?=a)/)')")).toMatchObject({
      code: "EXPR_UNSUPPORTED",
      message: /ahead/,
    });
  });
});

describe("a transform", () => {
  it("never makes a value that holds itself, as the reference does", () => {
    expect(evaluate('$ ~> |o|{"new": $}|', { o: { a: 1 } })).toEqual({ o: { a: 1, new: { a: 1 } } });
    expect(evaluate('$ ~> |o|{"new": [$]}|', { o: { a: 1 } })).toEqual({ o: { a: 1, new: [{ a: 1 }] } });
  });
});

describe("a warning", () => {
  const warningsOf = (source: string) => compileExpression(source).warnings.map((each) => each.message);

  it.each([
    ["$summ(a)", /no function \$summ.*mean \$sum\?/],
    ["$lenght(a)", /mean \$length\?/],
    ["$uppercse(a)", /mean \$uppercase\?/],
    ["($limit := 3; a > $limt)", /mean \$limit\?/],
    ["$xyzzyplugh", /nothing is bound to it\.$/],
    ["$map(a, function($value) { $valeu })", /mean \$value\?/],
    ["sum(a)", /“sum” is a field here.*\$sum/],
    ["a = b = c", /a = b and b = c/],
    ["1 < a < 5", /a < b and b < c/],
    ['mode = "heat" or "eco"', /“eco” alone is always true/],
  ])("is given for %s", (source, message) => {
    expect(warningsOf(source)).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    "a#$i.$i",
    "a@$x.$x",
    "(a = b) = true",
    "$$.a",
    "$",
    "a ?? 1",
    "a.b.%.c",
    "($f := function($n) { $f($n) }; $f(1))",
    "$eval('1')",
  ])("is not given for %s", (source) => {
    expect(warningsOf(source)).toEqual([]);
  });

  it("stands where the mistake does", () => {
    expect(compileExpression("1 + $summ(a)").warnings[0]?.position).toBe(9);
  });
});

describe("chance", () => {
  const draw = (source: string, seed: number) =>
    compileExpression(source).evaluate({}, { now: 0, seed: () => seed });

  it("repeats with its seed and differs without", () => {
    for (const source of ["$random()", "$shuffle([1..20])"]) {
      expect(draw(source, 7)).toEqual(draw(source, 7));
      expect(draw(source, 7)).not.toEqual(draw(source, 8));
    }
    expect(evaluate("$random()")).toBe(evaluate("$random()"));
    expect(evaluate("$random() = $random()")).toBe(false);
  });

  it("is spread evenly", () => {
    const tenths = new Array(10).fill(0);
    for (const value of draw("$map([1..5000], function() { $random() })", 1) as number[])
      tenths[Math.floor(value * 10)]++;
    for (const count of tenths) expect(Math.abs(count - 500)).toBeLessThan(100);
    const firsts = new Set<unknown>();
    for (let seed = 0; seed < 60; seed++) firsts.add(draw("$shuffle([1..5])[0]", seed));
    expect(firsts.size).toBe(5);
    expect(draw("$sort($shuffle([1..30]))", 3)).toEqual(draw("[1..30]", 3));
  });

  it("gives way to a function of the author's with its name", () => {
    expect(evaluate("($random := function() { 4 }; $random())")).toBe(4);
  });
});

describe("variables", () => {
  it("bound in a branch that was not taken mean what they mean outside", () => {
    const source = "($x := 1; (a ? ($x := 2); $x))";
    expect(evaluate(source, { a: true })).toBe(1);
    expect(evaluate("($x := 1; ((a ? $x := 2); $x))", { a: false })).toBe(1);
    expect(evaluate("($x := 1; (a ? $x := 2; $x))", { a: true })).toBe(2);
    expect(evaluate("($x := 1; (a ? $x := 2; $x))", { a: false })).toBe(1);
    expect(evaluate("(a ? $sum := 2; $sum([1, 2]))", { a: false })).toBe(3);
  });

  it("do not leak from one evaluation to the next", () => {
    const compiled = compileExpression("(a ? $x := 1; $x)");
    expect(compiled.evaluate({ a: true }, env)).toBe(1);
    expect(compiled.evaluate({ a: false }, env)).toBeUndefined();
  });

  it("keep a predicate behind a function's last call, which the reference loses", () => {
    expect(evaluate("(function($x) { ($append($x, 5))[0] })([1, 2, 3])")).toBe(1);
  });
});

function flagsIn(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  const own = Reflect.ownKeys(value).filter((key) => typeof key === "symbol" || key === "sequence");
  return [...own, ...Object.values(value).flatMap(flagsIn)];
}

function protoOf(value: unknown): unknown {
  return Array.isArray(value) ? Array.prototype : Object.prototype;
}

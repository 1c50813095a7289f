import { describe, expect, it } from "vitest";
import { compileExpression } from "../../../runtime/core/expression/compile.ts";
import { inputs, iotExpressions } from "./iotExpressions.ts";
import { ourOutcome } from "./reference.ts";

const pathsOf = (source: string) => compileExpression(source).references.paths.map((path) => path.join("."));

describe("the places of the input an expression reads", () => {
  it.each([
    ["payload.temperature > 26", ["payload.temperature"]],
    ["payload.temperature > 26 and key = 'a'", ["key", "payload.temperature"]],
    ["payload.rows[0].v", ["payload.rows.v"]],
    ["payload.rows[k = 'x'].v", ["payload.rows.k", "payload.rows.v"]],
    ["payload.rows^(>v).k", ["payload.rows.k", "payload.rows.v"]],
    ["payload.rows{k: $sum(v)}", ["payload.rows.k", "payload.rows.v"]],
    ["payload.rows.{'a': v, 'b': %.mode}", ["payload.mode", "payload.rows.v"]],
    ["payload.rows@$r.(($r.v) + n)", ["payload.n", "payload.rows.v"]],
    ["payload.rows#$i.($i + v)", ["payload.rows.v"]],
    ["($p := payload; $p.a + $p.b.c)", ["payload.a", "payload.b.c"]],
    ["(key = 'a' ? $x := payload.a : $x := payload.b; $x.v)", ["key", "payload.a.v", "payload.b.v"]],
    ["$map(payload.rows, function($r, $i, $all){ $r.v + $all.w })", ["payload.rows.v", "payload.rows.w"]],
    ["$filter(payload.rows, function($r){ $r.v > 1 }).k", ["payload.rows.k", "payload.rows.v"]],
    ["$sort(payload.rows, function($l, $r){ $l.v > $r.v })[0].k", ["payload.rows.k", "payload.rows.v"]],
    ["payload.rows ~> $map(function($r){ $r.v })", ["payload.rows.v"]],
    ["payload ~> function($p){ $p.a }", ["payload.a"]],
    ["function($p){ $p.a }(payload)", ["payload.a"]],
    ["($f := function($p){ $p.a }; $f(payload))", ["payload"]],
    ["payload.name.$uppercase()", ["payload.name"]],
    ["payload.rows.$string(v)", ["payload.rows.v"]],
    ["payload.rows.$string()", ["payload.rows"]],
    ["$lookup(payload, 'a').b", ["payload.a.b"]],
    ["$lookup(payload, key).b", ["key", "payload"]],
    ["payload.*.v", ["payload"]],
    ["**.v", [""]],
    ["$", [""]],
    ["$$.payload.a & $string(payload)", ["payload"]],
    ["payload ~> |rows|{'v': v * 2}|", ["payload"]],
    ["payload.a ?? payload.b", ["payload.a", "payload.b"]],
    ["1 + 2", []],
    ["$now()", []],
    ["$millis() - time", ["time"]],
    ["[payload.a, payload.b].c", ["payload.a.c", "payload.b.c"]],
    ["$reduce(payload.rows, function($a, $b){ $a + $b.v }, 0)", ["payload.rows"]],
    ["($f := function($x)<s-:s>{ $x }; payload.a.$f())", [""]],
  ])("of %s are %j", (source, paths) => {
    expect(pathsOf(source)).toEqual(paths);
  });

  it("hold everything that decides the result: what is not listed can be left out of the input", () => {
    for (const source of iotExpressions) {
      const { paths, dynamic } = compileExpression(source).references;
      expect(dynamic).toBe(false);
      for (const input of inputs) {
        const less = only(input, paths);
        expect({ source, ...ourOutcome(source, less) }).toEqual({ source, ...ourOutcome(source, input) });
      }
    }
  });
});

describe("the names an expression uses", () => {
  it("are functions of the language, and variables that nothing binds", () => {
    const { functions, bindings } = compileExpression(
      "($x := 1; $f := $sum; $map(a, $uppercase) ~> $count; $limit + $x; $round($x); $nope(1))",
    ).references;
    expect(functions).toEqual(["count", "map", "round", "sum", "uppercase"]);
    expect(bindings).toEqual(["limit", "nope"]);
  });

  it("do not count a function that the expression gave another meaning", () => {
    expect(compileExpression("($sum := function($v){ $v }; $sum(1))").references.functions).toEqual([]);
  });

  it("are not all known where text is evaluated", () => {
    expect(compileExpression("$eval(payload.rule)").references).toMatchObject({
      dynamic: true,
      paths: [["payload", "rule"]],
    });
  });
});

/** The parts of an input at some places; a whole where a place is the input itself. */
function only(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some((path) => path.length === 0) || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => only(item, paths));
  const kept: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) {
    const below = paths.filter((path) => path[0] === key).map((path) => path.slice(1));
    if (below.length > 0) kept[key] = only(part, below);
  }
  return kept;
}

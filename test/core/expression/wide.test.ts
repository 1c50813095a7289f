import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guarded, ourOutcome, referenceOutcome } from "./reference.ts";

/** What the random expressions of random.test.ts leave out: times, patterns, transforms, bindings, extreme numbers. */

const number = fc.oneof(
  fc.constantFrom(
    "0",
    "-0",
    "1",
    "-1",
    "0.1",
    "1e308",
    "-1e308",
    "5e-324",
    "9007199254740993",
    "1e21",
    "1e-7",
  ),
  fc.constantFrom(
    "n",
    "big",
    "tiny",
    "missing",
    "text",
    "list",
    "0.30000000000000004",
    "123456789.123456789",
  ),
);
const arithmetic = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    number,
    fc
      .tuple(tie("node"), fc.constantFrom("+", "-", "*", "/", "%", "&", "<", "=", ".."), tie("node"))
      .map(([l, o, r]) => (o === ".." ? `[(${l} > 3 ? 1 : 2)..3]` : `(${l} ${o} ${r})`)),
    fc
      .tuple(
        fc.constantFrom(
          "round",
          "abs",
          "floor",
          "ceil",
          "sqrt",
          "string",
          "number",
          "sum",
          "max",
          "formatBase",
        ),
        tie("node"),
      )
      .map(([f, n]) => `$${f}(${n})`),
    fc.tuple(tie("node"), fc.integer({ min: -4, max: 8 })).map(([n, p]) => `$round(${n}, ${p})`),
    fc.tuple(tie("node"), tie("node")).map(([a, b]) => `$power(${a}, ${b})`),
    tie("node").map((n) => `-${n}`),
  ),
})).node;

const regex = fc
  .tuple(
    fc.constantFrom(
      "a",
      "[a-c]+",
      "\\d+",
      "(a)(b)?",
      "([a-z])([0-9])",
      "\\s",
      "^a",
      "b$",
      "(x|ab)+",
      "a|b|",
      ".",
      "(a+)+",
    ),
    fc.constantFrom("", "i", "m", "im"),
  )
  .map(([source, flags]) => `/${source}/${flags}`);
const matching = fc.oneof(
  regex.map((r) => `$match(t, ${r})`),
  regex.map((r) => `$contains(t, ${r})`),
  regex.map((r) => `$split(t, ${r})`),
  fc.tuple(regex, fc.integer({ min: 0, max: 3 })).map(([r, n]) => `$split(t, ${r}, ${n})`),
  fc
    .tuple(
      regex,
      fc.constantFrom('"-"', '"<$0>"', '"$1$2"', '"$$$9"', "function($m) { $m.match & $m.index }"),
    )
    .map(([r, s]) => `$replace(t, ${r}, ${s})`),
  regex.map((r) => `${r}(t).groups`),
  regex.map((r) => `[t] ~> $filter(${r})`),
);

const binding = fc.letrec<{ block: string; value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.constantFrom("1", "$x", "$y", "$f", "n", "list", "$f(1)", "$f($x)", "$x + 1", "list.($x & $)"),
    tie("block"),
    tie("value").map((v) => `(n > 0 ? ${v} : $y)`),
    tie("value").map((v) => `$map(list, function($v) { ${v} })`),
    tie("value").map((v) => `$reduce(list, function($x, $v) { ${v} })`),
    tie("value").map((v) => `[${v}, $x]`),
    tie("value").map((v) => `{"k": ${v}}`),
  ),
  block: fc.oneof(
    fc.tuple(tie("value"), tie("value")).map(([a, b]) => `($x := ${a}; ${b})`),
    fc.tuple(tie("value"), tie("value")).map(([a, b]) => `($f := function($x) { ${a} }; ${b})`),
    fc
      .tuple(tie("value"), tie("value"), tie("value"))
      .map(([a, b, c]) => `($x := ${a}; $y := ${b}; $x := $y; ${c})`),
  ),
})).block;

const transform = fc
  .tuple(
    fc.constantFrom("o", "rows", "rows[a > 1]", "**", "$", "missing", "rows.b"),
    fc.constantFrom('{"a": a + 1}', '{"new": $}', "{}", '{"b": missing}', "5", "$x"),
    fc.constantFrom("", ', "a"', ', ["a", "b"]', ", missing", ", 5"),
  )
  .map(([pattern, update, remove]) => `$ ~> |${pattern}|${update}${remove}|`);

const times = fc.oneof(
  fc
    .constantFrom(
      '"2024-02-30"',
      '"2024-02-29T23:59:59.999Z"',
      '"2024"',
      '"0001-01-01T00:00:00Z"',
      '"x"',
      '""',
    )
    .map((s) => `$toMillis(${s})`),
  fc
    .constantFrom("8640000000000000", "-62135596800000", "-1", "253402300799999", "0.5", "1709251199999")
    .map((m) => `$fromMillis(${m})`),
  fc
    .tuple(
      fc.constantFrom(
        "[Y]-[M]-[D]",
        "[W]",
        "[X0001]-W[W01]-[F1]",
        "[FNn,*-3] [D1o] [MNn]",
        "[H#1]:[m]",
        "[h]:[m01] [PN]",
        "[d]",
        "[w] [xNn]",
        "[q]",
      ),
      fc.constantFrom("0", "-1", "1709251199999", "-62135596800000", "4102444800000"),
      fc.constantFrom("", ', "+0530"', ', "-1100"'),
    )
    .map(([p, m, z]) => `$fromMillis(${m}, "${p}"${z})`),
);

const input = {
  n: 2,
  big: 1.7976931348623157e308,
  tiny: 5e-324,
  text: "7",
  list: [3, 1, 2],
  t: "ab a1\nB2 xab  aab",
  o: { a: 1, b: { a: 2 } },
  rows: [{ a: 1, b: { c: 1 } }, { a: 2 }, { b: [] }],
};

describe("compared with the reference and between closures and generated source", () => {
  it.each([
    ["numbers at their limits", arithmetic, 1000],
    ["patterns", matching, 800],
    ["bindings", binding, 500],
    ["transforms", transform, 150],
    ["times", times, 200],
  ] as const)(
    "%s",
    async (_, expressions, numRuns) => {
      await fc.assert(
        fc.asyncProperty(expressions, async (source) => {
          const ours = ourOutcome(source, input);
          expect(ourOutcome(source, input, "generated")).toEqual(ours);
          if (isExplained(source, ours.code)) return;
          const theirs = await referenceOutcome(source, input, guarded);
          if (theirs === undefined || /^D101[12]/.test(theirs.code ?? "")) return;
          // Of several mistakes the reference reports the one its promises reject first, we the first in the text.
          if (theirs.code !== undefined && ours.code !== undefined) return;
          expect(ours).toEqual(theirs);
        }),
        { numRuns },
      );
    },
    60_000,
  );
});

/** Differences by decision, see docs/jsonata.md. */
function isExplained(source: string, code: string | undefined): boolean {
  // A result that is a function, or recursion without end.
  if (code === "EXPR_FUNCTION" || code === "EXPR_LIMIT") return true;
  // The reference makes a value that holds itself.
  if (source.includes('{"new": $}')) return true;
  // It counts the weeks of years before 100 as those of the last century.
  if (/-62135596800000, "\[[WwXxd]/.test(source)) return true;
  // A day that does not exist is an error, the reference yields NaN.
  return code === "D3110" || source.includes("2024-02-30");
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileExpression } from "../../../runtime/core/expression/compile.ts";
import { findMatch } from "../../../runtime/core/expression/pattern/match.ts";
import { compilePattern } from "../../../runtime/core/expression/pattern/program.ts";
import { PatternRefusal, parsePattern } from "../../../runtime/core/expression/pattern/syntax.ts";

type Groups = readonly (string | undefined)[];

function ours(source: string, flags: string, text: string): Groups | undefined {
  const program = compilePattern(parsePattern(source), flags.includes("i"));
  const found = findMatch(program, text, 0, flags.includes("m"), () => undefined);
  if (found === undefined) return undefined;
  const groups: (string | undefined)[] = [];
  for (let slot = 0; slot < found.length; slot += 2)
    groups.push(found[slot]! < 0 ? undefined : text.slice(found[slot], found[slot + 1]));
  return groups;
}

function hosts(source: string, flags: string, text: string): Groups | undefined {
  const found = new RegExp(source, flags).exec(text);
  return found === null ? undefined : [...found];
}

const atom = fc.constantFrom(
  ..."a,b,c,.,[ab],[^a],\\w,\\W,\\d,\\s,\\S,\\b,\\B,^,$,\\x61,\\u0062,\\n,\\t,\\cA,\\c,\\0,[\\]a-],[],[^],é,ſ,K,{,],}".split(
    ",",
  ),
);
const pattern = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    atom,
    fc.tuple(tie("node"), tie("node")).map(([l, r]) => l + r),
    fc.tuple(tie("node"), tie("node")).map(([l, r]) => `(?:${l}|${r})`),
    fc.tuple(tie("node"), tie("node")).map(([l, r]) => `(${l}|${r})`),
    tie("node").map((n) => `(${n})`),
    fc
      .tuple(tie("node"), fc.constantFrom("*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{1,}"))
      .map(([n, q]) => (/^[\^$]$|^\\[bB]$/.test(n) ? n : `(?:${n})${q}`)),
    fc.tuple(tie("node"), fc.constantFrom("*", "+", "*?", "{2,}")).map(([n, q]) => `(${n})${q}`),
  ),
})).node;
const text = fc
  .array(fc.constantFrom(..."aabbcABé \n_1\u2028\u00a0\u212a\u0001\0{]".split("")), { maxLength: 12 })
  .map((units) => units.join(""));

describe("a pattern", () => {
  it("finds what the host's engine finds, with the same groups", () => {
    let compared = 0;
    fc.assert(
      fc.property(pattern, fc.constantFrom("", "i", "m", "im"), text, (source, flags, input) => {
        try {
          expect({ source, groups: ours(source, flags, input) }).toEqual({
            source,
            groups: hosts(source, flags, input),
          });
          compared++;
        } catch (thrown) {
          if (!(thrown instanceof PatternRefusal)) throw thrown;
        }
      }),
      { numRuns: 6000 },
    );
    expect(compared).toBeGreaterThan(4000);
  });

  it.each([
    ["(a|(b))+", "ba"],
    ["(z)((a+)?(b+)?(c))*", "zaacbbbcac"],
    ["(a*)*", "b"],
    ["(?:a?)*?b", "aab"],
    ["(a?)*", "aa"],
    ["(?<year>\\d{4})-(?<month>\\d\\d)", "on 2024-05-06"],
    ["a{,2}", "xa{,2}"],
    ["x{2", "xx{2"],
  ])("of a corner of the language, /%s/ on %s, finds the same too", (source, input) => {
    expect(ours(source, "", input)).toEqual(hosts(source, "", input));
  });

  it.each(["(a+)+$", "(a|a)*b", "(x+x+)+y", "(.*a){20}", "([a-z]+)*\\d", "a?".repeat(30) + "a".repeat(30)])(
    "that takes backtracking engines exponential time is matched in a moment: /%s/",
    (source) => {
      const input = { a: `${"a".repeat(2000)}!` };
      expect(compileExpression(`$contains(a, /${source}/)`).evaluate(input, { now: 0 })).toBe(
        source.startsWith("(.*a)") || source.startsWith("a?"),
      );
    },
  );

  it("is stopped by the steps of the evaluation when pattern and text are both too long", () => {
    const compiled = compileExpression("$match(a, /(?:(?:x?){100}y){9}z/)");
    expect(() => compiled.evaluate({ a: "x".repeat(500_000) }, { now: 0 })).toThrow(
      expect.objectContaining({ code: "EXPR_LIMIT" }),
    );
  });

  it.each([
    ["(?=a)b", "looking ahead"],
    ["(?!a)b", "looking ahead"],
    ["(?<=a)b", "looking behind"],
    ["(?<!a)b", "looking behind"],
    ["(a)\\1", "referring back"],
    ["(?<n>a)\\k<n>", "referring back"],
    ["(?:(?:a{100}){100}){100}b", "counted repetitions"],
  ])("that needs more than linear time is refused where it stands: /%s/", (source, construct) => {
    expect(() => compileExpression(`$match(a, /${source}/)`)).toThrow(
      expect.objectContaining({
        code: "EXPR_UNSUPPORTED",
        message: expect.stringContaining(construct),
        position: expect.any(Number),
      }),
    );
  });
});

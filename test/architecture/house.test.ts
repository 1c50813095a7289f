/** House rules of docs/HACKING.md that a machine can hold. */
import { describe, expect, test } from "vitest";
import { lineOf, readSources, type Source, visit } from "./sources.ts";

const linesMax = 400;
/** A test file holds many small cases; beyond this nobody finds the one that failed. */
const testLinesMax = 800;

/** Files from before the rule, or with a reason. A ratchet: a number here only ever goes down. */
const longer: Readonly<Record<string, number>> = {
  // One node type is one file; its algorithm is in runtime/core/alarm. Half of the rest is form, docs and checks.
  "nodes/threshold.ts": 429,
};

const everything = readSources(["runtime", "nodes", "editor", "examples", "bench", "test", "tools"]);

test(`a file is one noun: no source has more than ${linesMax} lines, no test more than ${testLinesMax}`, () => {
  const long = everything
    .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
    .filter(
      ({ path, lines }) => lines > (longer[path] ?? (path.startsWith("test/") ? testLinesMax : linesMax)),
    )
    .map(({ path, lines }) => `${path} has ${lines} lines`);
  expect(long).toEqual([]);
});

test("no test is skipped, postponed or favoured", () => {
  const tests = everything.filter(({ path }) => /^test\/.*\.test\.tsx?$/.test(path));
  expect(tests.length).toBeGreaterThan(5);
  expect(tests.flatMap(setAside)).toEqual([]);
});

describe("the search for tests set aside", () => {
  test.each([
    "test.skip('x', f);",
    "describe.only('x', f);",
    "test.todo('x');",
    "test.skipIf(ci)('x', f);",
    "xit('x', f);",
  ])("finds %s", (text) => {
    expect(setAside({ path: "test/x.test.ts", text })).toHaveLength(1);
  });
});

function setAside(source: Source): readonly string[] {
  const found: string[] = [];
  const report = (offset: number, what: string) =>
    found.push(`${source.path}:${lineOf(source, offset)} ${what}`);
  visit(source, {
    MemberExpression({ object, property, computed }) {
      if (computed || property.type !== "Identifier" || object.type !== "Identifier") return;
      if (
        /^(test|it|describe|suite)$/.test(object.name) &&
        /^(skip|only|todo|skipIf|runIf|fails)$/.test(property.name)
      ) {
        report(object.start, `${object.name}.${property.name}`);
      }
    },
    CallExpression({ callee }) {
      if (callee.type === "Identifier" && /^[xf](it|test|describe)$/.test(callee.name))
        report(callee.start, callee.name);
    },
  });
  return found;
}

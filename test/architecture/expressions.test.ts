/** Every expression goes through our own evaluation: the jsonata package parses, and is the oracle of tests and benchmarks. */
import { expect, test } from "vitest";
import { importsOf, readSources } from "./sources.ts";

const product = readSources(["runtime", "nodes", "editor", "examples"]);

test("the jsonata package is imported by the parser alone", () => {
  const importing = product.filter((source) =>
    importsOf(source).some(({ specifier }) => /^jsonata(\/|$)/.test(specifier)),
  );
  expect(importing.map(({ path }) => path)).toEqual(["runtime/core/expression/parse.ts"]);
  // Its evaluator is asynchronous: awaiting it is the only way to use it.
  expect(importing[0]?.text).not.toMatch(/\bawait\b|\.evaluate\(|\.then\(/);
});

test("expressions are compiled where flows become plans, and where the editor tries them", () => {
  const compiling = product.filter(
    (source) =>
      !source.path.startsWith("runtime/core/expression/") &&
      importsOf(source).some(({ specifier }) => /expression\/(compile|compiler|parse)\.ts$/.test(specifier)),
  );
  expect(compiling.map(({ path }) => path).sort()).toEqual([
    "editor/expression/trial.ts",
    "editor/panels/chartData.ts",
    "runtime/core/plan/expressions.ts",
  ]);
});

test("nodes evaluate through their context, which knows the clock and the seed", () => {
  const direct = product.filter(
    ({ path, text }) => path.startsWith("nodes/") && /(?<!ctx)\.evaluate\(/.test(text),
  );
  expect(direct.map(({ path }) => path)).toEqual([]);
  expect(
    product.filter(({ path, text }) => path.startsWith("nodes/") && /ctx\.evaluate\(/.test(text)).length,
  ).toBeGreaterThan(10);
});

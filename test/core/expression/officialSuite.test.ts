import { describe, expect, it } from "vitest";
import { compileExpression, type Mode } from "../../../runtime/core/expression/compile.ts";
import { ExpressionError } from "../../../runtime/core/expression/expression.ts";
import { generate } from "../../../runtime/core/expression/generated/generate.ts";
import { type ExpressionLimits, expressionLimits } from "../../../runtime/core/expression/limits.ts";
import { ownCases } from "./ownCases.ts";
import { inputOf, officialCases, officialDatasets, type SuiteCase, sourceOf } from "./suite.ts";

/** May only fall. */
const unsupportedMax = 0;

const datasets = officialDatasets();
/**
 * The bounds of a case as ours: the reference's harness counts milliseconds, some thousand of our steps each, and evaluations in
 * evaluations, three to a call. Such cases make arrays of ten million items.
 */
function limitsOf({ timelimit, depth }: SuiteCase): ExpressionLimits {
  if (timelimit === undefined || depth === undefined) return expressionLimits;
  const callDepthMax = Math.min(expressionLimits.callDepthMax, Math.floor(depth / 3));
  return { ...expressionLimits, callDepthMax, stepsMax: timelimit * 5_000, arrayLengthMax: 2e7 };
}

describe.each(["closures", "generated"] as const)("JSONata's suite of cases, as %s,", (mode) => {
  it("gives the expected value or error code for every case it compiles", () => {
    const official = officialCases();
    const cases = official.length > 0 ? official : ownCases;
    const wrong: unknown[] = [];
    const unsupported: string[] = [];
    for (const test of cases) {
      const outcome = run(test, mode);
      if (outcome.code === "EXPR_UNSUPPORTED") unsupported.push(test.id);
      else if (!isExpected(test, outcome)) wrong.push({ id: test.id, expr: test.expr, outcome });
    }
    expect(wrong).toEqual([]);
    expect(unsupported.length).toBeLessThanOrEqual(official.length > 0 ? unsupportedMax : 0);
    const generated = cases.filter(isGenerated).length;
    console.info(`${cases.length} cases, ${unsupported.length} refused, ${generated} have a generated form`);
    if (mode === "generated") expect(generated).toBeGreaterThan(cases.length / 2);
  });

  it("gives the expected value or error code for our own cases", () => {
    for (const test of ownCases) {
      const outcome = run(test, mode);
      expect({ id: test.id, outcome, expected: isExpected(test, outcome) }).toMatchObject({ expected: true });
    }
  });
});

function isGenerated(test: SuiteCase): boolean {
  try {
    return generate(sourceOf(test)) !== undefined;
  } catch (thrown) {
    // Cases about mistakes in the source.
    if (thrown instanceof ExpressionError) return false;
    throw thrown;
  }
}

interface Outcome {
  readonly value?: unknown;
  readonly code?: string;
}

function run(test: SuiteCase, mode: Mode): Outcome {
  try {
    const limits = limitsOf(test);
    return {
      value: compileExpression(sourceOf(test), limits, mode).evaluate(inputOf(test, datasets), {
        now: 1.7e12,
      }),
    };
  } catch (error) {
    if (error instanceof ExpressionError) return { code: error.code };
    throw error;
  }
}

function isExpected(test: SuiteCase, outcome: Outcome): boolean {
  // The harness of the reference has a code of its own for a bound.
  const code = (test.code ?? test.error?.code)?.replace("U1001", "EXPR_LIMIT");
  if (code !== undefined || outcome.code !== undefined) return code === outcome.code;
  if (test.undefinedResult) return outcome.value === undefined;
  try {
    if (test.unordered)
      expect(new Set(outcome.value as unknown[])).toEqual(new Set(test.result as unknown[]));
    else expect(outcome.value).toStrictEqual(test.result);
    return true;
  } catch {
    // A difference is what the caller asks about; it reports the case.
    return false;
  }
}

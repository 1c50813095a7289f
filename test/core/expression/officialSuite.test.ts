import { describe, expect, it } from "vitest";
import { compileExpression, type Mode } from "../../../runtime/core/expression/compile.ts";
import { ExpressionError } from "../../../runtime/core/expression/expression.ts";
import { generate } from "../../../runtime/core/expression/generated/generate.ts";
import { expressionLimits } from "../../../runtime/core/expression/limits.ts";
import { ownCases } from "./ownCases.ts";
import { inputOf, officialCases, officialDatasets, type SuiteCase, sourceOf } from "./suite.ts";

/** May only fall. */
const unsupportedMax = 0;

/** Cases about the harness of the reference, not about the language. */
const excused: Readonly<Record<string, string>> = {
  "tail-recursion/case005":
    "wants the harness' own code U1001 where the stack limit is reached; ours is EXPR_LIMIT",
};

const datasets = officialDatasets();
/** The suite makes arrays of ten million items, marked by a time limit. */
const generous = { ...expressionLimits, stepsMax: 1e9, arrayLengthMax: 2e7 };

describe.each(["closures", "generated"] as const)("JSONata's suite of cases, as %s,", (mode) => {
  it("gives the expected value or error code for every case it compiles", () => {
    const official = officialCases();
    const cases = official.length > 0 ? official : ownCases;
    const wrong: unknown[] = [];
    const unsupported: string[] = [];
    for (const test of cases) {
      const outcome = run(test, mode);
      if (outcome.code === "EXPR_UNSUPPORTED") unsupported.push(test.id);
      else if (!isExpected(test, outcome) && !(test.id in excused))
        wrong.push({ id: test.id, expr: test.expr, outcome });
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
    const limits = test.timelimit === undefined ? expressionLimits : generous;
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
  const code = test.code ?? test.error?.code;
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

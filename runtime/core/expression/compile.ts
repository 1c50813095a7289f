/**
 * JSONata, compiled to closures and evaluated synchronously.
 *
 * Values and error codes are the reference's (jsonata 2.2.2), except where that is at fault:
 * - it writes to its input, leaves flags on arrays and takes payload keys such as `_jsonata_lambda` for functions;
 * - it loses a predicate, group or `[]` behind the last call of a function;
 * - it does not check the arguments of a partially applied built-in, nor the replacement of `$replace`;
 * - it reads a time without a zone in the zone of its host, yields NaN for a day that does not exist, and miscounts
 *   the minutes of zones west of Greenwich;
 * - it puts separators of an irregular number picture beside numbers too short for them;
 * - it reports the one of several mistakes that its promises reject first; we report the first in the text.
 * What exceeds limits.ts is EXPR_LIMIT, also where the reference has D1011, D1012 or no end. A result that is a
 * function is EXPR_FUNCTION. Look-around and backreferences in regular expressions are refused with EXPR_UNSUPPORTED. What
 * `$eval` binds stays inside its text. `$random` and `$shuffle` draw from a seed that the engine gives.
 */
import type { AstNode } from "./ast.ts";
import { Compiler } from "./compiler.ts";
import type { CompiledExpression, ExpressionReferences } from "./expression.ts";
import { toExpressionError } from "./fault.ts";
import { type Code, Frame, Run, unboundValues } from "./frame.ts";
import { generate } from "./generated/generate.ts";
import { type ExpressionLimits, expressionLimits } from "./limits.ts";
import { parse } from "./parse.ts";
import type { Probe } from "./probe.ts";
import { referencesOf } from "./references.ts";
import { release } from "./release.ts";
import { Scope } from "./scope.ts";
import { wrap } from "./values.ts";

/**
 * How an expression runs. `adaptive`: as closures at first, as generated JavaScript once it is hot; for hosts that allow
 * `new Function`. `generated` at once, and an error where there is no generated form, is for tests.
 */
export type Mode = "closures" | "adaptive" | "generated";

/**
 * Compiles a JSONata expression.
 * @param probe sees what the nodes see, in closures
 * @throws ExpressionError with JSONata's S-codes for a syntax error, EXPR_UNSUPPORTED for what we do not compile
 */
export function compileExpression(
  source: string,
  limits: ExpressionLimits = expressionLimits,
  mode: Mode = "closures",
  probe?: Probe,
): CompiledExpression {
  const compiler = new Compiler(probe);
  const scope = new Scope(undefined);
  const tree = parse(source);
  let code = compiler.compileRoot(tree, scope);
  const position = placeOf(tree);
  const slots = scope.slots.size;
  const { mayShare } = compiler;
  let references: ExpressionReferences | undefined;
  let idle: Run | undefined;
  let untilHot = mode === "adaptive" ? evaluationsUntilHot : Number.POSITIVE_INFINITY;
  if (mode === "generated") code = generate(source) ?? code;
  return {
    source,
    warnings: compiler.warnings,
    get references() {
      // The tree is not kept for this: it would take more memory than the expression itself.
      references ??= referencesOf(parse(source));
      return references;
    },
    evaluate(input, env) {
      if (--untilHot === 0) code = generate(source) ?? code;
      // Making a run costs as much as a small expression, so one waits for the next evaluation.
      const run = idle ?? new Run(limits, compileText);
      idle = undefined;
      try {
        run.begin(input, env);
        const frame = slots === 0 ? run.frame : new Frame(unboundValues(slots), undefined, run);
        const result = code(Array.isArray(input) ? wrap(input) : input, frame);
        // Most rules yield a number or a truth: those need no releasing.
        const isPlain =
          typeof result === "number"
            ? Number.isFinite(result)
            : typeof result !== "object" || result === null;
        if (!isPlain && mayShare) run.nested = true;
        const released = isPlain ? result : release(result, run, position);
        run.end();
        idle = run;
        return released;
      } catch (thrown) {
        throw toExpressionError(thrown);
      }
    },
  };
}

/** Generating takes some tenths of a millisecond, which an expression evaluated so often earns back at once. */
const evaluationsUntilHot = 500;

/** Where an expression as a whole stands: at its operator, call or last step. */
function placeOf(tree: AstNode): number | undefined {
  return tree.position ?? (tree.type === "path" ? tree.steps.at(-1)?.position : undefined);
}

/** Compiles the text of an `$eval`. @throws ExpressionError */
function compileText(source: string, outer: Scope | undefined): { code: Code; scope: Scope } {
  const scope = new Scope(outer);
  return { code: new Compiler().compileRoot(parse(source), scope), scope };
}

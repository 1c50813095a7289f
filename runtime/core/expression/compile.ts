import { Compiler } from "./compiler.ts";
import type { CompiledExpression } from "./expression.ts";
import { toExpressionError } from "./fault.ts";
import { Frame, Run, unboundValues } from "./frame.ts";
import { type ExpressionLimits, expressionLimits } from "./limits.ts";
import { parse } from "./parse.ts";
import { release } from "./release.ts";
import { Scope } from "./scope.ts";
import { createSequence, SEQUENCE, WRAPPER } from "./values.ts";

/**
 * Compiles a JSONata expression to closures.
 * @throws ExpressionError with JSONata's S-codes for a syntax error, EXPR_UNSUPPORTED for what we do not compile yet
 */
export function compileExpression(
  source: string,
  limits: ExpressionLimits = expressionLimits,
): CompiledExpression {
  const compiler = new Compiler();
  const scope = new Scope(undefined);
  const code = compiler.compileRoot(parse(source), scope);
  const slots = scope.slots.size;
  return {
    source,
    evaluate(input, env) {
      const run = new Run(input, env.now, limits);
      try {
        const result = code(
          Array.isArray(input) ? wrap(input) : input,
          new Frame(unboundValues(slots), undefined, run),
        );
        if (typeof result !== "object" || result === null) return result;
        if (compiler.mayShare) run.nested = true;
        return release(result, run);
      } catch (thrown) {
        throw toExpressionError(thrown);
      }
    },
  };
}

/** An input that is an array is one context, not many. */
function wrap(input: readonly unknown[]): unknown[] {
  const wrapper = createSequence(SEQUENCE | WRAPPER);
  wrapper.push(input);
  return wrapper;
}

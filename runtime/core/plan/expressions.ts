/** Expressions of flows, compiled once however often a flow is validated: the editor does so after every edit. */
import { compileExpression } from "../expression/compile.ts";
import type { CompiledExpression } from "../expression/expression.ts";
import { type ExpressionLimits, expressionLimits } from "../expression/limits.ts";
import { limits as coreLimits } from "../limits.ts";
import type { Platform } from "../platform.ts";

/** By source; a process has one platform, whose limits may come to be known late. */
const known = new Map<string, { readonly compiled: CompiledExpression; readonly limits: ExpressionLimits }>();

/** As compileExpression: compiled expressions hold no state, so one serves everybody. @throws ExpressionError */
export function expressionOf(source: string, platform: Platform): CompiledExpression {
  const limits = platform.expressionLimits ?? expressionLimits;
  const found = known.get(source);
  if (found?.limits === limits) return found.compiled;
  const compiled = compileExpression(source, limits, platform.generatesCode ? "adaptive" : "closures");
  if (known.size >= coreLimits.expressionsKeptMax) known.clear();
  known.set(source, { compiled, limits });
  return compiled;
}

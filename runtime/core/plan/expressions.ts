/** Expressions of flows, compiled once however often a flow is validated: the editor does so after every edit. */
import { compileExpression } from "../expression/compile.ts";
import type { CompiledExpression } from "../expression/expression.ts";
import { expressionLimits } from "../expression/limits.ts";
import { limits } from "../limits.ts";
import type { Platform } from "../platform.ts";

/** By source: a process has one platform. */
const known = new Map<string, CompiledExpression>();

/** As compileExpression: compiled expressions hold no state, so one serves everybody. @throws ExpressionError */
export function expressionOf(source: string, platform: Platform): CompiledExpression {
  const found = known.get(source);
  if (found) return found;
  const compiled = compileExpression(
    source,
    expressionLimits,
    platform.generatesCode ? "adaptive" : "closures",
  );
  if (known.size >= limits.expressionsKeptMax) known.clear();
  known.set(source, compiled);
  return compiled;
}

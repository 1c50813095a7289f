import { Fault, limitFault } from "./fault.ts";
import type { Run } from "./frame.ts";
import { FunctionValue } from "./functionValue.ts";
import { flagsOf, WRAPPER } from "./values.ts";

/**
 * Makes a result fit to leave: no hidden flags, no functions, and no deeper or larger than a payload may be, so that
 * whoever writes it as JSON later is safe. Only values this evaluation made are changed; flagged arrays sit in nothing
 * else.
 * @throws Fault EXPR_FUNCTION, EXPR_LIMIT
 */
export function release(result: unknown, run: Run): unknown {
  const plain = unflagged(result);
  if (typeof plain !== "object" || plain === null) return plain;
  if (run.nested) clean(plain, run);
  measure(plain, 1, run);
  return plain;
}

/** Counts what is shared as often as it stands in the result: as JSON it will. */
function measure(container: object, depth: number, run: Run): void {
  if (depth > run.limits.resultDepthMax) {
    throw limitFault(`its result is nested deeper than ${run.limits.resultDepthMax} levels`);
  }
  if (Array.isArray(container)) {
    run.chargeResult(container.length);
    for (let index = 0; index < container.length; index++) measurePart(container[index], depth, run);
    return;
  }
  // By far the fastest way through a small object. What a class inherits would be counted too, which does no harm.
  for (const key in container) {
    run.chargeResult(1);
    measurePart((container as Record<string, unknown>)[key], depth, run);
  }
}

function measurePart(value: unknown, depth: number, run: Run): void {
  if (typeof value === "string") run.chargeResult(value.length);
  else if (typeof value === "object" && value !== null) measure(value, depth + 1, run);
}

function clean(container: object, run: Run): void {
  for (const [key, value] of Object.entries(container)) {
    if (typeof value !== "object" || value === null) continue;
    run.charge(1);
    const plain = unflagged(value) as object;
    if (plain !== value) (container as Record<string, unknown>)[key] = plain;
    clean(plain, run);
  }
}

function unflagged(value: unknown): unknown {
  if (value instanceof FunctionValue) throw new Fault("EXPR_FUNCTION");
  if (!Array.isArray(value)) return value;
  const flags = flagsOf(value);
  if (flags === 0) return value;
  return flags & WRAPPER ? value[0] : value.slice();
}

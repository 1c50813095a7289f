import { Fault, limitFault } from "./fault.ts";
import type { Run } from "./frame.ts";
import { FunctionValue } from "./functionValue.ts";
import { flagsOf, WRAPPER } from "./values.ts";

/**
 * Makes a result fit to leave: no hidden flags, no functions, and no deeper or larger than a payload may be, so that
 * whoever writes it as JSON later is safe. Only values this evaluation made are changed; flagged arrays sit in nothing
 * else.
 * @param position of the expression, for its errors
 * @throws Fault EXPR_FUNCTION, EXPR_LIMIT, D1001
 */
export function release(result: unknown, run: Run, position: number | undefined): unknown {
  try {
    const plain = unflagged(result);
    if (typeof plain === "number") checkFinite(plain);
    if (typeof plain !== "object" || plain === null) return plain;
    if (run.nested) clean(plain, run);
    measure(plain, 1, run);
    return plain;
  } catch (thrown) {
    throw thrown instanceof Fault ? thrown.locate(position, undefined) : thrown;
  }
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
  if (typeof value === "number") checkFinite(value);
  else if (typeof value === "string") run.chargeResult(value.length);
  else if (typeof value === "object" && value !== null) measure(value, depth + 1, run);
}

/** Infinity and NaN pass through an expression as in the reference, but a payload cannot hold them. @throws Fault D1001 */
function checkFinite(value: number): void {
  if (!Number.isFinite(value)) throw new Fault("D1001", { value });
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

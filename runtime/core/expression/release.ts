import { Fault } from "./fault.ts";
import type { Run } from "./frame.ts";
import { FunctionValue } from "./functionValue.ts";
import { flagsOf, WRAPPER } from "./values.ts";

/**
 * Makes a result fit to leave: no hidden flags, no functions. Only values this evaluation made are changed; flagged
 * arrays sit in nothing else.
 * @throws Fault EXPR_FUNCTION
 */
export function release(result: unknown, run: Run): unknown {
  const plain = unflagged(result);
  if (run.nested && typeof plain === "object" && plain !== null) clean(plain, run);
  return plain;
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

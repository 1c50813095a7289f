import jsonata from "jsonata";
import { compileExpression, type Mode } from "../../../runtime/core/expression/compile.ts";
import { ExpressionError } from "../../../runtime/core/expression/expression.ts";
import { expressionLimits } from "../../../runtime/core/expression/limits.ts";

/** What an expression gives: a value (absent for nothing) or an error code. */
export interface Outcome {
  readonly value?: unknown;
  readonly code?: string;
}

/**
 * Evaluates with the reference, on a copy of the input, because it writes to it.
 * @returns undefined where it fails by an accident of its own, with a bare TypeError
 */
export async function referenceOutcome(
  source: string,
  input: unknown,
  parse: (source: string) => ReturnType<typeof jsonata> = jsonata,
): Promise<Outcome | undefined> {
  try {
    const value: unknown = await parse(source).evaluate(structuredClone(input));
    // A result that no payload can hold is an error here.
    return holdsNoNumber(value) ? { code: "D1001" } : toOutcome(value);
  } catch (error) {
    const { code } = error as { code?: string };
    return code === undefined ? undefined : { code };
  }
}

/** With the reference's own limits: random expressions can recurse without end. */
export function guarded(source: string): ReturnType<typeof jsonata> {
  const options = { timeout: 100, stack: 150 } as unknown as Parameters<typeof jsonata>[1];
  return jsonata(source, options);
}

export function ourOutcome(source: string, input: unknown, mode: Mode = "closures", now = 1.7e12): Outcome {
  try {
    const compiled = compileExpression(source, expressionLimits, mode);
    return toOutcome(compiled.evaluate(deepFreeze(structuredClone(input)), { now }));
  } catch (error) {
    if (error instanceof ExpressionError) return { code: error.code };
    throw error;
  }
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const item of Object.values(value)) deepFreeze(item);
    Object.freeze(value);
  }
  return value;
}

function holdsNoNumber(value: unknown): boolean {
  if (typeof value === "number") return !Number.isFinite(value);
  return typeof value === "object" && value !== null && Object.values(value).some(holdsNoNumber);
}

/** Plain arrays and objects: the reference leaves its flags on arrays and makes objects without a prototype. */
function toOutcome(value: unknown): Outcome {
  return value === undefined ? {} : { value: plain(value) };
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value, plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

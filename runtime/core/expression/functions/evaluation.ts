import { ExpressionError } from "../expression.ts";
import { Fault, toExpressionError } from "../fault.ts";
import { type Code, Frame, type Run, unboundValues } from "../frame.ts";
import type { FunctionValue } from "../functionValue.ts";
import type { Scope } from "../scope.ts";
import { flagsOf, SEQUENCE, wrap } from "../values.ts";
import { define } from "./define.ts";

/**
 * `$eval(text, context?)`. The text sees the variables of its caller; what it binds stays its own. As a callback, where
 * the place it is called from is not one of the expression, it sees `$$` alone.
 */
const definition = define("eval", 2, "<sx?:x>", (run, text, context) => {
  const { caller } = run;
  run.caller = undefined;
  if (text === undefined) return undefined;
  const { code, scope } = compile(text as string, caller?.scope, run);
  // What it makes can hold functions and flags that the compiler of the expression did not see coming.
  run.nested = true;
  try {
    const input = context === undefined ? caller?.input : contextOf(context);
    return code(input, new Frame(unboundValues(scope.slots.size), caller?.frame, run));
  } catch (thrown) {
    throw wrapped(thrown, "D3121");
  }
});

export const evaluationFunctions = [definition];
export const evalFunction: FunctionValue = definition[1];

/** Parsing costs about two microseconds a character, some twenty steps. */
const stepsPerCharacter = 20;

function compile(text: string, outer: Scope | undefined, run: Run): { code: Code; scope: Scope } {
  run.charge(text.length * stepsPerCharacter);
  try {
    return run.texts(text, outer);
  } catch (thrown) {
    throw wrapped(thrown, "D3120");
  }
}

function contextOf(value: unknown): unknown {
  return Array.isArray(value) && (flagsOf(value) & SEQUENCE) === 0 ? wrap(value) : value;
}

/** What went wrong inside, as an error of the call: positions inside mean nothing outside. */
function wrapped(thrown: unknown, code: string): Fault {
  const error = thrown instanceof ExpressionError ? thrown : toExpressionError(thrown);
  return error.code.startsWith("EXPR_")
    ? new Fault(error.code, { text: error.message })
    : new Fault(code, { message: error.message });
}

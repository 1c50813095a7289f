import type { Run } from "../frame.ts";
import { FunctionValue } from "../functionValue.ts";
import { createSignature } from "../signature.ts";

/** Names and values of a group of built-in functions, for the list in builtIns.ts. */
export type Definitions = readonly (readonly [name: string, value: FunctionValue])[];

/** What a built-in does with up to four arguments, which its signature has checked. */
export type BuiltIn = (run: Run, ...args: [a: unknown, b: unknown, c: unknown, d: unknown]) => unknown;

/**
 * A built-in function.
 * @param arity how many arguments higher-order functions pass to it; fixed by the reference, even where it is odd
 *   (`$map(list, $round)` passes the index as precision)
 */
export function define(
  name: string,
  arity: number,
  signature: string,
  body: BuiltIn,
): readonly [string, FunctionValue] {
  const charged: BuiltIn = (run, a, b, c, d) => {
    chargeArg(a, run);
    chargeArg(b, run);
    chargeArg(c, run);
    chargeArg(d, run);
    return body(run, a, b, c, d);
  };
  const value = new FunctionValue(arity, createSignature(signature), (args, run) =>
    charged(run, args[0], args[1], args[2], args[3]),
  );
  signatures.set(value, signature);
  directs.set(value, {
    signature: simpleParams(signature),
    body: (run, a, b, c, d) => {
      run.charge(1);
      return charged(run, a, b, c, d);
    },
  });
  return [name, value];
}

/** A built-in without its signature's checks, for callers who made them. */
export interface Direct {
  readonly signature: readonly SimpleParam[];
  readonly body: BuiltIn;
}

export interface SimpleParam {
  /** Letters of the signature, `numbers`, `texts`; `x` for anything, empty where only the signature can tell. */
  readonly types: string;
  readonly optional: boolean;
}

export function directOf(builtIn: FunctionValue): Direct | undefined {
  return directs.get(builtIn);
}

/** @param builtIn one of builtIns.ts */
export function signatureTextOf(builtIn: FunctionValue): string {
  return signatures.get(builtIn) ?? "";
}

const signatures = new Map<FunctionValue, string>();

const arraysOf: Readonly<Record<string, string>> = { "a<n>": "numbers", "a<s>": "texts" };

const directs = new Map<FunctionValue, Direct>();

function simpleParams(signature: string): SimpleParam[] {
  // The result stands behind the last colon; a function's own signature can hold another.
  const params =
    signature
      .slice(1)
      .replace(/:[^:]*$/, "")
      .match(/(?:\([a-z]+\)|[a-z])(?:<[^>]*>)?-?[?+]?/g) ?? [];
  return params.map((param) => ({
    types: arraysOf[param] ?? (/[<+]/.test(param) ? "" : param.replace(/[^a-z]/g, "")),
    optional: param.endsWith("?") && !param.includes("-"),
  }));
}

/** A built-in of any number of arguments. */
export function defineVariadic(
  name: string,
  arity: number,
  signature: string,
  body: (run: Run, args: readonly unknown[]) => unknown,
): readonly [string, FunctionValue] {
  const charged = (args: readonly unknown[], run: Run) => {
    for (let index = 0; index < args.length; index++) chargeArg(args[index], run);
    return body(run, args);
  };
  const value = new FunctionValue(arity, createSignature(signature), charged);
  signatures.set(value, signature);
  return [name, value];
}

/** A built-in of one argument that yields nothing for nothing. The signature vouches for the type. */
export function defineUnary<T>(
  name: string,
  signature: string,
  body: (value: T, run: Run) => unknown,
): readonly [string, FunctionValue] {
  return define(name, 1, signature, (run, value) =>
    value === undefined ? undefined : body(value as T, run),
  );
}

/** A built-in may read all of an argument; what that costs counts before it does. */
function chargeArg(arg: unknown, run: Run): void {
  if (typeof arg === "string") run.charge(arg.length >> 6);
  else if (Array.isArray(arg)) {
    run.charge(arg.length >> 2);
    // The signature puts a single value into an array, a function too.
    if (arg.length === 1) run.nest(arg[0]);
  }
}

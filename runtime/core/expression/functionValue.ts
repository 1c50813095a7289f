import { Fault } from "./fault.ts";
import type { Run } from "./frame.ts";
import type { Signature } from "./signature.ts";

/** Runs a function on checked arguments. May return a TailCall instead of a value. */
export type Body = (args: readonly unknown[], run: Run) => unknown;

/** A call a function ends with, to be made by its caller, so that tail recursion does not grow the stack. */
export class TailCall {
  readonly target: FunctionValue;
  readonly args: readonly unknown[];
  /** Where it stands in the source and what it is called there, for errors. */
  readonly position: number | undefined;
  readonly name: string | undefined;
  constructor(
    target: FunctionValue,
    args: readonly unknown[],
    position: number | undefined,
    name: string | undefined,
  ) {
    this.target = target;
    this.args = args;
    this.position = position;
    this.name = name;
  }
}

/**
 * A function as a value: built-in, lambda, partial application or regular expression. Its parts are private fields, so
 * paths and wildcards find no properties on it.
 */
export class FunctionValue {
  readonly #arity: number;
  readonly #signature: Signature | undefined;
  readonly #body: Body;
  /** @param arity how many arguments higher-order functions pass to it */
  constructor(arity: number, signature: Signature | undefined, body: Body) {
    this.#arity = arity;
    this.#signature = signature;
    this.#body = body;
  }

  get arity(): number {
    return this.#arity;
  }

  /**
   * @param context stands in for a missing argument where the signature allows it
   * @throws Fault
   */
  call(args: readonly unknown[], run: Run, context: unknown): unknown {
    const checked = this.#signature === undefined ? args : this.#signature.check(args, context);
    run.enter();
    let result = this.#body(checked, run);
    while (result instanceof TailCall) result = result.target.#continue(result, run, context);
    run.depth--;
    return result;
  }

  #continue({ args, position, name }: TailCall, run: Run, context: unknown): unknown {
    run.charge(1);
    try {
      return this.#body(this.#signature === undefined ? args : this.#signature.check(args, context), run);
    } catch (thrown) {
      throw thrown instanceof Fault ? thrown.locate(position, name) : thrown;
    }
  }
}

/** A regular expression: a function from a text to its first match, which can also just say whether there is one. */
export class PatternValue extends FunctionValue {
  readonly #test: (text: string, run: Run) => boolean;
  constructor(match: (text: string, run: Run) => unknown, test: (text: string, run: Run) => boolean) {
    super(2, undefined, ([value], run) => {
      // In place of a callback a pattern can meet values that are not text.
      const isScalar = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
      return isScalar ? match(String(value), run) : undefined;
    });
    this.#test = test;
  }

  test(text: string, run: Run): boolean {
    return this.#test(text, run);
  }
}

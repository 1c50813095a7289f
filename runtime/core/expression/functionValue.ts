import type { Run } from "./frame.ts";
import type { Signature } from "./signature.ts";

/** Runs a function on checked arguments. May return a TailCall instead of a value. */
export type Body = (args: readonly unknown[], run: Run) => unknown;

/** A call a function ends with, to be made by its caller, so that tail recursion does not grow the stack. */
export class TailCall {
  readonly target: FunctionValue;
  readonly args: readonly unknown[];
  constructor(target: FunctionValue, args: readonly unknown[]) {
    this.target = target;
    this.args = args;
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
    let target: FunctionValue = this;
    let checked = target.#signature === undefined ? args : target.#signature.check(args, context);
    run.enter();
    for (;;) {
      const result = target.#body(checked, run);
      if (!(result instanceof TailCall)) {
        run.depth--;
        return result;
      }
      run.charge(1);
      target = result.target;
      checked = target.#signature === undefined ? result.args : target.#signature.check(result.args, context);
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

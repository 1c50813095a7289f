/** The interface between Millrace and its expression language, JSONata. */

/** Everything an evaluation may depend on besides its input. */
export interface EvaluationEnv {
  /** ms since epoch, for `$now()` and `$millis()`. */
  readonly now: number;
  /**
   * A whole number from 0 to 2^32 - 1 that `$random()` and `$shuffle()` start from, asked for at most once an evaluation.
   * The engine gives the same one under replay. Without it the clock serves.
   */
  seed?(): number;
}

/** A compiled expression. Stateless: safe to share between nodes and keys. */
export interface CompiledExpression {
  readonly source: string;
  /** What compiles but hardly means what was meant. */
  readonly warnings: readonly ExpressionWarning[];
  /** Found when first asked for. */
  readonly references: ExpressionReferences;
  /**
   * Evaluates synchronously. Never changes the input, and results never alias hidden flags.
   * @param input a JSON value; nodes pass the Message
   * @returns a JSON value, or undefined where JSONata says "no result"
   * @throws ExpressionError with JSONata's code
   */
  evaluate(input: unknown, env: EvaluationEnv): unknown;
}

/** What an expression reads, as far as its text tells. */
export interface ExpressionReferences {
  /**
   * Places of the input by their keys, such as `["payload", "temperature"]`, each with everything below it; `[]` is the
   * whole input. Exact steps are followed; where a name is only known to the evaluation, the place above it is listed. So what
   * is not listed is not read, unless `dynamic`.
   */
  readonly paths: readonly (readonly string[])[];
  /** Variables that nothing in the expression binds, without the `$`. */
  readonly bindings: readonly string[];
  /** Built-in functions it calls or passes on, without the `$`. */
  readonly functions: readonly string[];
  /** It evaluates text that only the evaluation knows (`$eval`), so it may read anything. */
  readonly dynamic: boolean;
}

export interface ExpressionWarning {
  /** With a suggestion where there is one. */
  readonly message: string;
  /** Offset in the source, UTF-16 units. */
  readonly position: number | undefined;
}

/** A mistake in an expression (at compile time) or in its data (at evaluation). */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  /** JSONata's own code such as `T2001`, or one of ours starting with `EXPR_`. */
  readonly code: string;
  /** Offset in the source, UTF-16 units, when known. */
  readonly position: number | undefined;
  constructor(code: string, message: string, position?: number) {
    super(message);
    this.code = code;
    this.position = position;
  }
}

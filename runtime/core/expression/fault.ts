import { ExpressionError } from "./expression.ts";
import { formatMessage } from "./messages.ts";

/**
 * An error on its way out of an evaluation. Not an Error: capturing a stack would cost more than the evaluation, and
 * call sites add position and token while it passes. The boundary turns it into an ExpressionError.
 */
export class Fault {
  readonly code: string;
  /** Values for the message; `text` is the message itself. */
  readonly inserts: Record<string, unknown>;
  position: number | undefined;
  token: string | undefined;
  constructor(code: string, inserts: Record<string, unknown> = {}, position?: number, token?: string) {
    this.code = code;
    this.inserts = inserts;
    this.position = position;
    this.token = token;
  }

  /** Adds what only the caller knows; the innermost caller wins. */
  locate(position: number | undefined, token: string | undefined): this {
    this.position ??= position;
    this.token ??= token;
    return this;
  }
}

export function limitFault(reason: string): Fault {
  return new Fault("EXPR_LIMIT", { reason });
}

/** The error that leaves the module for whatever was thrown inside. Rethrows what is not the expression's doing. */
export function toExpressionError(thrown: unknown): ExpressionError {
  if (thrown instanceof Fault) {
    const { code, inserts, token } = thrown;
    const text =
      typeof inserts.text === "string"
        ? inserts.text
        : formatMessage(code, {
            ...inserts,
            token,
            function: token === undefined ? "the function" : `$${token}`,
          });
    return new ExpressionError(code, text, thrown.position);
  }
  if (thrown instanceof RangeError) {
    // The host's stack ended before our own depth limit: deeply nested data, or an embedder with a small stack.
    const reason = "the expression or its data is nested too deeply";
    return new ExpressionError("EXPR_LIMIT", formatMessage("EXPR_LIMIT", { reason }));
  }
  throw thrown;
}

import jsonata from "jsonata";
import type { AstNode } from "./ast.ts";
import { ExpressionError } from "./expression.ts";
import { sourceLimits } from "./limits.ts";

/**
 * Parses an expression with the parser of the `jsonata` package.
 * @throws ExpressionError with JSONata's S-codes, EXPR_LIMIT or EXPR_UNSUPPORTED
 */
export function parse(source: string): AstNode {
  checkSize(source);
  try {
    // Not `jsonata(source).ast()`: that also builds an evaluator, which reads the clock of the host.
    return parser(source, false);
  } catch (thrown) {
    throw toParseError(source, thrown);
  }
}

const { parser } = jsonata as unknown as { parser: (source: string, recover: boolean) => AstNode };

function checkSize(source: string): void {
  if (source.length > sourceLimits.lengthMax) {
    throw new ExpressionError(
      "EXPR_LIMIT",
      `The expression is longer than ${sourceLimits.lengthMax} characters`,
    );
  }
  const defaults = source.match(/\?[?:]/g)?.length ?? 0;
  if (defaults > sourceLimits.defaultOperatorsMax) {
    const text = `The expression uses ?? and ?: more than ${sourceLimits.defaultOperatorsMax} times`;
    throw new ExpressionError("EXPR_LIMIT", text);
  }
}

function toParseError(source: string, thrown: unknown): unknown {
  if (thrown instanceof RangeError) {
    return new ExpressionError("EXPR_LIMIT", "The expression is nested too deeply");
  }
  if (thrown instanceof SyntaxError) {
    return new ExpressionError("S0303", `The regular expression is not valid: ${thrown.message}`);
  }
  if (!isParserFault(thrown)) return thrown;
  return new ExpressionError(thrown.code, messageOf(source, thrown), thrown.position);
}

interface ParserFault {
  readonly code: string;
  readonly position?: number;
  readonly message?: string;
}

function isParserFault(thrown: unknown): thrown is ParserFault {
  return typeof thrown === "object" && thrown !== null && "code" in thrown && typeof thrown.code === "string";
}

/** The package's own words for the error, which its bare parser leaves out. It fails before it reads the clock. */
function messageOf(source: string, fault: ParserFault): string {
  try {
    jsonata(source);
  } catch (thrown) {
    if (isParserFault(thrown) && thrown.message !== undefined) return thrown.message;
  }
  return fault.code;
}

import jsonata from "jsonata";
import type { AstNode, RegexNode } from "./ast.ts";
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
    const tree = parser(source, false);
    if (/\?[?:]/.test(source) && source.includes("/")) restorePatterns(tree);
    return tree;
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

/**
 * `a ?? b` and `a ?: b` hold their left side twice, once as a copy by way of JSON, in which a pattern is an empty object.
 * It gets its pattern back from the original, which has the same place in the source.
 */
function restorePatterns(tree: AstNode): void {
  const regexes: { value: unknown; readonly position?: number }[] = [];
  collectRegexes(tree, regexes);
  const patterns = new Map(
    regexes.filter(({ value }) => value instanceof RegExp).map(({ position, value }) => [position, value]),
  );
  for (const regex of regexes) regex.value = patterns.get(regex.position);
}

function collectRegexes(node: object, found: { value: unknown; readonly position?: number }[]): void {
  if ((node as RegexNode).type === "regex") found.push(node as RegexNode);
  else
    for (const part of Object.values(node))
      if (typeof part === "object" && part !== null) collectRegexes(part, found);
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

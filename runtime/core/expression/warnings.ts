/** Likely mistakes: they compile, and hardly mean what was meant. */
import type { AstNode, BinaryNode } from "./ast.ts";
import type { ExpressionWarning } from "./expression.ts";
import { builtIns } from "./functions/builtIns.ts";
import { nearest } from "./suggest.ts";

export function unknownName(
  name: string,
  visible: ReadonlySet<string>,
  position: number | undefined,
): ExpressionWarning {
  const near = nearest(name, [...visible, ...builtIns.keys()]);
  const hint = near === undefined ? "" : ` Did you mean $${near}?`;
  return { message: `There is no function $${name}, and nothing is bound to it.${hint}`, position };
}

export function forgottenDollar(name: string, position: number | undefined): ExpressionWarning {
  return { message: `“${name}” is a field here. Did you mean the function $${name}?`, position };
}

const comparisons = new Set(["=", "!=", "<", "<=", ">", ">="]);

export function binaryWarnings({ value, lhs, rhs, position }: BinaryNode): ExpressionWarning[] {
  if (comparisons.has(value) && isComparison(lhs)) {
    const message = `Left of ${value} stands a comparison, which is true or false. Write a ${value} b and b ${value} c.`;
    return [{ message, position }];
  }
  const text = value === "or" || value === "and" ? [lhs, rhs].find(isText) : undefined;
  if (text === undefined) return [];
  const shown = `“${String(text.value)}”`;
  const message = `${shown} alone is always ${text.value === "" ? "false" : "true"}. Write x = ${shown} on both sides of ${value}.`;
  return [{ message, position }];
}

/** Parentheses make a block, so this one stands there without. */
function isComparison(node: AstNode): boolean {
  return node.type === "binary" && comparisons.has(node.value);
}

function isText(node: AstNode): node is Extract<AstNode, { type: "string" | "number" | "value" }> {
  return node.type === "string" && !node.predicate && !node.group;
}

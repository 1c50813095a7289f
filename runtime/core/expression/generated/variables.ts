import type { AstNode } from "../ast.ts";

/** The names of all variables in a node, whether bound inside it or not. */
export function namesIn(node: AstNode): ReadonlySet<string> {
  const names = new Set<string>();
  walk(node, (each) => {
    if (each.type === "variable") names.add(each.value);
  });
  return names;
}

/** Whether a node binds a variable in the block around it: those of its own blocks end with them. */
export function bindsOutside(node: AstNode): boolean {
  let found = false;
  walk(node, (each, parent) => {
    if (each.type === "bind" && parent?.type !== "block") found = true;
  });
  return found;
}

/** Visits a node and everything below it. The tree of the parser is plain data. */
function walk(node: AstNode, visit: (node: AstNode, parent: AstNode | undefined) => void): void {
  const descend = (part: unknown, parent: AstNode | undefined): void => {
    if (typeof part !== "object" || part === null || part instanceof RegExp) return;
    if (Array.isArray(part)) {
      for (const item of part) descend(item, parent);
      return;
    }
    const isNode = "type" in part && typeof part.type === "string";
    if (isNode) visit(part as AstNode, parent);
    for (const value of Object.values(part)) descend(value, isNode ? (part as AstNode) : parent);
  };
  descend(node, undefined);
}

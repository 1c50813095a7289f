import type { PatternNode } from "./syntax.ts";

/**
 * How many ways at most the host's backtracking engine can take through a pattern, over all places to start in a text
 * of this length. Infinite where a repetition repeats something that can be split in several ways.
 */
export function backtrackingMax(root: PatternNode, length: number): number {
  return (length + 1) * waysOf(root, length + 1);
}

function waysOf(node: PatternNode, places: number): number {
  switch (node.kind) {
    case "unit":
    case "assert":
      return 1;
    case "group":
      return waysOf(node.body, places);
    case "sequence":
      return node.parts.reduce((ways, part) => ways * waysOf(part, places), 1);
    case "choice":
      return node.parts.reduce((ways, part) => ways + waysOf(part, places), 0);
    case "repeat": {
      if (node.body.kind === "unit") return Math.max(1, Math.min(node.max - node.min + 1, places));
      // Rounds that must be made and rounds that may: each goes every way its body can.
      const once = waysOf(node.body, places) + (node.max > node.min ? 1 : 0);
      return node.max > roundsMax ? Number.POSITIVE_INFINITY : once ** node.max;
    }
  }
}

/** Beyond so many rounds of a group the product says nothing any more. */
const roundsMax = 8;

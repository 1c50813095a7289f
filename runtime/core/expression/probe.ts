import type { AstNode } from "./ast.ts";
import type { Code } from "./frame.ts";

/** What a node got and gave, once. */
export interface Observation {
  readonly input: unknown;
  readonly value: unknown;
}

/** Enough to tell whether something is always so. */
const observationsMax = 50;

/** Notes what the nodes of an expression see while it is evaluated on a sample. */
export class Probe {
  root: AstNode | undefined;
  private readonly observations = new Map<AstNode, Observation[]>();

  watch(node: AstNode, code: Code): Code {
    const seen: Observation[] = [];
    this.observations.set(node, seen);
    return (input, frame) => {
      const value = code(input, frame);
      if (seen.length < observationsMax) seen.push({ input, value });
      return value;
    };
  }

  of(node: AstNode): readonly Observation[] {
    return this.observations.get(node) ?? [];
  }
}

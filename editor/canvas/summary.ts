import type { AnyNodeType } from "../../runtime/core/api.ts";
import type { FlowNode } from "../../runtime/core/flow/document.ts";
import { fillDefaults } from "../../runtime/core/plan/config.ts";

/** Second line of a card: the rule in one line. */
export function summaryOf(node: FlowNode, type: AnyNodeType | undefined): string {
  if (!type) return `unknown type ${node.type}`;
  try {
    return type.summary(fillDefaults(type.config, node.config));
  } catch {
    // Types promise not to throw here, but a config of a hand-written file can be anything. Validation reports it.
    return type.purpose;
  }
}

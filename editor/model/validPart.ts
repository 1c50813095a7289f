import type { Catalogue } from "../../runtime/core/catalogue.ts";
import { type FlowDocument, parseWire } from "../../runtime/core/flow/document.ts";
import { compileFlow, type FlowPlan } from "../../runtime/core/plan/compile.ts";
import { reaches, successors } from "../../runtime/core/plan/graph.ts";
import type { Platform } from "../../runtime/core/platform.ts";

/**
 * The plan of a drawing without the nodes that have mistakes, and without all they feed: what those would say with a
 * part of their inputs missing is not what the rule means.
 * @returns undefined when the mistakes belong to no node
 */
export function largestValidPart(
  flow: FlowDocument,
  catalogue: Catalogue,
  platform: Platform,
): FlowPlan | undefined {
  for (let part = withReadableWires(flow); ; ) {
    const { plan, diagnostics } = compileFlow(part, catalogue, platform);
    if (plan) return plan;
    // Diagnostics are bounded, so there may be more mistakes than the first round names.
    const mistaken = new Set(
      diagnostics.filter((each) => each.severity === "error").flatMap((each) => each.node ?? []),
    );
    const left = without(part, mistaken);
    if (left.nodes.length === part.nodes.length) return undefined;
    part = left;
  }
}

function without(flow: FlowDocument, mistaken: ReadonlySet<string>): FlowDocument {
  const next = successors(flow);
  const out = new Set<string>();
  for (const { id } of flow.nodes) if ([...mistaken].some((each) => reaches(next, each, id))) out.add(id);
  const nodes = flow.nodes.filter((node) => !out.has(node.id));
  return withReadableWires({ ...flow, nodes });
}

/** A wire that cannot be read, or ends nowhere, feeds nobody. */
function withReadableWires(flow: FlowDocument): FlowDocument {
  const ids = new Set(flow.nodes.map((node) => node.id));
  const wires = flow.wires.filter((text) => {
    const wire = parseWire(text);
    return wire !== undefined && ids.has(wire.from.node) && ids.has(wire.to.node);
  });
  return { ...flow, wires };
}

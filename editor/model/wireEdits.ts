/** Edits of wires, and what can be joined with what. */
import type { AnyNodeType } from "../../runtime/core/api.ts";
import type { Catalogue } from "../../runtime/core/catalogue.ts";
import { type FlowDocument, formatWire, parseWire, type Wire } from "../../runtime/core/flow/document.ts";
import { connectionProblem } from "../../runtime/core/plan/connect.ts";
import { addNode, deleteNodes, newNode } from "./nodeEdits.ts";
import { knownPorts } from "./ports.ts";

/** One end of a wire to be, with the side it is on. */
export interface PortEnd {
  readonly node: string;
  readonly port: string;
  readonly side: "input" | "output";
}

/** Joins two ports; the caller has asked {@link connectionProblem}. */
export function connect(flow: FlowDocument, wire: Wire): FlowDocument {
  const text = formatWire(wire);
  return flow.wires.includes(text) ? flow : { ...flow, wires: [...flow.wires, text] };
}

export function deleteWires(flow: FlowDocument, wires: ReadonlySet<string>): FlowDocument {
  const kept = flow.wires.filter((text) => !wires.has(text));
  return kept.length === flow.wires.length ? flow : { ...flow, wires: kept };
}

/** Deletes nodes and joins what fed them to what they fed, where that is allowed. */
export function deleteAndHeal(
  flow: FlowDocument,
  ids: ReadonlySet<string>,
  catalogue: Catalogue,
): FlowDocument {
  const healed = [...ids].reduce<Wire[]>((wires, id) => bypass(wires, id), readWires(flow));
  let next = deleteNodes(flow, ids);
  for (const wire of healed) {
    if (connectionProblem(next, wire, catalogue) === undefined) next = connect(next, wire);
  }
  return next;
}

/** Every wire that could start or end at a port, to the nodes that are there. */
export function compatibleWires(flow: FlowDocument, end: PortEnd, catalogue: Catalogue): readonly Wire[] {
  return flow.nodes.flatMap((node) => wiresBetween(flow, end, node.id, catalogue));
}

/** The wires allowed between a port and any port of one node. */
export function wiresBetween(
  flow: FlowDocument,
  end: PortEnd,
  other: string,
  catalogue: Catalogue,
): readonly Wire[] {
  const node = flow.nodes.find((each) => each.id === other);
  if (!node) return [];
  const { inputs, outputs } = knownPorts(node, catalogue);
  return (end.side === "output" ? inputs : outputs)
    .map((port) => joined(end, { node: other, port: port.name }))
    .filter((wire) => connectionProblem(flow, wire, catalogue) === undefined);
}

/** Types of which a new node could be joined to this port, with the wire to its first port that fits. */
export function compatibleTypes(
  flow: FlowDocument,
  end: PortEnd,
  catalogue: Catalogue,
  newId: string,
): readonly { readonly type: AnyNodeType; readonly wire: Wire }[] {
  return [...catalogue.values()].flatMap((type) => {
    const withNode = addNode(flow, newNode(type, newId), [0, 0]);
    const wire = wiresBetween(withNode, end, newId, catalogue)[0];
    return wire ? [{ type, wire }] : [];
  });
}

/** The wire between a port and another one, in the direction messages flow. */
export function joined(end: PortEnd, other: { readonly node: string; readonly port: string }): Wire {
  const here = { node: end.node, port: end.port };
  return end.side === "output" ? { from: here, to: other } : { from: other, to: here };
}

/** Puts a node into a wire: its first input and output that fit take the wire's place. */
export function spliceNode(
  flow: FlowDocument,
  wireText: string,
  id: string,
  catalogue: Catalogue,
): FlowDocument {
  const wire = parseWire(wireText);
  if (!wire || wire.from.node === id || wire.to.node === id) return flow;
  const open = deleteWires(flow, new Set([wireText]));
  const before = wiresBetween(open, { ...wire.from, side: "output" }, id, catalogue)[0];
  if (!before) return flow;
  const half = connect(open, before);
  const after = wiresBetween(half, { ...wire.to, side: "input" }, id, catalogue)[0];
  return after ? connect(half, after) : flow;
}

/** Wires of a document in which a node is replaced by wires from its sources to its targets. */
function bypass(wires: readonly Wire[], id: string): Wire[] {
  const into = wires.filter((wire) => wire.to.node === id && wire.from.node !== id);
  const outOf = wires.filter(
    (wire) => wire.from.node === id && wire.to.node !== id && wire.from.port !== "error",
  );
  const rest = wires.filter((wire) => wire.from.node !== id && wire.to.node !== id);
  return [...rest, ...into.flatMap((one) => outOf.map((other) => ({ from: one.from, to: other.to })))];
}

function readWires(flow: FlowDocument): Wire[] {
  return flow.wires.flatMap((text) => parseWire(text) ?? []);
}

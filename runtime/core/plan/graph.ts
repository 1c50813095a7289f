/** The shape of a flow: who feeds whom. */
import { type FlowDocument, parseWire, type Wire } from "../flow/document.ts";

/** Node ids that each node feeds, of the wires whose ends exist. */
export function successors(flow: FlowDocument): Map<string, Set<string>> {
  const next = new Map<string, Set<string>>(flow.nodes.map((node) => [node.id, new Set()]));
  for (const text of flow.wires) {
    const wire = parseWire(text);
    if (wire && next.has(wire.to.node)) next.get(wire.from.node)?.add(wire.to.node);
  }
  return next;
}

/** Can a message from `from` reach `to` (or are they one)? */
export function reaches(next: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const open = [from];
  const seen = new Set(open);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === to) return true;
    for (const each of next.get(node) ?? []) {
      if (!seen.has(each)) {
        seen.add(each);
        open.push(each);
      }
    }
  }
  return false;
}

export interface TopologicalOrder {
  /** Every node after all that feed it; nodes on a cycle are missing. Document order breaks ties. */
  readonly order: readonly string[];
  /** Nodes on, or fed by, a cycle. */
  readonly cyclic: readonly string[];
  /** Number of nodes in the longest chain. */
  readonly longestChain: number;
}

export function topologicalOrder(next: ReadonlyMap<string, ReadonlySet<string>>): TopologicalOrder {
  const incoming = new Map<string, number>([...next.keys()].map((id) => [id, 0]));
  for (const targets of next.values()) {
    for (const target of targets) incoming.set(target, incoming.get(target)! + 1);
  }
  const depth = new Map<string, number>();
  const order = [...next.keys()].filter((id) => incoming.get(id) === 0);
  for (const id of order) depth.set(id, 1);
  for (let index = 0; index < order.length; index++) {
    const id = order[index]!;
    for (const target of next.get(id)!) {
      depth.set(target, Math.max(depth.get(target) ?? 0, depth.get(id)! + 1));
      const left = incoming.get(target)! - 1;
      incoming.set(target, left);
      if (left === 0) order.push(target);
    }
  }
  const placed = new Set(order);
  return {
    order,
    cyclic: [...next.keys()].filter((id) => !placed.has(id)),
    longestChain: order.reduce((longest, id) => Math.max(longest, depth.get(id)!), 0),
  };
}

export function sameWire(one: Wire, other: Wire): boolean {
  return (
    one.from.node === other.from.node &&
    one.from.port === other.from.port &&
    one.to.node === other.to.node &&
    one.to.port === other.to.port
  );
}

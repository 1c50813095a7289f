import type { FlowNode } from "../../runtime/core/flow/document.ts";
import { type AnyNodeType, inputsOf, outputsOf, type Port } from "../../runtime/core/nodeType.ts";
import type { NodeLive } from "../../runtime/protocol/live.ts";

export type ShownNode = Pick<FlowNode, "id" | "config" | "errorPort">;

/** Ports of a node in the order it declares them, then those that only the feed knows, such as a subscription's. */
export function portsOf(
  node: ShownNode,
  type: AnyNodeType | undefined,
  live: NodeLive,
): { readonly inputs: readonly Port[]; readonly outputs: readonly Port[] } {
  return {
    inputs: withLive(type ? inputsOf(type, node.config) : [], live.inputs),
    outputs: withLive(type ? outputsOf(type, node.config, node.errorPort ?? false) : [], live.outputs),
  };
}

function withLive(declared: readonly Port[], live: Readonly<Record<string, unknown>>): readonly Port[] {
  const names = new Set(declared.map((port) => port.name));
  const others = Object.keys(live).filter((name) => !names.has(name));
  return [...declared, ...others.map((name) => ({ name, title: name }))];
}

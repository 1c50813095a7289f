/** The ports a node shows, which can be more than its type has: a wire to a port that is gone must stay visible. */
import type { AnyNodeType, Port } from "../../runtime/core/api.ts";
import type { Catalogue } from "../../runtime/core/catalogue.ts";
import { type FlowDocument, type FlowNode, parseWire } from "../../runtime/core/flow/document.ts";
import { nodeInputs, nodeOutputs } from "../../runtime/core/plan/connect.ts";

export interface ShownPort extends Port {
  /** A wire names it, the node does not have it. */
  readonly missing?: true;
}

export interface ShownPorts {
  readonly inputs: readonly ShownPort[];
  readonly outputs: readonly ShownPort[];
}

/** Wired port names by node, so that projecting a document reads its wires once. */
export interface WiredPorts {
  readonly inputs: ReadonlyMap<string, ReadonlySet<string>>;
  readonly outputs: ReadonlyMap<string, ReadonlySet<string>>;
}

export function portsOf(node: FlowNode, type: AnyNodeType | undefined, wired: WiredPorts): ShownPorts {
  return {
    inputs: withMissing(knownInputs(node, type), wired.inputs.get(node.id)),
    outputs: withMissing(knownOutputs(node, type), wired.outputs.get(node.id)),
  };
}

/** The ports the node really has. */
export function knownPorts(
  node: FlowNode,
  catalogue: Catalogue,
): { inputs: readonly Port[]; outputs: readonly Port[] } {
  const type = catalogue.get(node.type);
  return { inputs: knownInputs(node, type), outputs: knownOutputs(node, type) };
}

export function wiredPorts(flow: FlowDocument): WiredPorts {
  const inputs = new Map<string, Set<string>>();
  const outputs = new Map<string, Set<string>>();
  for (const text of flow.wires) {
    const wire = parseWire(text);
    if (!wire) continue;
    add(outputs, wire.from.node, wire.from.port);
    add(inputs, wire.to.node, wire.to.port);
  }
  return { inputs, outputs };
}

function knownInputs(node: FlowNode, type: AnyNodeType | undefined): readonly Port[] {
  return type ? unlessBroken(() => nodeInputs(node, type)) : [];
}

function knownOutputs(node: FlowNode, type: AnyNodeType | undefined): readonly Port[] {
  return type ? unlessBroken(() => nodeOutputs(node, type)) : [];
}

function unlessBroken(ports: () => readonly Port[]): readonly Port[] {
  try {
    return ports();
  } catch {
    // Ports that depend on the config cannot be told while the config is broken; validation reports that. Wired
    // ports still show, as missing, until it is repaired.
    return [];
  }
}

function withMissing(ports: readonly Port[], wired: ReadonlySet<string> | undefined): readonly ShownPort[] {
  if (!wired) return ports;
  const missing = [...wired].filter((name) => !ports.some((port) => port.name === name));
  if (missing.length === 0) return ports;
  return [...ports, ...missing.map((name) => ({ name, title: name, missing: true as const }))];
}

function add(ports: Map<string, Set<string>>, node: string, port: string): void {
  const names = ports.get(node);
  if (names) names.add(port);
  else ports.set(node, new Set([port]));
}

/** May these two ports be joined? The editor asks while a wire is drawn, validation asks for every wire. */
import type { Catalogue } from "../catalogue.ts";
import { type FlowDocument, type FlowNode, parseWire, type Wire } from "../flow/document.ts";
import { type AnyNodeType, inputsOf, outputsOf, type Port } from "../nodeType.ts";
import { fillDefaults } from "./config.ts";
import { reaches, sameWire, successors } from "./graph.ts";

/** Why `wire` cannot be added to `flow`, for a person; undefined when it can. Assumes `wire` is not part of it yet. */
export function connectionProblem(flow: FlowDocument, wire: Wire, catalogue: Catalogue): string | undefined {
  const problem = portProblem(flow, wire, catalogue);
  if (problem) return problem;
  if (flow.wires.some((text) => isSame(text, wire))) return "These two are already joined.";
  if (reaches(successors(flow), wire.to.node, wire.from.node)) {
    return "This would make a loop: a message could run in circles.";
  }
  return undefined;
}

/** The part of {@link connectionProblem} that looks at the two ends alone. */
export function portProblem(flow: FlowDocument, wire: Wire, catalogue: Catalogue): string | undefined {
  if (wire.from.node === wire.to.node) return "A node cannot feed itself.";
  const from = flow.nodes.find((node) => node.id === wire.from.node);
  const to = flow.nodes.find((node) => node.id === wire.to.node);
  if (!from) return `There is no node ${wire.from.node}.`;
  if (!to) return `There is no node ${wire.to.node}.`;
  const fromType = catalogue.get(from.type);
  const toType = catalogue.get(to.type);
  if (!fromType || !toType) return undefined;
  const output = nodeOutputs(from, fromType).find((port) => port.name === wire.from.port);
  const inputs = nodeInputs(to, toType);
  const input = inputs.find((port) => port.name === wire.to.port);
  if (!output) return `${titleOf(from, fromType)} has no output “${wire.from.port}”.`;
  if (!input && inputs.length === 0) return `${titleOf(to, toType)} takes no input.`;
  if (!input) return `${titleOf(to, toType)} has no input “${wire.to.port}”.`;
  return payloadProblem(output, input, titleOf(from, fromType), titleOf(to, toType));
}

/** Input ports of a node as its config stands. */
export function nodeInputs(node: FlowNode, type: AnyNodeType): readonly Port[] {
  return inputsOf(type, fillDefaults(type.config, node.config));
}

/** Output ports of a node as its config stands, the error port included. */
export function nodeOutputs(node: FlowNode, type: AnyNodeType): readonly Port[] {
  return outputsOf(type, fillDefaults(type.config, node.config), node.errorPort === true);
}

function payloadProblem(output: Port, input: Port, from: string, to: string): string | undefined {
  const gives = output.payload ?? "any";
  const takes = input.payload ?? "any";
  if (gives === "any" || takes === "any" || gives === takes) return undefined;
  return `${from} gives ${plural[gives]}, but ${to} needs ${plural[takes]}. Put a Transform between them.`;
}

const plural = {
  any: "anything",
  number: "numbers",
  boolean: "true or false",
  text: "texts",
  object: "objects",
} as const;

function titleOf(node: FlowNode, type: AnyNodeType): string {
  return `“${node.name ?? type.title}”`;
}

function isSame(text: string, wire: Wire): boolean {
  const parsed = parseWire(text);
  return parsed !== undefined && sameWire(parsed, wire);
}

/** Edits of nodes: functions from one document to the next. An edit that changes nothing returns what it was given. */
import type { AnyNodeType } from "../../runtime/core/api.ts";
import { type FlowDocument, type FlowNode, parseWire } from "../../runtime/core/flow/document.ts";
import { fillDefaults } from "../../runtime/core/plan/config.ts";

export type Position = readonly [x: number, y: number];

/** A node of this type with the defaults of its schema. */
export function newNode(type: AnyNodeType, id: string): FlowNode {
  return {
    id,
    type: type.type,
    version: type.version,
    config: structuredClone(fillDefaults(type.config, {})),
  };
}

export function addNode(flow: FlowDocument, node: FlowNode, position: Position): FlowDocument {
  return { ...flow, nodes: [...flow.nodes, node], layout: { ...flow.layout, [node.id]: position } };
}

/** Removes nodes, the wires at them, and their places. */
export function deleteNodes(flow: FlowDocument, ids: ReadonlySet<string>): FlowDocument {
  const nodes = flow.nodes.filter((node) => !ids.has(node.id));
  if (nodes.length === flow.nodes.length) return flow;
  return {
    ...flow,
    nodes,
    wires: flow.wires.filter((text) => !touches(text, ids)),
    layout: Object.fromEntries(Object.entries(flow.layout).filter(([id]) => !ids.has(id))),
  };
}

export function moveNodes(flow: FlowDocument, positions: ReadonlyMap<string, Position>): FlowDocument {
  const moved = [...positions].filter(([id, [x, y]]) => {
    const place = flow.layout[id];
    return place === undefined || place[0] !== x || place[1] !== y;
  });
  if (moved.length === 0) return flow;
  return { ...flow, layout: { ...flow.layout, ...Object.fromEntries(moved) } };
}

/** @param name empty: the title of the type */
export function renameNode(flow: FlowDocument, id: string, name: string): FlowDocument {
  const trimmed = name.trim();
  return updateNode(flow, id, (node) => {
    if ((node.name ?? "") === trimmed) return node;
    const { name: _dropped, ...rest } = node;
    return trimmed === "" ? rest : { ...rest, name: trimmed };
  });
}

export function configureNode(flow: FlowDocument, id: string, config: FlowNode["config"]): FlowDocument {
  return updateNode(flow, id, (node) => (node.config === config ? node : { ...node, config }));
}

export function setDisabled(flow: FlowDocument, ids: ReadonlySet<string>, disabled: boolean): FlowDocument {
  return updateNodes(flow, ids, (node) => {
    if ((node.disabled === true) === disabled) return node;
    const { disabled: _dropped, ...rest } = node;
    return disabled ? { ...rest, disabled: true } : rest;
  });
}

/** Taking the error port away also takes the wires at it. */
export function setErrorPort(flow: FlowDocument, id: string, wanted: boolean): FlowDocument {
  const next = updateNode(flow, id, (node) => {
    if ((node.errorPort === true) === wanted) return node;
    const { errorPort: _dropped, ...rest } = node;
    return wanted ? { ...rest, errorPort: true } : rest;
  });
  if (next === flow || wanted) return next;
  const atErrorPort = (text: string) => {
    const from = parseWire(text)?.from;
    return from?.node === id && from.port === "error";
  };
  return { ...next, wires: next.wires.filter((text) => !atErrorPort(text)) };
}

export function renameFlow(flow: FlowDocument, name: string): FlowDocument {
  const trimmed = name.trim();
  return trimmed === "" || trimmed === flow.name ? flow : { ...flow, name: trimmed };
}

export function describeFlow(flow: FlowDocument, description: string): FlowDocument {
  if ((flow.description ?? "") === description) return flow;
  const { description: _dropped, ...rest } = flow;
  return description === "" ? rest : { ...rest, description };
}

export function touches(wire: string, ids: ReadonlySet<string>): boolean {
  const ends = parseWire(wire);
  return ends !== undefined && (ids.has(ends.from.node) || ids.has(ends.to.node));
}

function updateNode(flow: FlowDocument, id: string, change: (node: FlowNode) => FlowNode): FlowDocument {
  return updateNodes(flow, new Set([id]), change);
}

function updateNodes(
  flow: FlowDocument,
  ids: ReadonlySet<string>,
  change: (node: FlowNode) => FlowNode,
): FlowDocument {
  const nodes = flow.nodes.map((node) => (ids.has(node.id) ? change(node) : node));
  return nodes.every((node, index) => node === flow.nodes[index]) ? flow : { ...flow, nodes };
}

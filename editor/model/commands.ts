/**
 * What a person can do to an open flow, as labelled transactions. Actions, gestures and forms all come through here,
 * so one deed has one label and one entry in the history wherever it was started.
 */
import type { AnyNodeType } from "../../runtime/core/api.ts";
import type { FlowNode, Wire } from "../../runtime/core/flow/document.ts";
import { connectionProblem } from "../../runtime/core/plan/connect.ts";
import { roomFor } from "./cardSize.ts";
import { copyNodes, pasteNodes } from "./clipboard.ts";
import type { FlowSession } from "./flowSession.ts";
import {
  addNode,
  configureNode,
  deleteNodes,
  describeFlow,
  moveNodes,
  newNode,
  type Position,
  renameFlow,
  renameNode,
  setDisabled,
  setErrorPort,
} from "./nodeEdits.ts";
import { freshIds } from "./nodeIds.ts";
import { completeLayout, freePlace, placeAfter, placeBefore, positionOf } from "./placement.ts";
import { knownPorts, portsOf, wiredPorts } from "./ports.ts";
import { followPorts } from "./renamedPorts.ts";
import { selectNodes, singleNode } from "./selection.ts";
import { tidy } from "./tidy.ts";
import {
  connect,
  deleteAndHeal,
  deleteWires,
  joined,
  type PortEnd,
  spliceNode,
  wiresBetween,
} from "./wireEdits.ts";

/** Title of a node as its card shows it. */
export function titleOf(node: FlowNode, type: AnyNodeType | undefined): string {
  return node.name ?? type?.title ?? node.type;
}

export function nextNodeId(session: FlowSession): string {
  return freshIds(session.document.get(), 1, session.reserved)[0]!;
}

/** Adds a node exactly there, and selects it. @param end joined with the new node when that is allowed */
export function addNodeAt(session: FlowSession, type: AnyNodeType, at: Position, end?: PortEnd): string {
  const id = nextNodeId(session);
  session.document.transact(`Add ${type.title}`, (flow) => {
    const added = addNode(flow, newNode(type, id), at);
    const wire = end && wiresBetween(added, end, id, session.catalogue)[0];
    return wire ? connect(added, wire) : added;
  });
  session.selection.set(selectNodes([id]));
  return id;
}

/** Adds a node where it makes sense: right of the selected one, else at the place given; never over a card. */
export function addNodeNear(session: FlowSession, type: AnyNodeType, near: Position): string {
  const selected = singleNode(session.selection.get());
  const wanted = selected === undefined ? near : placeAfter(session.document.get(), selected);
  return addNodeAt(session, type, freePlaceFor(session, type, wanted));
}

/** Adds a node joined with a port. @param dropped absent: beside the card of the port; never over a card */
export function addNodeFrom(
  session: FlowSession,
  type: AnyNodeType,
  end: PortEnd,
  dropped?: Position,
): string {
  const flow = session.document.get();
  const beside = end.side === "output" ? placeAfter(flow, end.node) : placeBefore(flow, end.node);
  return addNodeAt(session, type, freePlaceFor(session, type, dropped ?? beside), end);
}

/** Adds a node in the middle of a wire, when it fits there. */
export function addNodeInWire(session: FlowSession, type: AnyNodeType, at: Position, wire: string): string {
  const id = nextNodeId(session);
  session.document.transact(`Add ${type.title}`, (flow) =>
    spliceNode(addNode(flow, newNode(type, id), at), wire, id, session.catalogue),
  );
  session.selection.set(selectNodes([id]));
  return id;
}

/** @returns why not, for a person; undefined: done */
export function connectPorts(session: FlowSession, wire: Wire): string | undefined {
  const problem = connectionProblem(session.document.get(), wire, session.catalogue);
  if (problem !== undefined) return problem;
  session.document.transact("Connect", (flow) => connect(flow, wire));
  return undefined;
}

/** How a port can be joined with a node, by its first port that fits; else why it cannot. */
export function wireToNode(
  session: FlowSession,
  end: PortEnd,
  node: string,
): { readonly wire: Wire } | { readonly problem: string } {
  const flow = session.document.get();
  const wire = wiresBetween(flow, end, node, session.catalogue)[0];
  if (wire) return { wire };
  const shown = flow.nodes.find((each) => each.id === node);
  const ports = shown && knownPorts(shown, session.catalogue);
  const other = (end.side === "output" ? ports?.inputs : ports?.outputs)?.[0];
  const none = `This node has no ${end.side === "output" ? "input" : "output"}.`;
  if (!other) return { problem: none };
  return {
    problem: connectionProblem(flow, joined(end, { node, port: other.name }), session.catalogue) ?? none,
  };
}

/** Moves cards. @param gesture one drag or one run of arrow keys: one entry in the history */
export function moveTo(session: FlowSession, places: ReadonlyMap<string, Position>, gesture: string): void {
  session.document.transact(`Move ${count(places.size, "node")}`, (flow) => moveNodes(flow, places), {
    coalesceKey: `move:${gesture}`,
  });
}

export function moveSelectionBy(session: FlowSession, dx: number, dy: number): void {
  const flow = session.document.get();
  const ids = [...session.selection.get().nodes];
  const places = ids.map((id): [string, Position] => {
    const [x, y] = positionOf(flow, id);
    return [id, [x + dx, y + dy]];
  });
  moveTo(session, new Map(places), `keys:${ids.join()}`);
}

export function deleteSelection(session: FlowSession): void {
  const { nodes, wires } = session.selection.get();
  const label =
    nodes.size > 0 ? `Delete ${count(nodes.size, "node")}` : `Delete ${count(wires.size, "wire")}`;
  session.document.transact(label, (flow) => deleteWires(deleteNodes(flow, nodes), wires));
}

export function deleteSelectionAndHeal(session: FlowSession): void {
  const { nodes } = session.selection.get();
  session.document.transact(`Delete ${count(nodes.size, "node")} and reconnect`, (flow) =>
    deleteAndHeal(flow, nodes, session.catalogue),
  );
}

export function copySelection(session: FlowSession): string {
  return copyNodes(session.document.get(), session.selection.get().nodes);
}

/** @returns why not, for a person; undefined: done, and what was pasted is selected */
export function paste(
  session: FlowSession,
  text: string,
  at?: Position,
  label = "Paste",
): string | undefined {
  const result = pasteNodes(session.document.get(), text, session.reserved, at);
  if (result.kind === "refused") return result.reason;
  session.document.transact(`${label} ${count(result.ids.length, "node")}`, () =>
    completeLayout(result.flow),
  );
  session.selection.set(selectNodes(result.ids));
  return undefined;
}

export function duplicateSelection(session: FlowSession): void {
  paste(session, copySelection(session), undefined, "Duplicate");
}

/** Disables the selection, or enables it when all of it is disabled. */
export function toggleDisabled(session: FlowSession): void {
  const { nodes } = session.selection.get();
  const all = session.document.get().nodes.filter((node) => nodes.has(node.id));
  const disable = all.some((node) => !node.disabled);
  session.document.transact(`${disable ? "Disable" : "Enable"} ${count(nodes.size, "node")}`, (flow) =>
    setDisabled(flow, nodes, disable),
  );
}

export function toggleErrorPort(session: FlowSession, id: string): void {
  const wanted = session.document.get().nodes.find((node) => node.id === id)?.errorPort !== true;
  session.document.transact(wanted ? "Add error port" : "Remove error port", (flow) =>
    setErrorPort(flow, id, wanted),
  );
}

export function rename(session: FlowSession, id: string, name: string): void {
  session.document.transact("Rename node", (flow) => renameNode(flow, id, name), {
    coalesceKey: `name:${id}`,
  });
}

/** @param config the whole config after the change */
export function configure(session: FlowSession, id: string, config: FlowNode["config"]): void {
  session.document.transact(
    "Change settings",
    (flow) => followPorts(flow, configureNode(flow, id, config), id, session.catalogue),
    {
      coalesceKey: `config:${id}`,
    },
  );
}

export function renameFlowTo(session: FlowSession, name: string): void {
  session.document.transact("Rename flow", (flow) => renameFlow(flow, name), { coalesceKey: "flow:name" });
}

export function describe(session: FlowSession, text: string): void {
  session.document.transact("Describe flow", (flow) => describeFlow(flow, text), {
    coalesceKey: "flow:description",
  });
}

/** Tidies several selected nodes, else everything. */
export function tidyFlow(session: FlowSession): void {
  const { nodes } = session.selection.get();
  session.document.transact("Tidy", (flow) =>
    tidy(flow, session.catalogue, nodes.size > 1 ? nodes : undefined),
  );
}

function freePlaceFor(session: FlowSession, type: AnyNodeType, wanted: Position): Position {
  const flow = session.document.get();
  const node = newNode(type, "new");
  const size = roomFor(node, portsOf(node, type, wiredPorts(flow)));
  return freePlace(flow, session.catalogue, wanted, size);
}

export function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}

/**
 * Nodes as text, to copy between flows, windows and people. The text is a small flow document of its own, so what
 * is pasted passes the same checks and migrations as a file, and a whole exported flow can be pasted too.
 */
import { type FlowDocument, formatFlow, formatWire, parseWire } from "../../runtime/core/flow/document.ts";
import { parseFlowText } from "../../runtime/core/flow/parse.ts";
import type { Position } from "./nodeEdits.ts";
import { freshIds } from "./nodeIds.ts";

/** The selected nodes and the wires among them. */
export function copyNodes(flow: FlowDocument, ids: ReadonlySet<string>): string {
  const inside = (text: string) => {
    const wire = parseWire(text);
    return wire !== undefined && ids.has(wire.from.node) && ids.has(wire.to.node);
  };
  return formatFlow({
    ...flow,
    nodes: flow.nodes.filter((node) => ids.has(node.id)),
    wires: flow.wires.filter(inside),
    layout: Object.fromEntries(Object.entries(flow.layout).filter(([id]) => ids.has(id))),
    tests: [],
  });
}

export type PasteResult =
  | { readonly kind: "pasted"; readonly flow: FlowDocument; readonly ids: readonly string[] }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * Adds copied nodes under new ids.
 * @param at top left corner of what is pasted; absent: where it was, moved a little
 */
export function pasteNodes(
  flow: FlowDocument,
  text: string,
  reserved: readonly FlowDocument[],
  at?: Position,
): PasteResult {
  const read = readNodes(text);
  if (read.kind === "refused") return read;
  const { flow: source } = read;
  const fresh = freshIds(flow, source.nodes.length, reserved);
  const idOf = new Map(source.nodes.map((node, index) => [node.id, fresh[index]!]));
  const [dx, dy] = offset(flow, source, at);
  const layout = Object.entries(source.layout).flatMap(([id, [x, y]]) => {
    const renamed = idOf.get(id);
    return renamed === undefined ? [] : [[renamed, [x + dx, y + dy]] as const];
  });
  return {
    kind: "pasted",
    ids: fresh,
    flow: {
      ...flow,
      nodes: [...flow.nodes, ...source.nodes.map((node) => ({ ...node, id: idOf.get(node.id)! }))],
      wires: [...flow.wires, ...source.wires.flatMap((wire) => renamedWire(wire, idOf))],
      layout: { ...flow.layout, ...Object.fromEntries(layout) },
    },
  };
}

type ReadResult =
  | { readonly kind: "read"; readonly flow: FlowDocument }
  | { readonly kind: "refused"; readonly reason: string };

function readNodes(text: string): ReadResult {
  if (text.trim() === "") return { kind: "refused", reason: "The clipboard is empty." };
  if (!text.trimStart().startsWith("{")) {
    return { kind: "refused", reason: "The clipboard holds other text, not nodes copied from a flow." };
  }
  const { flow, diagnostics } = parseFlowText(text);
  if (!flow) {
    const why = diagnostics.find((each) => each.severity === "error")?.message ?? "";
    return { kind: "refused", reason: `The clipboard holds JSON that is not a flow. ${why}`.trim() };
  }
  if (flow.nodes.length === 0) return { kind: "refused", reason: "The copied flow has no nodes." };
  return { kind: "read", flow };
}

function renamedWire(text: string, idOf: ReadonlyMap<string, string>): readonly string[] {
  const wire = parseWire(text);
  const from = wire && idOf.get(wire.from.node);
  const to = wire && idOf.get(wire.to.node);
  if (!wire || from === undefined || to === undefined) return [];
  return [formatWire({ from: { node: from, port: wire.from.port }, to: { node: to, port: wire.to.port } })];
}

/** Two grid steps right and down, so that a copy does not hide what it was made from. */
const copyOffset = 32;

function offset(flow: FlowDocument, source: FlowDocument, at: Position | undefined): Position {
  const places = Object.values(source.layout);
  if (at !== undefined && places.length > 0) {
    return [at[0] - Math.min(...places.map(([x]) => x)), at[1] - Math.min(...places.map(([, y]) => y))];
  }
  const taken = new Set(Object.values(flow.layout).map(String));
  let step = copyOffset;
  // Pasting twice makes a staircase, not a pile.
  while (places.some(([x, y]) => taken.has(String([x + step, y + step])))) step += copyOffset;
  return [step, step];
}

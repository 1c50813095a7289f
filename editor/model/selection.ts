/** What is selected on the canvas. Not part of the document: undo does not touch it. */
import type { FlowDocument } from "../../runtime/core/flow/document.ts";

export interface Selection {
  readonly nodes: ReadonlySet<string>;
  /** Wires as written in the document. */
  readonly wires: ReadonlySet<string>;
}

export const nothingSelected: Selection = { nodes: new Set(), wires: new Set() };

export function selectNodes(ids: Iterable<string>): Selection {
  return { nodes: new Set(ids), wires: new Set() };
}

/** The node an inspector shows: the one that is selected alone. */
export function singleNode(selection: Selection): string | undefined {
  return selection.nodes.size === 1 ? [...selection.nodes][0] : undefined;
}

/** The selection without what the document no longer has; the same object when all is there. */
export function pruneSelection(selection: Selection, flow: FlowDocument): Selection {
  const ids = new Set(flow.nodes.map((node) => node.id));
  const wires = new Set(flow.wires);
  const gone =
    [...selection.nodes].some((id) => !ids.has(id)) || [...selection.wires].some((wire) => !wires.has(wire));
  if (!gone) return selection;
  return {
    nodes: new Set([...selection.nodes].filter((id) => ids.has(id))),
    wires: new Set([...selection.wires].filter((wire) => wires.has(wire))),
  };
}

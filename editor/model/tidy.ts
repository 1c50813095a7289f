/** Automatic layout: left to right by dagre, connected parts stacked, everything on the grid. */
import { Graph, layout } from "@dagrejs/dagre";
import type { Catalogue } from "../../runtime/core/catalogue.ts";
import { type FlowDocument, parseWire, type Wire } from "../../runtime/core/flow/document.ts";
import { gapX, gapY, snap } from "./cardSize.ts";
import { moveNodes, type Position } from "./nodeEdits.ts";
import { type Box, boundsOf, boxesOf } from "./placement.ts";

/**
 * Lays out all nodes, or some among the others: these keep the top left corner of the area they had. Connected
 * parts keep their order from top to bottom.
 */
export function tidy(flow: FlowDocument, catalogue: Catalogue, only?: ReadonlySet<string>): FlowDocument {
  const boxes = new Map([...boxesOf(flow, catalogue)].filter(([id]) => only === undefined || only.has(id)));
  const area = boundsOf(boxes.values());
  if (!area) return flow;
  const wires = flow.wires
    .flatMap((text) => parseWire(text) ?? [])
    .filter((wire) => boxes.has(wire.from.node) && boxes.has(wire.to.node));
  const places = new Map<string, Position>();
  let top = snap(area.y);
  for (const part of connectedParts([...boxes.keys()], wires, boxes)) {
    const laid = layOut(part, wires, boxes);
    const bounds = boundsOf(laid.values())!;
    for (const [id, box] of laid) {
      places.set(id, [snap(area.x + box.x - bounds.x), snap(top + box.y - bounds.y)]);
    }
    top = snap(top + bounds.height + gapY);
  }
  return moveNodes(flow, places);
}

function layOut(
  part: readonly string[],
  wires: readonly Wire[],
  boxes: ReadonlyMap<string, Box>,
): ReadonlyMap<string, Box> {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", ranksep: gapX, nodesep: gapY });
  const inside = new Set(part);
  for (const id of part) {
    const { width, height } = boxes.get(id)!;
    graph.setNode(id, { width, height });
  }
  for (const [index, wire] of wires.entries()) {
    if (inside.has(wire.from.node)) graph.setEdge(wire.from.node, wire.to.node, {}, String(index));
  }
  layout(graph);
  return new Map(
    part.map((id) => {
      const box = boxes.get(id)!;
      const centre = graph.node(id) as { x: number; y: number };
      return [id, { ...box, x: centre.x - box.width / 2, y: centre.y - box.height / 2 }];
    }),
  );
}

/** Nodes that hang together, from the top of the canvas down; within a part in reading order, for stable results. */
function connectedParts(
  ids: readonly string[],
  wires: readonly Wire[],
  boxes: ReadonlyMap<string, Box>,
): readonly (readonly string[])[] {
  const neighbours = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const wire of wires) {
    neighbours.get(wire.from.node)!.push(wire.to.node);
    neighbours.get(wire.to.node)!.push(wire.from.node);
  }
  const ordered = [...ids].sort(
    (a, b) => boxes.get(a)!.y - boxes.get(b)!.y || boxes.get(a)!.x - boxes.get(b)!.x,
  );
  const seen = new Set<string>();
  const parts: string[][] = [];
  for (const start of ordered) {
    if (seen.has(start)) continue;
    const part = new Set<string>([start]);
    for (const id of part) for (const next of neighbours.get(id)!) part.add(next);
    for (const id of part) seen.add(id);
    parts.push(ordered.filter((id) => part.has(id)));
  }
  return parts;
}

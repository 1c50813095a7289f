/** Where cards are, and where a new one fits. */
import type { Catalogue } from "../../runtime/core/catalogue.ts";
import type { FlowDocument, FlowNode } from "../../runtime/core/flow/document.ts";
import { cardWidth, gapX, gapY, grid, roomFor, type Size, snap } from "./cardSize.ts";
import type { Position } from "./nodeEdits.ts";
import { portsOf, type WiredPorts, wiredPorts } from "./ports.ts";

export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** Top left corner of a card. Complete layouts are what {@link completeLayout} is for. */
export function positionOf(flow: FlowDocument, id: string): Position {
  return flow.layout[id] ?? [0, 0];
}

/** Gives nodes without a place one: a row of their own below everything that has one. */
export function completeLayout(flow: FlowDocument): FlowDocument {
  const homeless = flow.nodes.filter((node) => !Object.hasOwn(flow.layout, node.id));
  if (homeless.length === 0) return flow;
  const tops = Object.values(flow.layout).map(([, y]) => y);
  const below = tops.length === 0 ? 0 : snap(Math.max(...tops) + 160);
  const row = homeless.map((node, index) => [node.id, [index * (cardWidth + gapX), below]] as const);
  return { ...flow, layout: { ...flow.layout, ...Object.fromEntries(row) } };
}

export function boxesOf(flow: FlowDocument, catalogue: Catalogue): ReadonlyMap<string, Box> {
  const wired = wiredPorts(flow);
  return new Map(flow.nodes.map((node) => [node.id, boxOf(flow, node, catalogue, wired)]));
}

export function boundsOf(boxes: Iterable<Box>): Box | undefined {
  const all = [...boxes];
  if (all.length === 0) return undefined;
  const x = Math.min(...all.map((box) => box.x));
  const y = Math.min(...all.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...all.map((box) => box.x + box.width)) - x,
    height: Math.max(...all.map((box) => box.y + box.height)) - y,
  };
}

/** The place nearest below (and on the grid) where a card of this size covers no other. */
export function freePlace(flow: FlowDocument, catalogue: Catalogue, wanted: Position, size: Size): Position {
  const boxes = [...boxesOf(flow, catalogue).values()];
  let place: Position = [snap(wanted[0]), snap(wanted[1])];
  for (;;) {
    const hit = boxes.find((box) => overlaps(box, { x: place[0], y: place[1], ...size }));
    if (!hit) return place;
    place = [place[0], Math.ceil((hit.y + hit.height + gapY / 2) / grid) * grid];
  }
}

/** Right of a card, where what it feeds belongs. */
export function placeAfter(flow: FlowDocument, id: string): Position {
  const [x, y] = positionOf(flow, id);
  return [x + cardWidth + gapX, y];
}

export function placeBefore(flow: FlowDocument, id: string): Position {
  const [x, y] = positionOf(flow, id);
  return [x - cardWidth - gapX, y];
}

function boxOf(flow: FlowDocument, node: FlowNode, catalogue: Catalogue, wired: WiredPorts): Box {
  const [x, y] = positionOf(flow, node.id);
  return { x, y, ...roomFor(node, portsOf(node, catalogue.get(node.type), wired)) };
}

function overlaps(a: Box, b: Box): boolean {
  const margin = 8;
  return (
    a.x < b.x + b.width + margin &&
    b.x < a.x + a.width + margin &&
    a.y < b.y + b.height + margin &&
    b.y < a.y + a.height + margin
  );
}

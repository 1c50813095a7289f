/** Sizes of cards, in canvas units: one source for drawing, layout, placement and the picture of the whole flow. */
import type { FlowNode } from "../../runtime/core/flow/document.ts";
import type { ShownPorts } from "./ports.ts";

export const grid = 16;
export const cardWidth = 240;
/** Row one with the border around it. */
const rowOneHeight = 49;
/** Row two and the line above it: rate, last value, age. */
const rowTwoHeight = 26;
export const portGap = 24;
/** Free space between cards that layout and placement leave, a multiple of the grid. */
export const gapX = 80;
export const gapY = 48;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** @param rowTwo the card shows row two */
export function cardSize(node: FlowNode, ports: ShownPorts, rowTwo: boolean): Size {
  if (node.type === commentType) return { width: cardWidth, height: commentHeight(node) };
  const rows = Math.max(ports.inputs.length, ports.outputs.length);
  const height = rowOneHeight + (rowTwo ? rowTwoHeight : 0);
  return { width: cardWidth, height: Math.max(height, rows * portGap) };
}

/** Room a card may need when it is enabled, so that layouts made before still fit after it. */
export function roomFor(node: FlowNode, ports: ShownPorts): Size {
  return cardSize(node, ports, true);
}

/** Centre of the port with this index among `count`, measured from the top of the card. */
export function portCentre(index: number, count: number, height: number): number {
  return height / 2 + (index - (count - 1) / 2) * portGap;
}

export function snap(value: number): number {
  return Math.round(value / grid) * grid;
}

export const commentType = "comment";

export function commentText(node: FlowNode): string {
  const { text } = node.config;
  return typeof text === "string" ? text : "";
}

/** Lines are counted at the width of an average character: a note that is a little too tall is no harm. */
function commentHeight(node: FlowNode): number {
  const lines = [...(node.name === undefined ? [] : [node.name]), ...commentText(node).split("\n")];
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 30)), 0);
  return Math.min(480, Math.max(64, 26 + rows * 18));
}

/** Walking from card to card with the keyboard. */
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import { positionOf } from "./placement.ts";

export type Direction = "left" | "right" | "up" | "down";

const unit: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

/**
 * The card one would expect in a direction: near, and more ahead than aside.
 * @param from undefined: the first card in reading order
 * @returns undefined when nothing lies there
 */
export function neighbour(
  flow: FlowDocument,
  from: string | undefined,
  direction: Direction,
): string | undefined {
  if (from === undefined) return firstNode(flow);
  const [x, y] = positionOf(flow, from);
  const [ux, uy] = unit[direction];
  let best: { id: string; cost: number } | undefined;
  for (const { id } of flow.nodes) {
    const [ox, oy] = positionOf(flow, id);
    const ahead = (ox - x) * ux + (oy - y) * uy;
    const aside = Math.abs((ox - x) * uy) + Math.abs((oy - y) * ux);
    if (id === from || ahead <= 0 || aside > 2 * ahead) continue;
    const cost = ahead + 2 * aside;
    if (!best || cost < best.cost) best = { id, cost };
  }
  return best?.id;
}

function firstNode(flow: FlowDocument): string | undefined {
  const place = (id: string) => positionOf(flow, id);
  return flow.nodes
    .map((node) => node.id)
    .sort((a, b) => place(a)[1] - place(b)[1] || place(a)[0] - place(b)[0])[0];
}

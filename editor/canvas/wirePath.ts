import { getBezierPath, Position } from "reactflow";

export interface WireEnds {
  readonly sourceX: number;
  readonly sourceY: number;
  readonly targetX: number;
  readonly targetY: number;
}

/** The line of a wire, and where its chip belongs. */
export function wirePath(ends: WireEnds): { path: string; labelX: number; labelY: number } {
  const { sourceX, sourceY, targetX, targetY } = ends;
  if (targetX >= sourceX + turn) {
    const [path, labelX, labelY] = getBezierPath({
      ...ends,
      sourcePosition: Position.Right,
      targetPosition: Position.Left,
    });
    return { path, labelX, labelY };
  }
  // Backwards: around the labels at the right, through the middle between the two cards, in from the left.
  const middleX = (sourceX + targetX) / 2;
  const middleY =
    Math.abs(targetY - sourceY) < 48 ? Math.max(sourceY, targetY) + 72 : (sourceY + targetY) / 2;
  const rightX = sourceX + labelRoom;
  const path = [
    `M ${sourceX},${sourceY}`,
    `H ${rightX}`,
    `C ${rightX + reach},${sourceY} ${rightX + reach},${middleY} ${rightX},${middleY}`,
    `H ${targetX}`,
    `C ${targetX - reach},${middleY} ${targetX - reach},${targetY} ${targetX},${targetY}`,
  ].join(" ");
  return { path, labelX: middleX, labelY: middleY };
}

/** Nearer than this a plain curve would fold over itself. */
const turn = 16;
/** How far a backwards wire runs beside the label of its port before it turns. */
const labelRoom = 40;
/** Of the handles of a turn: the wire swings out by three quarters of it. */
const reach = 64;

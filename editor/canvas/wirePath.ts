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
  // Backwards: out to the right, through the middle between the two, in from the left.
  const middleX = (sourceX + targetX) / 2;
  const middleY =
    Math.abs(targetY - sourceY) < 48 ? Math.max(sourceY, targetY) + 72 : (sourceY + targetY) / 2;
  const path = [
    `M ${sourceX},${sourceY}`,
    `C ${sourceX + reach},${sourceY} ${sourceX + reach},${middleY} ${middleX},${middleY}`,
    `C ${targetX - reach},${middleY} ${targetX - reach},${targetY} ${targetX},${targetY}`,
  ].join(" ");
  return { path, labelX: middleX, labelY: middleY };
}

/** Nearer than this a plain curve would fold over itself. */
const turn = 16;
/** How far a backwards wire swings out. */
const reach = 64;

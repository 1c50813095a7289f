import type { Run } from "./frame.ts";

/** JSONata's `$append`: joins values and arrays to one array; nothing adds nothing. */
export function append(left: unknown, right: unknown, run: Run): unknown {
  if (left === undefined) return right;
  if (right === undefined) return left;
  const first = Array.isArray(left) ? left : [left];
  const second = Array.isArray(right) ? right : [right];
  run.chargeArray(first.length + second.length);
  return first.concat(second);
}

/** Bounds of an interval join, as Flink says them, in the words of the join node. */
export interface JoinBounds {
  readonly lower: number;
  readonly upper: number;
  readonly lower_inclusive: boolean;
  readonly upper_inclusive: boolean;
}

export const inclusive = { lower_inclusive: true, upper_inclusive: true };

/** Whole milliseconds: an excluded end is one that lies a millisecond further in. */
export function joinConfig({ lower, upper, lower_inclusive, upper_inclusive }: JoinBounds): object {
  const [from, to] = [lower_inclusive ? lower : lower + 1, upper_inclusive ? upper : upper - 1];
  if (from > 0) return { order: "after", least: `${from} ms`, after: `${to} ms` };
  if (to < 0) return { order: "before", least: `${-to} ms`, before: `${-from} ms` };
  return { before: `${-from} ms`, after: `${to} ms` };
}

/**
 * Slices: partial aggregates that overlapping windows share. A window is the fold of the slices it covers; two stacks
 * (`front`, `back`) keep that fold while windows move on, so that a step costs a constant number of merges however many
 * slices a window has. Only a late message makes them start again.
 */
import type { Aggregation, Part } from "./aggregation.ts";

export interface Slice extends Part {
  readonly start: number;
}

export interface Slices {
  /** Ascending by start. */
  slices: Slice[];
  /** Folds of closed slices, each from its own start to one common end; the last has the earliest start. */
  front: Slice[];
  /** Fold of the closed slices behind those, up to `folded`. */
  back?: Part;
  /** Slices that start before this are in `front` or `back`, as far as the last window covered them. */
  folded: number;
}

export function noSlices(): Slices {
  return { slices: [], front: [], folded: Number.MIN_SAFE_INTEGER };
}

/** Index of the first slice that starts at `start` or later; their number when none does. Slices ascend by start. */
export function firstFrom(slices: readonly { readonly start: number }[], start: number): number {
  let low = 0;
  for (let high = slices.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (slices[middle]!.start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The slice that starts at `start`, made when there is none. Whoever asks is going to change it. */
export function sliceAt(state: Slices, start: number): Slice {
  const { slices } = state;
  const index = slices.at(-1)?.start === start ? slices.length - 1 : firstFrom(slices, start);
  if (slices[index]?.start !== start) slices.splice(index, 0, { start, count: 0, partials: [] });
  if (start < state.folded) restart(state);
  return slices[index]!;
}

/** The fold of the slices that start in [from, to); both ascend from call to call. */
export function slide(state: Slices, from: number, to: number, aggregation: Aggregation): Part | undefined {
  const { slices, front } = state;
  while (front.length > 0 && front.at(-1)!.start < from) front.pop();
  if (front.length === 0) {
    let fold: Part | undefined;
    for (let index = firstFrom(slices, to) - 1; index >= 0 && slices[index]!.start >= from; index--) {
      fold = aggregation.merge(slices[index], fold)!;
      front.push({ start: slices[index]!.start, count: fold.count, partials: fold.partials });
    }
    delete state.back;
  } else {
    for (
      let index = firstFrom(slices, state.folded);
      index < slices.length && slices[index]!.start < to;
      index++
    ) {
      state.back = aggregation.merge(state.back, slices[index])!;
    }
  }
  state.folded = to;
  return aggregation.merge(front.at(-1), state.back);
}

/** Makes the next fold start again, after slices changed that were folded already. */
export function restart(state: Slices): void {
  state.front = [];
  delete state.back;
}

/** Forgets slices that start before `needed`. Moving the rest up costs their number: worth it only for as many that go. */
export function forget(state: Slices, needed: number): void {
  const index = firstFrom(state.slices, needed);
  if (index * 2 >= state.slices.length) state.slices.splice(0, index);
}

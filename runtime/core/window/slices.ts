/**
 * Slices: partial aggregates that overlapping windows share. A window is the fold of the slices it covers; two stacks keep
 * that fold while windows move on, so that a step costs a constant number of merges however many slices a window has.
 *
 * The front stack lives in place of its slices: each of the first `closed` ones holds the fold of itself and all behind it up
 * to the last of them, which is all that windows that only move on can still ask. `back` is the fold of those behind. A late
 * message is merged into every fold that covers it.
 *
 * Columns, not objects: a slice costs three numbers, and a hundred thousand keys with sixty slices each fit into memory.
 */
import type { Aggregation, Part } from "./aggregation.ts";

/** What a key keeps per slice, by column. */
export interface Columns {
  /** Ascending. */
  starts: number[];
  /** Messages. */
  counts: number[];
  /** By aggregate, then by slice. */
  partials: unknown[][];
}

export interface Slices extends Columns {
  /** So many of the first slices are folds. */
  closed: number;
  /** Fold of the slices behind those, up to `folded`. */
  back?: Part;
  /** Slices that start before this are in the folds, as far as the last window covered them. */
  folded: number;
}

export function noSlices(): Slices {
  return { starts: [], counts: [], partials: [], closed: 0, folded: Number.MIN_SAFE_INTEGER };
}

/** Index of the first of `items` that starts at `start` or later; their number when none does. They ascend by start. */
export function firstFrom(items: readonly { readonly start: number }[], start: number): number {
  return firstIndex(items.length, (index) => items[index]!.start >= start);
}

/** The same of starts alone. */
export function firstAt(starts: readonly number[], start: number): number {
  const last = starts.length - 1;
  // Nearly always it is the newest, or a new one.
  if (last < 0 || starts[last]! < start) return last + 1;
  if (starts[last] === start) return last;
  return firstIndex(last, (index) => starts[index]! >= start);
}

/** Counts a message in the slice that starts at `start`, made when there is none. */
export function addAt(
  state: Slices,
  start: number,
  values: readonly unknown[],
  time: number,
  aggregation: Aggregation,
): void {
  const { starts } = state;
  const index = firstAt(starts, start);
  const isNew = starts[index] !== start;
  if (start >= state.folded) {
    if (isNew) insert(state, index, start, aggregation.part(values, time));
    else aggregation.addAt(state, index, values, time);
    return;
  }
  // What is folded may be part of several folds: it is merged, never changed.
  const added = aggregation.part(values, time);
  if (index < state.closed) {
    if (isNew) {
      insert(state, index, start, partAt(state, index));
      state.closed++;
    }
    for (let each = 0; each <= index; each++) mergeInto(state, each, added, aggregation);
    return;
  }
  if (isNew) insert(state, index, start, added);
  else mergeInto(state, index, added, aggregation);
  state.back = aggregation.merge(state.back, added)!;
}

/** The fold of the slices that start in [from, to); both ascend from call to call. */
export function slide(state: Slices, from: number, to: number, aggregation: Aggregation): Part | undefined {
  const { starts } = state;
  let index = firstAt(starts, from);
  if (index >= state.closed) {
    forgetFirst(state, index);
    index = 0;
    close(state, firstAt(starts, to), aggregation);
  } else {
    for (let next = firstAt(starts, state.folded); next < starts.length && starts[next]! < to; next++) {
      state.back = aggregation.merge(state.back, partAt(state, next))!;
    }
  }
  state.folded = to;
  return aggregation.merge(index < state.closed ? partAt(state, index) : undefined, state.back);
}

/** Turns the first `count` slices into folds. None of them is one. */
function close(state: Slices, count: number, aggregation: Aggregation): void {
  for (let index = count - 2; index >= 0; index--)
    mergeInto(state, index, partAt(state, index + 1), aggregation);
  state.closed = count;
  delete state.back;
}

/** Puts neighbours together that have the same start once aligned, and makes folds of all. */
export function coarsen(state: Slices, align: (start: number) => number, aggregation: Aggregation): void {
  const { starts, closed } = state;
  const newest = starts.length - 1;
  for (let index = newest - 1; index >= closed; index--)
    mergeInto(state, index, partAt(state, index + 1), aggregation);
  if (closed <= newest) {
    const rest = partAt(state, closed);
    for (let index = 0; index < closed; index++) mergeInto(state, index, rest, aggregation);
  }
  const coarse = noSlices();
  for (const [index, start] of starts.entries()) {
    // A fold reaches up to the end: of slices that become one, the first one's is theirs.
    const aligned = align(start);
    if (aligned !== coarse.starts.at(-1)) insert(coarse, coarse.starts.length, aligned, partAt(state, index));
  }
  state.folded = starts[newest]! + 1;
  state.starts = coarse.starts;
  state.counts = coarse.counts;
  state.partials = coarse.partials;
  state.closed = coarse.starts.length;
  delete state.back;
}

/** What starts at `start` or later, apart from the original. None of it may be a fold. */
export function copyFrom(state: Slices, start: number): Slices {
  const index = firstAt(state.starts, start);
  const partials = state.partials.map((column) => column.slice(index));
  return { ...noSlices(), starts: state.starts.slice(index), counts: state.counts.slice(index), partials };
}

/** Forgets slices that start before `needed`. Moving the rest up costs their number: worth it only for some at once. */
export function forget(state: Slices, needed: number): void {
  const count = firstAt(state.starts, needed);
  if (count * 8 >= state.starts.length) forgetFirst(state, count);
}

function forgetFirst(state: Slices, count: number): void {
  if (count === 0) return;
  state.starts.splice(0, count);
  state.counts.splice(0, count);
  for (const column of state.partials) column.splice(0, count);
  state.closed = Math.max(0, state.closed - count);
}

function partAt({ counts, partials }: Columns, index: number): Part {
  return { count: counts[index]!, partials: partials.map((column) => column[index]) };
}

function mergeInto(state: Columns, index: number, part: Part, aggregation: Aggregation): void {
  const { count, partials } = aggregation.merge(partAt(state, index), part)!;
  state.counts[index] = count;
  for (const [each, partial] of partials.entries()) state.partials[each]![index] = partial;
}

function insert({ starts, counts, partials }: Columns, index: number, start: number, part: Part): void {
  const isLast = index === starts.length;
  if (isLast) {
    starts.push(start);
    counts.push(part.count);
  } else {
    starts.splice(index, 0, start);
    counts.splice(index, 0, part.count);
  }
  for (const [each, partial] of part.partials.entries()) {
    const column = partials[each];
    if (!column) partials.push([partial]);
    else if (isLast) column.push(partial);
    else column.splice(index, 0, partial);
  }
}

function firstIndex(length: number, reached: (index: number) => boolean): number {
  let low = 0;
  for (let high = length; low < high; ) {
    const middle = (low + high) >> 1;
    if (reached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

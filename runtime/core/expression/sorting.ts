import type { SortNode } from "./ast.ts";
import type { Compiler } from "./compiler.ts";
import { Fault } from "./fault.ts";
import type { Code, Frame, Run } from "./frame.ts";
import type { Scope } from "./scope.ts";

/** Compiles `^(>a, b)`. Each term is evaluated at most once an item, and only when the comparison needs it. */
export function compileSort(
  node: SortNode,
  scope: Scope,
  compiler: Compiler,
  locate?: (item: unknown, frame: Frame) => readonly [unknown, Frame],
): (input: readonly unknown[], frame: Frame) => unknown {
  const terms = node.terms.map((term) => ({
    descending: term.descending,
    code: compiler.compile(term.expression, scope),
  }));
  return (input, frame) => sortBy(input, terms, frame, node.position, locate);
}

export interface CompiledTerm {
  readonly descending: boolean;
  readonly code: Code;
}

/** Items in the order of terms. @param locate gives what the terms of an item are evaluated on */
export function sortBy(
  input: readonly unknown[],
  terms: readonly CompiledTerm[],
  frame: Frame,
  position: number | undefined,
  locate?: (item: unknown, frame: Frame) => readonly [unknown, Frame],
): readonly unknown[] {
  if (input.length <= 1) return input;
  const known = terms.map(() => new Array<unknown>(input.length).fill(unknown));
  const valueAt = (term: number, item: number) => {
    const values = known[term]!;
    if (values[item] === unknown) {
      const [context, inner] = locate === undefined ? [input[item], frame] : locate(input[item], frame);
      values[item] = terms[term]!.code(context, inner);
    }
    return values[item];
  };
  const isAfter = (left: number, right: number) => {
    for (let term = 0; term < terms.length; term++) {
      const order = compare(valueAt(term, left), valueAt(term, right), terms[term]!.descending, position);
      if (order !== 0) return order > 0;
    }
    return false;
  };
  const indexes = Array.from(input.keys());
  return mergeSort(indexes, isAfter, frame.run).map((index) => input[index]);
}

/**
 * A stable merge sort with the comparisons, in order, that the reference makes, so that inconsistent comparators
 * give its result too.
 * @param isAfter whether the left item belongs behind the right one
 */
export function mergeSort<T>(items: readonly T[], isAfter: (left: T, right: T) => boolean, run: Run): T[] {
  const sorted = items.slice();
  sortRange(sorted, items.slice(), 0, items.length, isAfter, run);
  return sorted;
}

/** Sorts a part in place. @param spare as long as the items; its content is lost */
function sortRange<T>(
  items: T[],
  spare: T[],
  start: number,
  end: number,
  isAfter: (left: T, right: T) => boolean,
  run: Run,
): void {
  if (end - start <= 1) return;
  const middle = start + Math.floor((end - start) / 2);
  sortRange(items, spare, start, middle, isAfter, run);
  sortRange(items, spare, middle, end, isAfter, run);
  run.charge(end - start);
  for (let index = start; index < middle; index++) spare[index] = items[index]!;
  let left = start;
  let right = middle;
  let next = start;
  // What is left of the right part is in place already.
  while (left < middle) {
    if (right < end && isAfter(spare[left]!, items[right]!)) items[next++] = items[right++]!;
    else items[next++] = spare[left++]!;
  }
}

/** The value of a term that was not evaluated yet. */
const unknown: unique symbol = Symbol("millrace.expression.unknown");

/** Nothing stays last in either direction. @returns above zero when the left value belongs behind the right one */
function compare(left: unknown, right: unknown, descending: boolean, position: number | undefined): number {
  if (left === undefined || right === undefined)
    return Number(left === undefined) - Number(right === undefined);
  if (!isSortable(left) || !isSortable(right)) {
    throw new Fault("T2008", { value: isSortable(left) ? right : left }, position);
  }
  if (typeof left !== typeof right) throw new Fault("T2007", { value: left, value2: right }, position);
  if (left === right) return 0;
  return left < right === descending ? 1 : -1;
}

function isSortable(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

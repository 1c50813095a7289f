import type { SortNode } from "./ast.ts";
import type { Compiler } from "./compiler.ts";
import { Fault } from "./fault.ts";
import type { Frame, Run } from "./frame.ts";
import type { Scope } from "./scope.ts";

/** Compiles `^(>a, b)`. Each term is evaluated at most once an item, and only when the comparison needs it. */
export function compileSort(
  node: SortNode,
  scope: Scope,
  compiler: Compiler,
  locate: (item: unknown, frame: Frame) => readonly [unknown, Frame] = (item, frame) => [item, frame],
): (input: readonly unknown[], frame: Frame) => unknown {
  const terms = node.terms.map((term) => ({
    descending: term.descending,
    code: compiler.compile(term.expression, scope),
  }));
  return (input, frame) => {
    if (input.length <= 1) return input;
    const known = terms.map(() => new Array<unknown>(input.length).fill(unknown));
    const valueAt = (term: number, item: number) => {
      const values = known[term]!;
      if (values[item] === unknown) {
        const [context, inner] = locate(input[item], frame);
        values[item] = terms[term]!.code(context, inner);
      }
      return values[item];
    };
    const isAfter = (left: number, right: number) => {
      for (let term = 0; term < terms.length; term++) {
        const order = compare(
          valueAt(term, left),
          valueAt(term, right),
          terms[term]!.descending,
          node.position,
        );
        if (order !== 0) return order > 0;
      }
      return false;
    };
    const order = mergeSort(
      input.map((_, index) => index),
      isAfter,
      frame.run,
    );
    return order.map((index) => input[index]);
  };
}

/**
 * A stable merge sort with the comparisons, in order, that the reference makes, so that inconsistent comparators
 * give its result too.
 * @param isAfter whether the left item belongs behind the right one
 */
export function mergeSort<T>(items: readonly T[], isAfter: (left: T, right: T) => boolean, run: Run): T[] {
  if (items.length <= 1) return items.slice();
  const middle = Math.floor(items.length / 2);
  const left = mergeSort(items.slice(0, middle), isAfter, run);
  const right = mergeSort(items.slice(middle), isAfter, run);
  run.charge(items.length);
  const merged: T[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) {
    merged.push(isAfter(left[l]!, right[r]!) ? right[r++]! : left[l++]!);
  }
  while (l < left.length) merged.push(left[l++]!);
  while (r < right.length) merged.push(right[r++]!);
  return merged;
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

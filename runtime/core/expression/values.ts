/**
 * JSONata's values. Arrays carry hidden flags while an evaluation runs: JSONata tells a *sequence* (the result of a
 * path, which collapses when it holds one item) from an array the data or the author wrote. The flags sit under a
 * symbol, are never put on input, and are removed by `release` before a result leaves.
 */
const flagsKey: unique symbol = Symbol("millrace.expression.flags");

/** An array that collapses to its only item, or to nothing. */
export const SEQUENCE = 1;
/** A sequence that stays an array with one item (`[]` in the source). */
export const KEEP = 2;
/** An array from a constructor in a path: it is not flattened into the surrounding sequence. */
export const CONS = 4;
/** The wrapper around an input that is itself an array. */
export const WRAPPER = 8;
/** A sequence of tuples: items with the variables bound to them (`@`, `#`, `%`). */
export const TUPLES = 16;

export interface Sequence extends Array<unknown> {
  [flagsKey]?: number;
}

export function createSequence(flags = SEQUENCE): Sequence {
  const sequence: Sequence = [];
  sequence[flagsKey] = flags;
  return sequence;
}

/** An input that is an array is one context, not many. */
export function wrap(input: readonly unknown[]): unknown[] {
  const wrapper = createSequence(SEQUENCE | WRAPPER);
  wrapper.push(input);
  return wrapper;
}

export function flagsOf(array: readonly unknown[]): number {
  return (array as Sequence)[flagsKey] ?? 0;
}

/** Adds flags to an array this evaluation made. */
export function addFlags(array: unknown[], flags: number): void {
  (array as Sequence)[flagsKey] = flagsOf(array) | flags;
}

/** What a node yields: a sequence of none is nothing, of one is that item unless it is to be kept. */
export function collapse(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const flags = flagsOf(value);
  if ((flags & (SEQUENCE | TUPLES)) !== SEQUENCE) return value;
  if (value.length === 0) return undefined;
  return value.length === 1 && (flags & KEEP) === 0 ? value[0] : value;
}

export function isFlagged(value: unknown): boolean {
  return Array.isArray(value) && flagsOf(value) !== 0;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Sets a property as data, whatever its name: `__proto__` must not reach the setter of Object.prototype. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}

import { append } from "../append.ts";
import { deepEqual } from "../equality.ts";
import { Fault } from "../fault.ts";
import type { Run } from "../frame.ts";
import { FunctionValue } from "../functionValue.ts";
import { lookup } from "../paths.ts";
import { mergeSort } from "../sorting.ts";
import { rounded } from "../text.ts";
import { isNumeric, truthOf } from "../truth.ts";
import { createSequence, flagsOf, isObject, SEQUENCE, setOwn, WRAPPER } from "../values.ts";
import { type Definitions, define, defineUnary, defineVariadic } from "./define.ts";

/** Functions of arrays, objects and values of any type. */
export const collectionFunctions: Definitions = [
  define("count", 1, "<a:n>", (_, values) => (values === undefined ? 0 : (values as unknown[]).length)),
  define("append", 2, "<xx:a>", (run, left, right) => {
    run.nest(left);
    run.nest(right);
    return append(left, right, run);
  }),
  defineUnary("reverse", "<a:a>", (values: unknown[], run) => {
    run.charge(values.length);
    return values.length <= 1 ? values : values.slice().reverse();
  }),
  define("distinct", 1, "<x:x>", (run, values) => (Array.isArray(values) ? distinct(values, run) : values)),
  define("sort", 2, "<af?:a>", (run, values, comparator) =>
    values === undefined ? undefined : sort(values as unknown[], comparator, run),
  ),
  defineVariadic("zip", 0, "<a+>", (run, lists) => zip(lists, run)),
  define("keys", 1, "<x-:a<s>>", (run, value) => keysOf(value, run)),
  define("lookup", 2, "<x-s:x>", (run, value, key) => lookup(value, String(key), run)),
  define("spread", 1, "<x-:a<o>>", (run, value) => spread(value, run)),
  defineUnary("merge", "<a<o>:o>", (values: Record<string, unknown>[], run) => {
    const merged: Record<string, unknown> = {};
    for (const value of values) {
      const keys = Object.keys(value);
      run.charge(keys.length);
      for (const key of keys) setOwn(merged, key, value[key]);
    }
    return merged;
  }),
  defineUnary("clone", "<(oa)-:o>", (value: unknown, run) => clone(value, run)),
  define("boolean", 1, "<x-:b>", (run, value) => (value === undefined ? undefined : truthOf(value, run))),
  define("not", 1, "<x-:b>", (run, value) => (value === undefined ? undefined : !truthOf(value, run))),
  define("exists", 1, "<x:b>", (_, value) => value !== undefined),
  define("type", 1, "<x:s>", (_, value) => typeName(value)),
  define("error", 1, "<s?:x>", (_, message) => {
    throw new Fault("D3137", { message: message || "$error() function evaluated" });
  }),
  define("assert", 2, "<bs?:x>", (_, condition, message) => {
    if (!condition) throw new Fault("D3141", { message: message || "$assert() statement failed" });
  }),
];

/** A deep copy, by way of JSON as in the reference: numbers lose what lies beyond 15 digits, functions become "". */
export function clone(value: unknown, run: Run): unknown {
  if (typeof value !== "object" || value === null || value instanceof FunctionValue)
    return cloneScalar(value);
  run.charge(1);
  if (Array.isArray(value)) {
    const source = flagsOf(value) & WRAPPER ? (value[0] as unknown) : value;
    if (!Array.isArray(source)) return clone(source, run);
    const items: unknown[] = [];
    for (let index = 0; index < source.length; index++) items.push(clone(source[index] ?? null, run));
    return items;
  }
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const part = (value as Record<string, unknown>)[key];
    if (part !== undefined) setOwn(copy, key, clone(part, run));
  }
  return copy;
}

function cloneScalar(value: unknown): unknown {
  if (typeof value === "number") return isNumeric(value) ? rounded(value) : null;
  return value instanceof FunctionValue ? "" : value;
}

function distinct(values: readonly unknown[], run: Run): unknown {
  if (values.length <= 1) return values;
  const results = flagsOf(values) & SEQUENCE ? createSequence() : [];
  // Scalars are told apart by a set; only objects and arrays need comparing with each other.
  const scalars = new Set<unknown>();
  const composites: unknown[] = [];
  for (const value of values) {
    if (typeof value === "object" && value !== null) {
      run.charge(composites.length + 1);
      if (composites.some((other) => deepEqual(value, other, run))) continue;
      composites.push(value);
    } else {
      run.charge(1);
      if (scalars.has(value)) continue;
      scalars.add(value);
    }
    results.push(value);
  }
  return results;
}

function sort(values: readonly unknown[], comparator: unknown, run: Run): unknown {
  if (values.length <= 1) return values;
  if (comparator instanceof FunctionValue) {
    return mergeSort(values, (left, right) => isTrue(comparator.call([left, right], run, null)), run);
  }
  if (!values.every((value) => isNumeric(value)) && !values.every((value) => typeof value === "string")) {
    throw new Fault("D3070");
  }
  return mergeSort(values as string[], (left, right) => left > right, run);
}

/** The reference takes whatever the comparator returns by JavaScript's truth, not JSONata's. */
function isTrue(value: unknown): boolean {
  return Boolean(value);
}

function zip(lists: readonly unknown[], run: Run): unknown[] {
  const arrays = lists.map((list) => (Array.isArray(list) ? list : []));
  const length = Math.min(...arrays.map((array) => array.length));
  const results: unknown[] = [];
  for (let index = 0; index < length; index++) {
    run.charge(arrays.length);
    results.push(arrays.map((array) => array[index]));
  }
  return results;
}

function keysOf(value: unknown, run: Run): unknown[] {
  const keys = createSequence();
  if (Array.isArray(value)) {
    const merged: Record<string, true> = Object.create(null);
    for (const item of value) for (const key of keysOf(item, run)) merged[key as string] = true;
    for (const key of Object.keys(merged)) keys.push(key);
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) keys.push(key);
  }
  run.charge(keys.length + 1);
  return keys;
}

function spread(value: unknown, run: Run): unknown {
  if (Array.isArray(value)) {
    let results: unknown = createSequence();
    for (const item of value) results = append(results, spread(item, run), run);
    return results;
  }
  if (!isObject(value) || value instanceof FunctionValue) return value;
  const results = createSequence();
  for (const key of Object.keys(value)) {
    run.charge(1);
    const single: Record<string, unknown> = {};
    setOwn(single, key, value[key]);
    results.push(single);
  }
  return results;
}

function typeName(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (value instanceof FunctionValue) return "function";
  return isNumeric(value) || typeof value !== "number" ? typeof value : "object";
}

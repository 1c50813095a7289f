/** What generated source calls by name: the functions the closures use, and small ones of its own. */

import { notAFunction } from "../calls.ts";
import { groupBy } from "../constructors.ts";
import { deepEqual } from "../equality.ts";
import { Fault } from "../fault.ts";
import type { Run } from "../frame.ts";
import { FunctionValue, TailCall } from "../functionValue.ts";
import { checkComparable, checkNumbers, isMember, negated, range } from "../operators.ts";
import { lookup, pushFlat } from "../paths.ts";
import { keepIf } from "../predicates.ts";
import { sortBy } from "../sorting.ts";
import { textOf } from "../text.ts";
import { truthOf } from "../truth.ts";
import { addFlags, CONS, collapse, flagsOf, SEQUENCE, WRAPPER } from "../values.ts";

export const helpers = {
  isArray: Array.isArray,
  hasOwn: Object.hasOwn,
  isFinite: Number.isFinite,
  none: [] as readonly unknown[],
  FunctionValue,
  TailCall,
  checkComparable,
  checkNumbers,
  collapse,
  deepEqual,
  groupBy,
  isMember,
  keepIf,
  negated,
  notAFunction,
  pushFlat,
  range,
  sortBy,
  truthOf,
  applied,
  areNumbers,
  areTexts,
  collapsed,
  sequence,
  contextOf,
  flagConstructed,
  groupContext,
  isFunction,
  isRaw,
  itemAt,
  itemsOf,
  keyed,
  listOf,
  located,
  oneOrMany,
  pushItem,
  spread,
  text,
  unwrapped,
};

function applied(value: unknown, target: unknown, run: Run, position: number | undefined): unknown {
  if (!(target instanceof FunctionValue)) throw new Fault("T2006", { value: target }, position);
  if (!(value instanceof FunctionValue)) return target.call([value], run, null);
  return new FunctionValue(
    1,
    undefined,
    (args, run) => new TailCall(target, [collapse(value.call([args[0]], run, null))], position, undefined),
  );
}

/** A new array as a value, see `collapse`. */
function collapsed(items: unknown[]): unknown {
  if (items.length === 0) return undefined;
  if (items.length === 1) return items[0];
  addFlags(items, SEQUENCE);
  return items;
}

/** A new array as a function's last call leaves it: a sequence, whatever it holds. */
function sequence(items: unknown[]): unknown[] {
  addFlags(items, SEQUENCE);
  return items;
}

function areNumbers(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  for (let index = 0; index < value.length; index++) if (typeof value[index] !== "number") return false;
  return true;
}

function areTexts(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  for (let index = 0; index < value.length; index++) if (typeof value[index] !== "string") return false;
  return true;
}

/** The same where nobody asks whether it is a sequence. */
function unwrapped(items: unknown[]): unknown {
  return items.length > 1 ? items : items[0];
}

function contextOf(input: readonly unknown[]): unknown {
  return flagsOf(input) & WRAPPER ? input[0] : input;
}

function flagConstructed(items: unknown[]): void {
  addFlags(items, CONS);
}

/** What all items of an array are to the fields of an object constructor. */
function groupContext(items: readonly unknown[], keys: number, run: Run): unknown {
  run.charge(items.length * keys);
  if (items.length <= 1) return items[0];
  const results: unknown[] = [];
  for (const item of items) if (item !== undefined) pushItem(results, item, run);
  return results;
}

function isFunction(value: unknown): boolean {
  return value instanceof FunctionValue;
}

/** An array that is no sequence: of the data, or from a constructor. */
function isRaw(value: unknown): boolean {
  return Array.isArray(value) && (flagsOf(value) & SEQUENCE) === 0;
}

function itemAt(value: unknown, index: number): unknown {
  if (!Array.isArray(value)) return index === 0 || index === -1 ? value : undefined;
  return value[index < 0 ? value.length + index : index];
}

/** What an index picked, as items for the next predicate. */
function oneOrMany(item: unknown): readonly unknown[] {
  if (item === undefined) return [];
  return Array.isArray(item) ? item : [item];
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : helpers.none;
}

function keyed(input: unknown, key: string, run: Run): unknown {
  if (typeof input !== "object" || input === null) return undefined;
  if (Array.isArray(input)) return collapse(lookup(input, key, run));
  return Object.hasOwn(input, key) ? (input as Record<string, unknown>)[key] : undefined;
}

/** An argument where a function takes an array. */
function listOf(value: unknown, run: Run): readonly unknown[] {
  if (!Array.isArray(value)) return [run.nest(value)];
  run.charge(value.length >> 2);
  return value;
}

function located(thrown: unknown, position: number | undefined, name: string): unknown {
  return thrown instanceof Fault ? thrown.locate(position, name) : thrown;
}

/** An item of an array constructor: arrays are spread. */
function pushItem(results: unknown[], value: unknown, run: Run): void {
  if (!Array.isArray(value)) {
    results.push(run.nest(value));
    return;
  }
  run.chargeArray(results.length + value.length);
  for (const item of value) results.push(item);
}

/** The items of a variable a path starts with. */
function spread(value: unknown): readonly unknown[] {
  if (value === undefined) return helpers.none;
  return Array.isArray(value) && (flagsOf(value) & CONS) === 0 ? value : [value];
}

function text(value: unknown, run: Run, position: number | undefined): string {
  if (typeof value === "string") return value;
  if (value === undefined) return "";
  try {
    return textOf(value, run);
  } catch (thrown) {
    throw located(thrown, position, "&");
  }
}

import type { Run } from "./frame.ts";
import { FunctionValue } from "./functionValue.ts";

/** JSONata's `=`: deep, arrays in order, objects by own keys in any order. */
export function deepEqual(left: unknown, right: unknown, run: Run): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  // Values an expression builds can share parts, so their size as a tree is not bounded by what was made.
  run.charge(1);
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => deepEqual(item, right[index], run));
  }
  if (Array.isArray(left) || Array.isArray(right)) return false;
  // A function shows no properties to compare: it equals itself alone.
  if (left instanceof FunctionValue || right instanceof FunctionValue) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  const [first, second] = [left as Record<string, unknown>, right as Record<string, unknown>];
  return keys.every((key) => Object.hasOwn(right, key) && deepEqual(first[key], second[key], run));
}

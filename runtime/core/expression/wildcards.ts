import type { Code, Run } from "./frame.ts";
import { FunctionValue } from "./functionValue.ts";
import { createSequence, flagsOf, WRAPPER } from "./values.ts";

/** `*`: the values of an object; arrays among them are flattened. */
export const wildcard: Code = (input, frame) => {
  let results: unknown[] = createSequence();
  const source = Array.isArray(input) && flagsOf(input) & WRAPPER && input.length > 0 ? input[0] : input;
  if (typeof source !== "object" || source === null || source instanceof FunctionValue) return results;
  for (const key of Object.keys(source)) {
    const value = (source as Record<string, unknown>)[key];
    if (Array.isArray(value)) {
      // Adding an array makes the reference's result an ordinary array, which no longer collapses.
      if (flagsOf(results) !== 0) results = results.slice();
      flatten(value, results, frame.run);
    } else {
      frame.run.charge(1);
      results.push(value);
    }
  }
  return results;
};

/** `**`: a value and everything in it. */
export const descendants: Code = (input, frame) => {
  if (input === undefined) return undefined;
  const results = createSequence();
  collect(input, results, frame.run);
  return results.length === 1 ? results[0] : results;
};

function flatten(value: unknown, results: unknown[], run: Run): void {
  run.charge(1);
  if (Array.isArray(value)) for (const item of value) flatten(item, results, run);
  else results.push(value);
}

function collect(value: unknown, results: unknown[], run: Run): void {
  run.charge(1);
  if (Array.isArray(value)) {
    for (const item of value) collect(item, results, run);
    return;
  }
  results.push(value);
  if (typeof value !== "object" || value === null || value instanceof FunctionValue) return;
  for (const key of Object.keys(value)) collect((value as Record<string, unknown>)[key], results, run);
}

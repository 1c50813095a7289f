import { Fault } from "../fault.ts";
import type { Run } from "../frame.ts";
import { FunctionValue } from "../functionValue.ts";
import { truthOf } from "../truth.ts";
import { createSequence, setOwn } from "../values.ts";
import { type Definitions, define } from "./define.ts";

/** Functions that take functions. */
export const higherOrderFunctions: Definitions = [
  define("map", 2, "<af>", (run, values, callback) => {
    if (values === undefined) return undefined;
    const results = createSequence();
    (values as unknown[]).forEach((value, index) => {
      const result = invoke(callback, value, index, values, run);
      if (result !== undefined) results.push(run.nest(result));
    });
    return results;
  }),
  define("filter", 2, "<af>", (run, values, callback) => {
    if (values === undefined) return undefined;
    const results = createSequence();
    (values as unknown[]).forEach((value, index) => {
      if (truthOf(invoke(callback, value, index, values, run), run)) results.push(value);
    });
    return results;
  }),
  define("single", 2, "<af?>", (run, values, callback) => {
    if (values === undefined) return undefined;
    const found = (values as unknown[]).filter((value, index) =>
      callback === undefined ? true : truthOf(invoke(callback, value, index, values, run), run),
    );
    if (found.length > 1) throw new Fault("D3138");
    if (found.length === 0) throw new Fault("D3139");
    return found[0];
  }),
  define("reduce", 3, "<afj?:j>", (run, values, callback, initial) => {
    if (values === undefined) return undefined;
    const list = values as unknown[];
    const reducer = callback as FunctionValue;
    if (reducer.arity < 2) throw new Fault("D3050");
    let start = 0;
    let result = initial;
    if (initial === undefined && list.length > 0) result = list[start++];
    for (let index = start; index < list.length; index++) {
      result = reducer.call(
        [result, list[index], index, list].slice(0, Math.min(reducer.arity, 4)),
        run,
        null,
      );
    }
    return result;
  }),
  define("each", 2, "<o-f:a>", (run, object, callback) => {
    const results = createSequence();
    for (const [key, value] of Object.entries((object as object | undefined) ?? {})) {
      const result = invoke(callback, value, key, object, run);
      if (result !== undefined) results.push(run.nest(result));
    }
    return results;
  }),
  define("sift", 2, "<o-f?:o>", (run, object, callback) => {
    const results: Record<string, unknown> = {};
    for (const [key, value] of Object.entries((object as object | undefined) ?? {})) {
      if (truthOf(invoke(callback, value, key, object, run), run)) setOwn(results, key, value);
    }
    return Object.keys(results).length === 0 ? undefined : results;
  }),
];

/** Passes value, position and whole, as many of them as the callback declares; one at least. */
function invoke(callback: unknown, value: unknown, position: unknown, whole: unknown, run: Run): unknown {
  if (!(callback instanceof FunctionValue)) throw new Fault("T0410", { value: callback, index: 2 });
  const { arity } = callback;
  const args = arity <= 1 ? [value] : arity === 2 ? [value, position] : [value, position, whole];
  return callback.call(args, run, null);
}

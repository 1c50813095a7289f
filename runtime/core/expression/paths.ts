import type { AstNode, PathNode } from "./ast.ts";
import type { Compiler } from "./compiler.ts";
import { compileGroup, compileTupleGroup } from "./constructors.ts";
import type { Code, Frame, Run } from "./frame.ts";
import { compileFilter } from "./predicates.ts";
import type { Scope } from "./scope.ts";
import { compileSort } from "./sorting.ts";
import { compileTuples } from "./tuples.ts";
import { addFlags, CONS, collapse, createSequence, flagsOf, KEEP, SEQUENCE } from "./values.ts";

/** Compiles `a.b[c].d`. The result is collapsed. */
export function compilePath(node: PathNode, scope: Scope, compiler: Compiler): Code {
  if (node.steps.some((step) => step.tuple)) return compileTuplePath(node, scope, compiler);
  const keep = node.keepSingletonArray === true || node.keepArray === true;
  const keys = compiler.probe === undefined ? plainKeys(node) : undefined;
  if (keys !== undefined) return keyChain(keys, keep);
  const items = pathItems(node, scope, compiler);
  if (node.group !== undefined) {
    const group = compileGroup(items, node.group, scope, compiler);
    return (input, frame) => collapse(group(input, frame));
  }
  return (input, frame) => collapse(items(input, frame));
}

/** The value of a key: of an object its own property, of an array the values of its items, as one sequence. */
export function keyCode(key: string): Code {
  return (input, frame) => lookup(input, key, frame.run);
}

/** A step of a path: the input sequence in, the output sequence out. */
export type Step = (input: readonly unknown[], frame: Frame) => unknown;

/** One step mapped over its input and flattened. @param last an array the data holds is then passed on as it is */
function mapStep(code: Code, last: boolean): Step {
  return (input, frame) => {
    const { run } = frame;
    run.charge(input.length);
    const results = createSequence();
    let only: unknown;
    let count = 0;
    for (let index = 0; index < input.length; index++) {
      const result = code(input[index], frame);
      if (result === undefined) continue;
      if (++count === 1) only = result;
      pushFlat(results, result, run);
    }
    if (last && count === 1 && Array.isArray(only) && (flagsOf(only) & SEQUENCE) === 0) return only;
    return results;
  };
}

/** The same for a key, which most steps are. */
function keyStep(key: string, last: boolean): Step {
  const general = mapStep((input, frame) => collapse(lookup(input, key, frame.run)), last);
  return (input, frame) => {
    const results = createSequence();
    for (let index = 0; index < input.length; index++) {
      const item = input[index];
      if (typeof item !== "object" || item === null) continue;
      if (Array.isArray(item)) return general(input, frame);
      if (!Object.hasOwn(item, key)) continue;
      const value = (item as Record<string, unknown>)[key];
      if (Array.isArray(value)) return general(input, frame);
      if (value !== undefined) results.push(value);
    }
    frame.run.charge(input.length);
    return results;
  };
}

/** The keys of a path that is nothing but keys: the common case, which needs no sequences until an array turns up. */
function plainKeys(node: PathNode): string[] | undefined {
  if (node.group !== undefined) return undefined;
  const keys: string[] = [];
  for (const step of node.steps) {
    if (step.type !== "name" || step.stages || step.predicate || step.group || step.keepArray)
      return undefined;
    keys.push(step.value);
  }
  return keys;
}

function keyChain(keys: readonly string[], keep: boolean): Code {
  const walk = keyWalk(keys, true);
  const overArrays = (start: number, input: unknown[], frame: Frame) => {
    const result = walk(start, input, frame);
    if (keep && Array.isArray(result)) keepOne(result);
    return collapse(result);
  };
  if (keep) return (input, frame) => overArrays(0, Array.isArray(input) ? input : [input], frame);
  const [first, second] = keys;
  if (keys.length === 1) {
    return (input, frame) => {
      if (typeof input !== "object" || input === null) return undefined;
      if (Array.isArray(input)) return overArrays(0, input, frame);
      return Object.hasOwn(input, first!) ? (input as Record<string, unknown>)[first!] : undefined;
    };
  }
  if (keys.length === 2) {
    return (input, frame) => {
      if (typeof input !== "object" || input === null) return undefined;
      if (Array.isArray(input)) return overArrays(0, input, frame);
      if (!Object.hasOwn(input, first!)) return undefined;
      const middle = (input as Record<string, unknown>)[first!];
      if (typeof middle !== "object" || middle === null) return undefined;
      if (Array.isArray(middle)) return overArrays(1, middle, frame);
      return Object.hasOwn(middle, second!) ? (middle as Record<string, unknown>)[second!] : undefined;
    };
  }
  return (input, frame) => {
    let value = input;
    for (let index = 0; index < keys.length; index++) {
      if (typeof value !== "object" || value === null) return undefined;
      if (Array.isArray(value)) return overArrays(index, value, frame);
      if (!Object.hasOwn(value, keys[index]!)) return undefined;
      value = (value as Record<string, unknown>)[keys[index]!];
    }
    return value;
  };
}

/** Follows keys from one of them on, over items. @param ends whether the path ends with them. @returns uncollapsed */
export function keyWalk(
  keys: readonly string[],
  ends: boolean,
): (start: number, items: readonly unknown[], frame: Frame) => unknown {
  const steps = keys.map((key, index) => keyStep(key, ends && index === keys.length - 1));
  return (start, items, frame) => runSteps(steps, start, items, frame);
}

/** A path without its group, as an uncollapsed sequence or array. */
function pathItems(node: PathNode, scope: Scope, compiler: Compiler): Code {
  const first = node.steps[0]!;
  const lead = first.consarray ? compiler.compile(first, scope) : undefined;
  const steps = node.steps.map((step, index) =>
    compileStep(step, index === node.steps.length - 1, scope, compiler),
  );
  const keep = node.keepSingletonArray === true || node.keepArray === true;
  const afterLead = (value: unknown, frame: Frame) =>
    value === undefined || (value as unknown[]).length === 0
      ? value
      : runSteps(steps, 1, itemsOf(value), frame);
  return (input, frame) => {
    const items = Array.isArray(input) && first.type !== "variable" ? input : sequenceOf(input);
    const result =
      lead === undefined ? runSteps(steps, 0, items, frame) : afterLead(lead(items, frame), frame);
    if (!keep || !Array.isArray(result)) return result;
    return keepOne(result);
  };
}

/** Compiles a step with its predicates, which apply to what each item yields. */
export function compileStep(step: AstNode, last: boolean, scope: Scope, compiler: Compiler): Step {
  if (step.type === "sort") {
    const sort = compileSort(step, scope, compiler);
    let filtered: Code = (input, frame) => sort(input as unknown[], frame);
    for (const stage of step.stages ?? []) filtered = compileFilter(filtered, stage.expr!, scope, compiler);
    return filtered as Step;
  }
  const isKey = step.type === "name" && !step.stages && !step.predicate && !step.group && !step.keepArray;
  if (isKey && compiler.probe === undefined) return keyStep(step.value, last);
  let code = compiler.compile(step, scope);
  for (const stage of step.stages ?? []) code = compileFilter(code, stage.expr!, scope, compiler);
  return mapStep(code, last);
}

function compileTuplePath(node: PathNode, scope: Scope, compiler: Compiler): Code {
  const { stream, values, inner } = compileTuples(node, scope, compiler);
  if (node.group !== undefined) {
    const group = compileTupleGroup(stream, node.group, inner, compiler);
    return (input, frame) => group(input, frame);
  }
  // A stream that an enclosing path continues keeps its tuples.
  if (node.tuple) return stream;
  const keep = node.keepSingletonArray === true || node.keepArray === true;
  return (input, frame) => {
    const result = values(input, frame);
    return collapse(keep && Array.isArray(result) ? keepOne(result) : result);
  };
}

/** Runs steps until one yields nothing. */
function runSteps(steps: readonly Step[], start: number, input: readonly unknown[], frame: Frame): unknown {
  let items: unknown = input;
  for (let index = start; index < steps.length; index++) {
    items = steps[index]!(items as readonly unknown[], frame);
    if (!Array.isArray(items) || items.length === 0) return items;
  }
  return items;
}

/** A first step such as `("a"; [..])` can yield something else than an array; the reference takes strings apart. */
function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === "string" ? value.split("") : [];
}

function sequenceOf(item: unknown): unknown[] {
  const sequence = createSequence();
  sequence.push(item);
  return sequence;
}

/** Marks a path's result for `[]`. An array the data holds stays as it is: it does not collapse anyway. */
function keepOne(result: unknown[]): unknown[] {
  const flags = flagsOf(result);
  if (flags & CONS && (flags & SEQUENCE) === 0) {
    const sequence = sequenceOf(result);
    addFlags(sequence, KEEP);
    return sequence;
  }
  if (flags !== 0) addFlags(result, KEEP);
  return result;
}

/** What a key finds: an own property of an object; over an array, of its items, as one sequence. */
export function lookup(input: unknown, key: string, run: Run): unknown {
  if (typeof input !== "object" || input === null) return undefined;
  if (!Array.isArray(input)) {
    return Object.hasOwn(input, key) ? (input as Record<string, unknown>)[key] : undefined;
  }
  run.charge(input.length);
  const results = createSequence();
  for (const item of input) {
    const value = lookup(item, key, run);
    if (value === undefined) continue;
    if (Array.isArray(value)) for (const part of value) results.push(part);
    else results.push(value);
  }
  return results;
}

/** Adds what a step yields for one item: the items of an array, unless it was constructed as one. */
export function pushFlat(results: unknown[], value: unknown, run: Run): void {
  if (!Array.isArray(value) || flagsOf(value) & CONS) {
    results.push(run.nest(value));
    return;
  }
  run.chargeArray(value.length);
  for (const item of value) results.push(item);
}

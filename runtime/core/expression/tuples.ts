import { append } from "./append.ts";
import type { AstNode, PathNode, SortNode, Stage } from "./ast.ts";
import type { Compiler } from "./compiler.ts";
import { type Code, Frame, type Run, unboundValues } from "./frame.ts";
import { compileStep, type Step } from "./paths.ts";
import { keepIf } from "./predicates.ts";
import { Scope } from "./scope.ts";
import { compileSort } from "./sorting.ts";
import { createSequence, flagsOf, SEQUENCE, TUPLES } from "./values.ts";

/** An item of a path under `@`, with the variables bound on the way to it (`@$x`, `#$i`, the parents `%` asks for). */
export type Tuple = Record<string, unknown>;

export interface TuplePath {
  /** The tuples, or an empty sequence when the path ended before the first variable. */
  readonly stream: Code;
  /** The items of the tuples alone. */
  readonly values: Code;
  /** The scope the variables are seen in. */
  readonly inner: Scope;
}

/** Compiles a path with `@`, `#` or `%` in it. From the first such step on, every step works on tuples. */
export function compileTuples(node: PathNode, scope: Scope, compiler: Compiler): TuplePath {
  const inner = new Scope(scope, true);
  const first = node.steps[0]!;
  const wholeFirst = first.consarray === true && node.steps.length > 1;
  const firstTuple = node.steps.findIndex((step) => step.tuple);
  // A leading array constructor is taken as a whole, before there are tuples: its own `#$i` binds nothing.
  const start = wholeFirst && firstTuple === 0 ? 1 : firstTuple;
  const lead = node.steps
    .slice(0, start)
    .map(
      (step, index): Step =>
        index === 0 && wholeFirst ? compiler.compile(step, scope) : compileStep(step, false, scope, compiler),
    );
  const steps = node.steps
    .slice(start)
    .map((step, index) => compileTupleStep(step, index === 0, inner, scope, compiler));
  const stream: Code = (input, frame) => {
    let items: unknown = Array.isArray(input) && first.type !== "variable" ? input : [input];
    for (const step of lead) {
      items = step(items as unknown[], frame);
      if (!Array.isArray(items) || items.length === 0) return items ?? createSequence();
    }
    let tuples: Tuple[] | undefined;
    for (const step of steps) tuples = step(items as unknown[], tuples, frame);
    return tuples;
  };
  const values: Code = (input, frame) => {
    const tuples = stream(input, frame);
    if (!Array.isArray(tuples) || (flagsOf(tuples) & TUPLES) === 0) return tuples;
    const results = createSequence();
    for (const tuple of tuples as Tuple[]) results.push(frame.run.nest(tuple["@"]));
    return results;
  };
  return { stream, values, inner };
}

/** A frame with the variables of a tuple, as far as anything in the scope refers to them. */
export function frameOf(tuple: Tuple, scope: Scope, frame: Frame): Frame {
  const inner = new Frame(unboundValues(scope.slots.size), frame, frame.run);
  for (const [name, slot] of scope.slots) {
    if (Object.hasOwn(tuple, name)) inner.values[slot] = tuple[name];
  }
  return inner;
}

/** One tuple for several: each variable holds all their values. */
export function reduceTuples(tuples: readonly Tuple[], run: Run): Tuple {
  const result: Tuple = Object.assign(Object.create(null), tuples[0]);
  for (const tuple of tuples.slice(1)) {
    for (const name of Object.keys(tuple)) result[name] = append(result[name], tuple[name], run);
  }
  return result;
}

type TupleStep = (items: readonly unknown[], tuples: readonly Tuple[] | undefined, frame: Frame) => Tuple[];

function compileTupleStep(
  step: AstNode,
  first: boolean,
  inner: Scope,
  outer: Scope,
  compiler: Compiler,
): TupleStep {
  for (const name of [step.focus, step.index, step.ancestor?.label]) {
    if (name !== undefined) compiler.tupleNames.add(name);
  }
  const sort = first ? sortItems : sortTuples;
  const produce =
    step.type === "sort" ? sort(step, first ? outer : inner, compiler) : mapTuples(step, inner, compiler);
  const stages = (step.stages ?? []).map((stage) => compileTupleStage(stage, inner, compiler));
  return (items, tuples, frame) => {
    let result = produce(items, tuples, frame);
    for (const stage of stages) result = stage(result, frame);
    return result;
  };
}

function mapTuples(step: AstNode, inner: Scope, compiler: Compiler): TupleStep {
  const code = compiler.compile(step, inner);
  return (items, tuples, frame) => {
    const results = tupleSequence();
    for (const tuple of tuples ?? items.map((item): Tuple => ({ "@": item }))) {
      const value = code(tuple["@"], frameOf(tuple, inner, frame));
      if (value === undefined) continue;
      const found = Array.isArray(value) ? value : [value];
      const nested = (flagsOf(found) & TUPLES) !== 0;
      frame.run.chargeArray(results.length + found.length);
      found.forEach((item, index) => {
        const next: Tuple = Object.assign(Object.create(null), tuple);
        if (nested) Object.assign(next, item);
        else {
          next[step.focus ?? "@"] = item;
          if (step.index !== undefined) next[step.index] = index;
          if (step.ancestor !== undefined) next[step.ancestor.label] = tuple["@"];
        }
        results.push(next);
      });
    }
    return results;
  };
}

/** An order-by before any variable is bound, as in `a^(b)#$i`. */
function sortItems(step: SortNode, outer: Scope, compiler: Compiler): TupleStep {
  const sort = compileSort(step, outer, compiler);
  return (items, _, frame) => {
    const results = tupleSequence();
    (sort(items, frame) as unknown[]).forEach((item, index) => {
      const tuple: Tuple = { "@": item };
      if (step.index !== undefined) tuple[step.index] = index;
      results.push(tuple);
    });
    return results;
  };
}

function sortTuples(step: SortNode, inner: Scope, compiler: Compiler): TupleStep {
  const sort = compileSort(step, inner, compiler, (item, frame) => {
    const tuple = item as Tuple;
    return [tuple["@"], frameOf(tuple, inner, frame)];
  });
  return (_, tuples, frame) => {
    const results = tupleSequence();
    for (const tuple of sort(tuples ?? [], frame) as Tuple[]) results.push(tuple);
    return results;
  };
}

function compileTupleStage(
  stage: Stage,
  inner: Scope,
  compiler: Compiler,
): (tuples: Tuple[], frame: Frame) => Tuple[] {
  if (stage.type === "index") {
    const name = stage.value!;
    compiler.tupleNames.add(name);
    return (tuples) => {
      tuples.forEach((tuple, index) => {
        tuple[name] = index;
      });
      return tuples;
    };
  }
  const condition = compiler.compile(stage.expr!, inner);
  return (tuples, frame) => {
    const results = tupleSequence();
    frame.run.charge(tuples.length);
    tuples.forEach((tuple, index) => {
      const outcome = condition(tuple["@"], frameOf(tuple, inner, frame));
      keepIf(outcome, tuple, index, tuples.length, results, frame.run);
    });
    return results;
  };
}

function tupleSequence(): Tuple[] {
  return createSequence(SEQUENCE | TUPLES) as unknown[] as Tuple[];
}

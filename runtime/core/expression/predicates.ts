import type { AstNode } from "./ast.ts";
import type { Compiler } from "./compiler.ts";
import type { Code, Run } from "./frame.ts";
import type { Scope } from "./scope.ts";
import { isNumeric, truthOf } from "./truth.ts";
import { createSequence } from "./values.ts";

/** Compiles `value[predicate]`: an index, several indexes, or a condition on each item. The result is a sequence. */
export function compileFilter(value: Code, predicate: AstNode, scope: Scope, compiler: Compiler): Code {
  if (predicate.type === "number") return indexed(value, Math.floor(predicate.value as number));
  const condition = compiler.compile(predicate, scope);
  return (input, frame) => {
    const items = itemsOf(value(input, frame));
    frame.run.charge(items.length);
    const results = createSequence();
    for (let index = 0; index < items.length; index++) {
      const item = items[index];
      const outcome = condition(item, frame);
      if (outcome !== false) keepIf(outcome, item, index, items.length, results, frame.run);
    }
    return results;
  };
}

/** Adds an item to the results once for each index that names it, or once if the condition holds. */
export function keepIf(
  outcome: unknown,
  item: unknown,
  index: number,
  length: number,
  results: unknown[],
  run: Run,
): void {
  if (outcome === true) {
    results.push(run.nest(item));
  } else if (isNumeric(outcome)) {
    if (at(outcome, length) === index) results.push(run.nest(item));
  } else if (Array.isArray(outcome) && outcome.every((entry) => isNumeric(entry))) {
    run.charge(outcome.length);
    for (const entry of outcome) if (at(entry as number, length) === index) results.push(run.nest(item));
  } else if (truthOf(outcome, run)) {
    results.push(run.nest(item));
  }
}

/** A number in the source. An array it picks is the result itself, not a sequence around it. */
function indexed(value: Code, index: number): Code {
  return (input, frame) => {
    const items = itemsOf(value(input, frame));
    const item = items[index < 0 ? items.length + index : index];
    if (Array.isArray(item)) return item;
    const results = createSequence();
    if (item !== undefined) results.push(item);
    return results;
  };
}

function at(number: number, length: number): number {
  const index = Math.floor(number);
  return index < 0 ? length + index : index;
}

/** Nothing counts as one item: the reference evaluates the predicate once, on nothing. */
function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

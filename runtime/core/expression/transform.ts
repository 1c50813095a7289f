import type { TransformNode } from "./ast.ts";
import type { Compiler } from "./compiler.ts";
import { Fault } from "./fault.ts";
import type { Code, Run } from "./frame.ts";
import { FunctionValue } from "./functionValue.ts";
import type { Scope } from "./scope.ts";
import { createSignature } from "./signature.ts";
import { isObject, setOwn } from "./values.ts";

/** Compiles `|pattern|update, delete|`: a function that copies an object and changes what the pattern finds in it. */
export function compileTransform(node: TransformNode, scope: Scope, compiler: Compiler): Code {
  const pattern = compiler.compile(node.pattern, scope);
  const update = compiler.compile(node.update, scope);
  const deletion = node.delete === undefined ? undefined : compiler.compile(node.delete, scope);
  const cloner = compiler.variable("clone", scope);
  return (input, frame) =>
    new FunctionValue(1, signature, ([value], run) => {
      if (value === undefined) return undefined;
      const own = cloner(input, frame);
      if (!(own instanceof FunctionValue)) throw new Fault("T2013", {}, node.position);
      const result = own.call([value], run, null);
      const found = pattern(result, frame);
      if (found === undefined) return result;
      for (const match of Array.isArray(found) ? found : [found]) {
        run.charge(1);
        const changes = update(match, frame);
        if (changes !== undefined) {
          if (!isObject(changes)) throw new Fault("T2011", { value: changes }, node.update.position);
          merge(match, changes, run);
        }
        const names = deletion?.(match, frame);
        if (names !== undefined) remove(match, names, node);
      }
      return result;
    });
}

const signature = createSignature("<(oa):o>");

/** Copies what it puts in: it can hold the target itself, and a value within itself is none. */
function merge(target: unknown, changes: Record<string, unknown>, run: Run): void {
  if (typeof target !== "object" || target === null) return;
  const copies = Object.keys(changes).map((key) => [key, copied(changes[key], run)] as const);
  for (const [key, copy] of copies) setOwn(target as Record<string, unknown>, key, copy);
}

function copied(value: unknown, run: Run): unknown {
  if (typeof value !== "object" || value === null || value instanceof FunctionValue) return run.nest(value);
  run.charge(1);
  if (Array.isArray(value)) return Array.from(value, (item) => copied(item, run));
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    setOwn(copy, key, copied((value as Record<string, unknown>)[key], run));
  }
  return copy;
}

function remove(target: unknown, names: unknown, node: TransformNode): void {
  const list = Array.isArray(names) ? names : [names];
  if (list.some((name) => typeof name !== "string"))
    throw new Fault("T2012", { value: names }, node.delete?.position);
  if (typeof target !== "object" || target === null) return;
  for (const name of list) delete (target as Record<string, unknown>)[name];
}

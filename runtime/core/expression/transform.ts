import type { TransformNode } from "./ast.ts";
import type { Compiler } from "./compiler.ts";
import { Fault } from "./fault.ts";
import type { Code } from "./frame.ts";
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
          merge(match, changes);
        }
        const names = deletion?.(match, frame);
        if (names !== undefined) remove(match, names, node);
      }
      return result;
    });
}

const signature = createSignature("<(oa):o>");

function merge(target: unknown, changes: Record<string, unknown>): void {
  if (typeof target !== "object" || target === null) return;
  for (const key of Object.keys(changes)) setOwn(target as Record<string, unknown>, key, changes[key]);
}

function remove(target: unknown, names: unknown, node: TransformNode): void {
  const list = Array.isArray(names) ? names : [names];
  if (list.some((name) => typeof name !== "string"))
    throw new Fault("T2012", { value: names }, node.delete?.position);
  if (typeof target !== "object" || target === null) return;
  for (const name of list) delete (target as Record<string, unknown>)[name];
}

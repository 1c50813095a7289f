import type { ApplyNode, AstNode, CallNode, LambdaNode } from "./ast.ts";
import type { Compiler } from "./compiler.ts";
import { Fault } from "./fault.ts";
import { type Code, Frame, unboundValues } from "./frame.ts";
import { builtIns } from "./functions/builtIns.ts";
import { evalFunction } from "./functions/evaluation.ts";
import { FunctionValue, TailCall } from "./functionValue.ts";
import { Scope } from "./scope.ts";
import { createSignature } from "./signature.ts";
import { collapse } from "./values.ts";
import { forgottenDollar } from "./warnings.ts";

/** Compiles `$f(a, b)`. @param lead code of an argument before the others, from `lead ~> $f(a, b)` */
export function compileCall(node: CallNode, scope: Scope, compiler: Compiler, lead?: Code): Code {
  const procedure = compiler.compile(node.procedure, scope);
  const args = node.arguments.map((arg) => compiler.compile(arg, scope));
  const name = nameOf(node.procedure);
  const { position } = node;
  const hint = compileHint(node, scope, compiler);
  const forgotten = node.procedure.type === "path" && node.procedure.steps.length === 1 && name !== undefined;
  if (forgotten && builtIns.has(name)) compiler.warnings.push(forgottenDollar(name, position));
  return (input, frame) => {
    const values: unknown[] = lead === undefined ? [] : [lead(input, frame)];
    const target = procedure(input, frame);
    for (let index = 0; index < args.length; index++) values.push(args[index]!(input, frame));
    if (!(target instanceof FunctionValue))
      throw notAFunction(target, hint(input, frame), name, position, 1005);
    if (target === evalFunction) frame.run.caller = { scope, frame, input };
    try {
      return target.call(values, frame.run, input);
    } catch (thrown) {
      throw thrown instanceof Fault ? thrown.locate(position, name) : thrown;
    }
  };
}

/** Compiles the call a function ends with. */
export function compileTailCall(node: CallNode, scope: Scope, compiler: Compiler): Code {
  const procedure = compiler.compile(node.procedure, scope);
  const args = node.arguments.map((arg) => compiler.compile(arg, scope));
  const name = nameOf(node.procedure);
  const hint = compileHint(node, scope, compiler);
  return (input, frame) => {
    const target = procedure(input, frame);
    const values = args.map((arg) => arg(input, frame));
    if (!(target instanceof FunctionValue))
      throw notAFunction(target, hint(input, frame), name, node.position, 1005);
    // `$eval` sees the variables of its caller, whose frame a tail call would leave behind.
    if (target === evalFunction) {
      frame.run.caller = { scope, frame, input };
      return target.call(values, frame.run, input);
    }
    return new TailCall(target, values, node.position, name);
  };
}

/** Compiles `function($a, $b)<signature>{ body }`. The body's context is the one the function was made in. */
export function compileLambda(node: LambdaNode, outer: Scope, compiler: Compiler): Code {
  const scope = new Scope(outer);
  const params = node.arguments.map((param) => scope.declare(param.value));
  const inOrder = params.every((slot, index) => slot === index);
  const body = compiler.compileTail(node.body, scope);
  const signature = node.signature === undefined ? undefined : createSignature(node.signature.definition);
  return (input, frame) =>
    new FunctionValue(params.length, signature, (args, run) => {
      // Every call makes its own array of arguments, so it can serve as the frame where it fits.
      if (inOrder && args.length === scope.slots.size)
        return body(input, new Frame(args as unknown[], frame, run));
      const values = unboundValues(scope.slots.size);
      for (let index = 0; index < params.length; index++) values[params[index]!] = args[index];
      return body(input, new Frame(values, frame, run));
    });
}

/** Compiles `$f(?, b)`: a function of the arguments left open. */
export function compilePartial(node: CallNode, scope: Scope, compiler: Compiler): Code {
  const procedure = compiler.compile(node.procedure, scope);
  const args = node.arguments.map((arg) => (isOpen(arg) ? undefined : compiler.compile(arg, scope)));
  const name = nameOf(node.procedure);
  const hint = compileHint(node, scope, compiler);
  return (input, frame) => {
    const given = args.map((arg) => arg?.(input, frame));
    const target = procedure(input, frame);
    if (!(target instanceof FunctionValue))
      throw notAFunction(target, hint(input, frame), name, node.position, 1007);
    const open = args.filter((arg, index) => arg === undefined && index < target.arity).length;
    return new FunctionValue(open, undefined, (rest, run) => {
      let next = 0;
      const all = args.map((arg, index) => (arg === undefined ? rest[next++] : given[index]));
      while (all.length < target.arity) all.push(undefined);
      return target.call(all.slice(0, Math.max(target.arity, 0)), run, null);
    });
  };
}

/** Compiles `value ~> function` and `function ~> function`. */
export function compileApply(node: ApplyNode, scope: Scope, compiler: Compiler): Code {
  const left = compiler.compile(node.lhs, scope);
  if (node.rhs.type === "function") {
    const plain = node.rhs.predicate === undefined && node.rhs.group === undefined;
    if (plain) return compileCall(node.rhs, scope, compiler, left);
  }
  const right = compiler.compile(node.rhs, scope);
  return (input, frame) => {
    const value = left(input, frame);
    const target = right(input, frame);
    if (!(target instanceof FunctionValue)) throw new Fault("T2006", { value: target }, node.position);
    if (value instanceof FunctionValue) {
      return new FunctionValue(1, undefined, (args, run) => {
        const first = collapse(value.call([args[0]], run, null));
        return new TailCall(target, [first], node.position, undefined);
      });
    }
    if (target === evalFunction) frame.run.caller = { scope, frame, input: null };
    return target.call([value], frame.run, null);
  };
}

function isOpen(arg: AstNode): boolean {
  return arg.type === "operator" && arg.value === "?";
}

function nameOf(procedure: AstNode): string | undefined {
  const named = procedure.type === "path" ? procedure.steps[0]! : procedure;
  return "value" in named && typeof named.value === "string" ? named.value : undefined;
}

/** Whether `f(x)` would have worked as `$f(x)`. */
function compileHint(node: CallNode, scope: Scope, compiler: Compiler): Code {
  const name = nameOf(node.procedure);
  if (node.procedure.type !== "path" || name === undefined) return () => undefined;
  return compiler.variable(name, scope);
}

/** @param code of the error that suggests the name with `$`; the plain one follows it */
export function notAFunction(
  target: unknown,
  hint: unknown,
  name: string | undefined,
  position: number | undefined,
  code: 1005 | 1007,
): Fault {
  const suggests = target === undefined && hint !== undefined && hint !== null;
  return new Fault(`T${suggests ? code : code + 1}`, { value: target }, position, name);
}

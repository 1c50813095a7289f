import type { ArrayNode, Group, ObjectNode, Pair } from "./ast.ts";
import type { Compiler } from "./compiler.ts";
import { Fault } from "./fault.ts";
import type { Code, Frame, Run } from "./frame.ts";
import type { Scope } from "./scope.ts";
import { frameOf, reduceTuples, type Tuple } from "./tuples.ts";
import { addFlags, CONS, flagsOf, setOwn, TUPLES } from "./values.ts";

/** Compiles `[a, b, c]`. Arrays among the items are spread, unless they are constructors themselves. */
export function compileArray(node: ArrayNode, scope: Scope, compiler: Compiler): Code {
  const items = node.expressions.map((item) => compiler.compile(item, scope));
  const whole = node.expressions.map((item) => item.type === "unary" && item.value === "[");
  return (input, frame) => {
    const { run } = frame;
    const results: unknown[] = [];
    for (let index = 0; index < items.length; index++) {
      const value = items[index]!(input, frame);
      if (value === undefined) continue;
      if (Array.isArray(value) && !whole[index]) {
        run.chargeArray(results.length + value.length);
        for (const item of value) results.push(item);
      } else {
        results.push(run.nest(value));
      }
    }
    if (node.consarray) addFlags(results, CONS);
    return results;
  };
}

/** Compiles `{key: value}` standing alone: it groups over its context. */
export function compileObject(node: ObjectNode, scope: Scope, compiler: Compiler): Code {
  const pairs = compilePairs(node.lhs, scope, compiler);
  const group = groupCode((input) => input, pairs, node.position);
  const keys = literalKeys(node.lhs);
  if (keys === undefined) return group;
  return (input, frame) => {
    if (Array.isArray(input)) return group(input, frame);
    const result: Record<string, unknown> = {};
    for (let index = 0; index < keys.length; index++) {
      const value = pairs[index]!.value(input, frame);
      if (value !== undefined) setOwn(result, keys[index]!, frame.run.nest(value));
    }
    return result;
  };
}

/** Compiles `value{key: value}`: one entry a distinct key, made of the items that have it. */
export function compileGroup(value: Code, group: Group, scope: Scope, compiler: Compiler): Code {
  return groupCode(value, compilePairs(group.lhs, scope, compiler), group.position);
}

function groupCode(value: Code, pairs: readonly CompiledPair[], position: number | undefined): Code {
  return (input, frame) => {
    return groupBy(value(input, frame), pairs, frame, position);
  };
}

/** One entry for each distinct key the items of a value have. @throws Fault T1003, D1009 */
export function groupBy(
  source: unknown,
  pairs: readonly CompiledPair[],
  frame: Frame,
  position: number | undefined,
): unknown {
  const items = Array.isArray(source) ? (source.length === 0 ? [undefined] : source) : [source];
  const entries = collect(items, pairs, position, frame.run, (code, item) => code(item, frame));
  return build(entries, frame.run, (entry) => {
    const { items } = entry;
    return pairs[entry.pair]!.value(items.length === 1 ? items[0] : appended(items, frame.run), frame);
  });
}

/** The same over a tuple stream: keys and values see the variables of the tuples. */
export function compileTupleGroup(stream: Code, group: Group, scope: Scope, compiler: Compiler): Code {
  const pairs = compilePairs(group.lhs, scope, compiler);
  return (input, frame) => {
    const found = (stream(input, frame) ?? []) as unknown[];
    // A path that ended before its first variable groups nothing, as an ordinary empty path does.
    const tuples = flagsOf(found) & TUPLES ? (found as Tuple[]) : [{ "@": undefined }];
    const { run } = frame;
    const entries = collect(tuples, pairs, group.position, run, (code, tuple) =>
      code((tuple as Tuple)["@"], frameOf(tuple as Tuple, scope, frame)),
    );
    return build(entries, run, (entry) => {
      const tuple = reduceTuples(entry.items as Tuple[], run);
      return pairs[entry.pair]!.value(tuple["@"], frameOf(tuple, scope, frame));
    });
  };
}

interface CompiledPair {
  readonly key: Code;
  readonly value: Code;
}

interface Entry {
  readonly pair: number;
  readonly items: unknown[];
}

function compilePairs(pairs: readonly Pair[], scope: Scope, compiler: Compiler): CompiledPair[] {
  return pairs.map(([key, value]) => ({
    key: compiler.compile(key, scope),
    value: compiler.compile(value, scope),
  }));
}

function collect(
  items: readonly unknown[],
  pairs: readonly CompiledPair[],
  position: number | undefined,
  run: Run,
  evaluate: (code: Code, item: unknown) => unknown,
): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const item of items) {
    for (let pair = 0; pair < pairs.length; pair++) {
      run.charge(1);
      const key = evaluate(pairs[pair]!.key, item);
      if (key === undefined) continue;
      if (typeof key !== "string") throw new Fault("T1003", { value: key }, position);
      const entry = entries.get(key);
      if (entry === undefined) entries.set(key, { pair, items: [item] });
      else if (entry.pair !== pair) throw new Fault("D1009", { value: key }, position);
      else entry.items.push(item);
    }
  }
  return entries;
}

function build(entries: Map<string, Entry>, run: Run, evaluate: (entry: Entry) => unknown): unknown {
  const result: Record<string, unknown> = {};
  for (const [key, entry] of entries) {
    const value = evaluate(entry);
    if (value !== undefined) setOwn(result, key, run.nest(value));
  }
  return result;
}

/** The items of one key as the context of its value. Items that are arrays are spread, as `$append` does. */
function appended(items: readonly unknown[], run: Run): unknown[] {
  const results: unknown[] = [];
  for (const item of items) {
    if (Array.isArray(item)) {
      run.chargeArray(results.length + item.length);
      for (const part of item) results.push(part);
    } else if (item !== undefined) {
      results.push(item);
    }
  }
  return results;
}

/** Keys that are distinct texts in the source, in an order objects keep. */
export function literalKeys(pairs: readonly Pair[]): string[] | undefined {
  const keys: string[] = [];
  for (const [key] of pairs) {
    if (key.type !== "string" || key.predicate || key.group || key.keepArray) return undefined;
    const text = String(key.value);
    if (keys.includes(text) || /^\d+$/.test(text)) return undefined;
    keys.push(text);
  }
  return keys;
}

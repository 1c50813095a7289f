import type { AstNode, CallNode, LambdaNode } from "../ast.ts";
import type { Generator } from "./generator.ts";
import { truth } from "./operators.ts";
import { inside, Names, type Place, type Value } from "./writer.ts";

/**
 * Writes `$map`, `$filter` and `$reduce` of a function written in place as loops, without a call for each item.
 * @returns undefined when the call is none of these
 */
export function generateLoop(
  name: string,
  args: readonly AstNode[],
  node: CallNode,
  at: Place,
  generator: Generator,
  flagless: boolean,
): Value | undefined {
  const place = inside(at);
  const [list, callback] = args;
  if (args.length !== 2 || list === undefined || callback?.type !== "lambda") return undefined;
  const count = callback.arguments.length;
  const isPlain =
    !callback.thunk && !callback.signature && !callback.predicate && !callback.group && !callback.keepArray;
  const distinct = new Set(callback.arguments.map((param) => param.value)).size === count;
  const fits = name === "reduce" ? count === 2 : (name === "map" || name === "filter") && count <= 2;
  if (!isPlain || !distinct || !fits) return undefined;
  const { writer } = generator;
  const source = generator.value(list, place, true).js;
  const result = writer.let("undefined").js;
  const body = name === "reduce" ? reduced : collected;
  const loop = writer.aside(() =>
    body(
      name,
      source,
      result,
      callback,
      place,
      generator,
      at.raw ? "sequence" : flagless ? "unwrapped" : "collapsed",
    ),
  );
  writer.emit(`if (${source} !== undefined) try {\n${loop}\n}`);
  writer.emit(`catch (thrown) { throw located(thrown, ${node.position}, ${JSON.stringify(name)}); }`);
  return { js: result, kind: "any" };
}

function collected(
  name: string,
  source: string,
  result: string,
  callback: LambdaNode,
  { input, names: outer }: Place,
  generator: Generator,
  finish: string,
): void {
  const { writer } = generator;
  const items = writer.let(`listOf(${source}, run)`).js;
  const results = writer.let("[]").js;
  const [index, item] = [writer.fresh(), writer.fresh()];
  const names = new Names(outer);
  const [first, second] = callback.arguments;
  const param = writer.fresh();
  if (first !== undefined) names.bind(first.value, param);
  if (second !== undefined) names.bind(second.value, index);
  const body = writer.aside(() => {
    writer.emit(`const ${item} = ${items}[${index}];`);
    writer.emit(`const ${param} = collapse(${item});`);
    const value = generator.value(callback.body, { input, names }, name === "filter");
    if (name === "filter") writer.emit(`if (${truth(value)}) ${results}.push(${item});`);
    else {
      writer.emit(`if (typeof ${value.js} === "object") ${results}.push(run.nest(${value.js}));`);
      writer.emit(`else if (${value.js} !== undefined) ${results}.push(${value.js});`);
    }
  });
  writer.emit(`run.charge(${items}.length + 1);`);
  writer.emit(`for (let ${index} = 0; ${index} < ${items}.length; ${index}++) {\n${body}\n}`);
  writer.emit(`${result} = ${finish}(${results});`);
}

function reduced(
  _name: string,
  source: string,
  result: string,
  callback: LambdaNode,
  { input, names: outer }: Place,
  generator: Generator,
  finish: string,
): void {
  const { writer } = generator;
  const items = writer.let(`listOf(${source}, run)`).js;
  const [index, item] = [writer.fresh(), writer.fresh()];
  const names = new Names(outer);
  const [total, next] = callback.arguments as [LambdaNode["arguments"][0], LambdaNode["arguments"][0]];
  const before = writer.fresh();
  names.bind(total.value, before);
  names.bind(next.value, item);
  const body = writer.aside(() => {
    writer.emit(`const ${item} = collapse(${items}[${index}]);`);
    writer.emit(`const ${before} = collapse(${result});`);
    writer.emit(`${result} = ${generator.value(callback.body, { input, names }).js};`);
  });
  writer.emit(`run.charge(${items}.length + 1);`);
  writer.emit(`${result} = ${items}[0];`);
  writer.emit(`for (let ${index} = 1; ${index} < ${items}.length; ${index}++) {\n${body}\n}`);
  if (finish !== "sequence") writer.emit(`${result} = collapse(${result});`);
}

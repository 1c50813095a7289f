import type { ApplyNode, AstNode, CallNode, LambdaNode } from "../ast.ts";
import { builtIns } from "../functions/builtIns.ts";
import { directOf, type SimpleParam } from "../functions/define.ts";
import { createSignature } from "../signature.ts";
import type { Generator } from "./generator.ts";
import { generateLoop } from "./loops.ts";
import { inside, Names, NotGenerated, type Place, type Value } from "./writer.ts";

/** Functions of values that do not look whether an array is a sequence, and keep none. */
const flagBlind: ReadonlySet<string> = new Set(
  "sum average max min count join exists boolean not string number length type round abs floor ceil contains".split(
    " ",
  ),
);

/** Writes `$f(a, b)`. @param lead a value that comes before the arguments, from `lead ~> $f(a, b)` */
export function generateCall(
  node: CallNode,
  at: Place,
  generator: Generator,
  flagless: boolean,
  lead?: AstNode,
): Value {
  const place = inside(at);
  const { procedure } = node;
  if (procedure.type !== "variable" || procedure.predicate || procedure.group || procedure.value === "") {
    if (lead !== undefined) throw new NotGenerated("an applied call of an expression");
    return generator.closure(node, at);
  }
  const name = procedure.value;
  const { writer } = generator;
  const local = place.names.find(name);
  const all = lead === undefined ? node.arguments : [lead, ...node.arguments];
  const loop = local === undefined ? generateLoop(name, all, node, at, generator, flagless) : undefined;
  if (loop !== undefined) return loop;
  const builtIn = local === undefined ? builtIns.get(name) : undefined;
  if (local === undefined && builtIn === undefined) {
    if (lead !== undefined) throw new NotGenerated("an applied call of nothing");
    return generator.closure(node, at);
  }
  const args = all.map((arg) => generator.value(arg, place, builtIn !== undefined && flagBlind.has(name)));
  const list = args.map(({ js }) => js).join(", ");
  const result = writer.let("undefined");
  const target = local ?? writer.constant(builtIn);
  if (local !== undefined) {
    writer.emit(
      `if (!isFunction(${local})) throw notAFunction(${local}, undefined, ${JSON.stringify(name)}, ${node.position}, 1005);`,
    );
  }
  const slow = `${target}.call([${list}], run, ${place.input})`;
  const direct = builtIn === undefined ? undefined : directOf(builtIn);
  const checks = direct && argumentChecks(direct.signature, args);
  const call =
    direct === undefined || checks === undefined
      ? slow
      : `${checks === "" ? "" : `${checks} ? `}${writer.constant(direct.body)}(run, ${list})${checks === "" ? "" : ` : ${slow}`}`;
  writer.emit(`try { ${result.js} = ${call.replace("(run, )", "(run)")}; }`);
  writer.emit(`catch (thrown) { throw located(thrown, ${node.position}, ${JSON.stringify(name)}); }`);
  if (!at.raw) writer.emit(`if (typeof ${result.js} === "object") ${result.js} = collapse(${result.js});`);
  return result;
}

/** Writes the call a function ends with, as a value for the function's caller to make. */
export function generateTailCall(node: AstNode, place: Place, generator: Generator): Value {
  const isLocal =
    node.type === "function" &&
    node.procedure.type === "variable" &&
    node.procedure.value !== "" &&
    place.names.find(node.procedure.value) !== undefined;
  if (!isLocal || node.predicate || node.group || node.keepArray)
    return generator.value(node, { ...inside(place), raw: true });
  const name = (node.procedure as { value: string }).value;
  const target = place.names.find(name)!;
  const inner = inside(place);
  const args = node.arguments.map((arg) => generator.value(arg, inner).js);
  const { writer } = generator;
  writer.emit(
    `if (!isFunction(${target})) throw notAFunction(${target}, undefined, ${JSON.stringify(name)}, ${node.position}, 1005);`,
  );
  return writer.let(
    `new TailCall(${target}, [${args.join(", ")}], ${node.position}, ${JSON.stringify(name)})`,
  );
}

/** Writes `function($a, $b){ body }`. */
export function generateLambda(
  node: LambdaNode,
  { input, names: outer }: Place,
  generator: Generator,
): Value {
  const { writer } = generator;
  const names = new Names(outer);
  const params = node.arguments.map((param, index) => {
    const js = writer.fresh();
    names.bind(param.value, js);
    return `const ${js} = collapse(args[${index}]);`;
  });
  if (new Set(node.arguments.map((param) => param.value)).size < params.length) {
    throw new NotGenerated("a parameter twice");
  }
  const body = writer.aside(() => {
    writer.emit(`return ${generator.value(node.body, { input, names, tail: true }).js};`);
  });
  const signature =
    node.signature === undefined ? "undefined" : writer.constant(createSignature(node.signature.definition));
  return writer.let(
    `new FunctionValue(${params.length}, ${signature}, (args, run) => {\n${params.join("\n")}\n${body}\n})`,
    "function",
  );
}

/** Writes `value ~> $f(b)` and `value ~> $f`. */
export function generateApply(node: ApplyNode, place: Place, generator: Generator, flagless: boolean): Value {
  const { lhs, rhs } = node;
  if (rhs.type === "function" && !rhs.predicate && !rhs.group) {
    return generateCall(rhs, place, generator, flagless, lhs);
  }
  const { writer } = generator;
  const inner = inside(place);
  const left = generator.value(lhs, inner);
  const right = generator.value(rhs, inner);
  return writer.let(
    `${place.raw ? "" : "collapse"}(applied(${left.js}, ${right.js}, run, ${node.position}))`,
  );
}

/** @returns a condition under which arguments need no adapting to a signature; undefined when there is none */
function argumentChecks(
  signature: readonly SimpleParam[] | undefined,
  args: readonly Value[],
): string | undefined {
  if (signature === undefined || args.length > signature.length) return undefined;
  const checks: string[] = [];
  for (const [index, { types, optional }] of signature.entries()) {
    const arg = args[index];
    if (arg === undefined) {
      if (!optional) return undefined;
      continue;
    }
    const check = checkOf(types, arg);
    if (check === undefined) return undefined;
    if (check !== "") checks.push(check);
  }
  return checks.join(" && ");
}

/** @returns "" where the kind is known to fit, undefined where no cheap check tells */
function checkOf(types: string, { js, kind }: Value): string | undefined {
  if (types === "x") return "";
  if ((types === "numbers" || types === "texts") && kind !== "any") return undefined;
  const has = (letter: string) => types.includes(letter);
  const known = kind === "literal number" ? "number" : kind;
  if (known === "function") return has("f") ? "" : undefined;
  if (known === "number" || known === "string" || known === "boolean") return has(known[0]!) ? "" : undefined;
  if (types === "numbers") return `areNumbers(${js})`;
  if (types === "texts") return `areTexts(${js})`;
  if (has("s")) return `typeof ${js} === "string"`;
  if (has("n")) return `typeof ${js} === "number"`;
  if (has("b")) return `typeof ${js} === "boolean"`;
  if (has("a")) return `isArray(${js})`;
  return undefined;
}

import type { ArrayNode, Group, ObjectNode, Pair } from "../ast.ts";
import { literalKeys } from "../constructors.ts";
import type { Generator } from "./generator.ts";
import { inside, type Place, type Value } from "./writer.ts";

/** Writes `[a, b, c]`. */
export function generateArray(node: ArrayNode, at: Place, generator: Generator): Value {
  const { writer } = generator;
  const place = inside(at);
  const result = writer.let("[]");
  for (const item of node.expressions) {
    const { js, kind } = generator.value(item, place);
    const whole = item.type === "unary" && item.value === "[";
    if (kind !== "any" && kind !== "function") writer.emit(`${result.js}.push(${js});`);
    else if (whole) writer.emit(`${result.js}.push(run.nest(${js}));`);
    else {
      writer.emit(`if (typeof ${js} === "object") pushItem(${result.js}, ${js}, run);`);
      writer.emit(`else if (${js} !== undefined) ${result.js}.push(${js});`);
    }
  }
  if (node.consarray) writer.emit(`flagConstructed(${result.js});`);
  return result;
}

/** Writes `{key: value}` standing alone. Over an array it groups: names known beforehand, all items have all of them. */
export function generateObject(node: ObjectNode, at: Place, generator: Generator): Value {
  const { writer } = generator;
  const place = inside(at);
  const keys = literalKeys(node.lhs);
  if (keys === undefined || keys.includes("__proto__")) {
    return writer.let(
      `groupBy(${place.input}, ${pairs(node.lhs, place, generator)}, frame, ${node.position})`,
    );
  }
  const input = writer.let(
    `(isArray(${place.input}) ? groupContext(${place.input}, ${keys.length}, run) : ${place.input})`,
  ).js;
  const values = node.lhs.map(([, value]) => generator.value(value, { ...place, input }));
  const certain = (value: Value) => value.kind !== "any";
  for (const value of values) {
    if (value.kind === "any") writer.emit(`if (typeof ${value.js} === "object") run.nest(${value.js});`);
    if (value.kind === "function") writer.emit("run.nested = true;");
  }
  const fields = keys.map((key, index) => `${JSON.stringify(key)}: ${values[index]!.js}`).join(", ");
  const tests = values.filter((value) => !certain(value)).map(({ js }) => `${js} !== undefined`);
  if (tests.length === 0) return writer.let(`{ ${fields} }`);
  // All fields there is the common case, and makes objects of one shape.
  const result = writer.let("undefined").js;
  const single = keys.map((key, index) => {
    const { js } = values[index]!;
    return `if (${js} !== undefined) ${result}[${JSON.stringify(key)}] = ${js};`;
  });
  writer.emit(`if (${tests.join(" && ")}) ${result} = { ${fields} };`);
  writer.emit(`else {\n${result} = {};\n${single.join("\n")}\n}`);
  return { js: result, kind: "any" };
}

/** Writes `value{key: value}`. @param source name of the items */
export function generateGroup(source: string, group: Group, place: Place, generator: Generator): Value {
  const js = `groupBy(${source}, ${pairs(group.lhs, place, generator)}, frame, ${group.position})`;
  return generator.writer.let(`collapse(${js})`);
}

function pairs(list: readonly Pair[], { names }: Place, generator: Generator): string {
  const written = list.map(
    ([key, value]) => `{ key: ${generator.arrow(key, names)}, value: ${generator.arrow(value, names)} }`,
  );
  return `[${written.join(", ")}]`;
}

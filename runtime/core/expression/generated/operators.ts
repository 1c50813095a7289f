import type { AstNode, BinaryNode, NegationNode } from "../ast.ts";
import type { Generator } from "./generator.ts";
import { inside, type Place, type Value } from "./writer.ts";

/** A JavaScript condition for JSONata's truth of a value. */
export function truth({ js, kind }: Value): string {
  if (kind === "boolean") return js;
  if (kind === "function") return "false";
  if (kind === "string") return `(${js} !== "")`;
  return `(${js} === true || (${js} !== false && ${js} !== undefined && truthOf(${js}, run)))`;
}

export function generateBinary(node: BinaryNode, at: Place, generator: Generator): Value {
  const place = inside(at);
  const { writer } = generator;
  const { value: operator } = node;
  switch (operator) {
    case "and":
    case "or":
      return logical(node, place, generator);
    case "&":
      return joined(node, place, generator);
    case "=":
    case "!=":
      return equality(node, place, generator);
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return arithmetic(node, place, generator);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return comparison(node, place, generator);
    default: {
      const left = generator.value(node.lhs, place);
      const right = generator.value(node.rhs, place);
      if (operator === "in") return writer.let(`isMember(${left.js}, ${right.js}, run)`, "boolean");
      return writer.let(`range(${left.js}, ${right.js}, frame, ${node.position})`);
    }
  }
}

export function generateNegation(node: NegationNode, place: Place, generator: Generator): Value {
  const { js } = generator.value(node.expression, inside(place), true);
  return generator.writer.let(`(isFinite(${js}) ? -${js} : negated(${js}, ${node.position}))`);
}

function logical(node: BinaryNode, place: Place, generator: Generator): Value {
  const { writer } = generator;
  const isAnd = node.value === "and";
  const result = writer.let(truth(generator.value(node.lhs, place, true)), "boolean");
  const right = writer.aside(() =>
    writer.emit(`${result.js} = ${truth(generator.value(node.rhs, place, true))};`),
  );
  writer.emit(`if (${isAnd ? "" : "!"}${result.js}) {\n${right}\n}`);
  return result;
}

function arithmetic(node: BinaryNode, place: Place, generator: Generator): Value {
  const left = generator.value(node.lhs, place, true);
  const right = generator.value(node.rhs, place, true);
  const tests = [left, right].flatMap(({ js, kind }) =>
    kind === "literal number" ? [] : [`isFinite(${js})`],
  );
  const check = `checkNumbers(${left.js}, ${right.js}, ${JSON.stringify(node.value)}, ${node.position})`;
  const test = [tests.join(" && "), check].filter((text) => text !== "").join(" || ");
  return generator.writer.let(`(${test} ? ${left.js} ${node.value} ${right.js} : undefined)`);
}

function comparison(node: BinaryNode, place: Place, generator: Generator): Value {
  const left = generator.value(node.lhs, place, true);
  const right = generator.value(node.rhs, place, true);
  const tests = [left, right].flatMap(({ js, kind }) =>
    kind === "literal number" || kind === "number" ? [] : [`typeof ${js} === "number"`],
  );
  const check = `checkComparable(${left.js}, ${right.js}, ${JSON.stringify(node.value)}, ${node.position})`;
  const test = [tests.join(" && "), check].filter((text) => text !== "").join(" || ");
  return generator.writer.let(`(${test} ? ${left.js} ${node.value} ${right.js} : undefined)`);
}

function equality(node: BinaryNode, place: Place, generator: Generator): Value {
  const left = generator.value(node.lhs, place, true);
  const right = generator.value(node.rhs, place, true);
  const not = node.value === "!=" ? "!" : "";
  const simple = [left, right].find(
    ({ js, kind }) => kind === "string" || kind === "literal number" || js === "null",
  );
  if (simple !== undefined && isLiteral(simple === left ? node.lhs : node.rhs)) {
    const other = simple === left ? right : left;
    const test = not
      ? `${other.js} !== undefined && ${other.js} !== ${simple.js}`
      : `${other.js} === ${simple.js}`;
    return generator.writer.let(`(${test})`, "boolean");
  }
  const both = `${left.js} !== undefined && ${right.js} !== undefined`;
  return generator.writer.let(`(${both} && ${not}deepEqual(${left.js}, ${right.js}, run))`, "boolean");
}

function isLiteral(node: AstNode): boolean {
  return (node.type === "string" || node.type === "number" || node.type === "value") && !node.predicate;
}

/** `a & b & c` in one go. Each part is put into words when the closures would: behind the evaluation of its neighbour. */
function joined(node: BinaryNode, place: Place, generator: Generator): Value {
  const { writer } = generator;
  const parts: string[] = [];
  const add = (value: Value, position: number | undefined) => {
    parts.push(value.kind === "string" ? value.js : writer.let(`text(${value.js}, run, ${position})`).js);
  };
  const collect = (each: BinaryNode): void => {
    const { lhs, rhs, position } = each;
    const isChain =
      lhs.type === "binary" && lhs.value === "&" && !lhs.predicate && !lhs.group && !lhs.keepArray;
    if (isChain) {
      collect(lhs);
      add(generator.value(rhs, place, true), position);
      return;
    }
    const left = generator.value(lhs, place, true);
    const right = generator.value(rhs, place, true);
    add(left, position);
    add(right, position);
  };
  collect(node);
  const result = writer.let(parts.join(" + "), "string");
  writer.emit(`run.chargeText(${result.js}.length);`);
  return result;
}

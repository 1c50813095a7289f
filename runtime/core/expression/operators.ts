import type { AstNode, BinaryNode, NegationNode } from "./ast.ts";
import type { Compiler } from "./compiler.ts";
import { deepEqual } from "./equality.ts";
import { Fault } from "./fault.ts";
import type { Code, Frame, Run } from "./frame.ts";
import type { Scope } from "./scope.ts";
import { textOf } from "./text.ts";
import { isNumeric, truthOf } from "./truth.ts";
import { addFlags, SEQUENCE } from "./values.ts";

/** Compiles `a + b` and its like. Operand errors carry the operator and its position. */
export function compileBinary(node: BinaryNode, scope: Scope, compiler: Compiler): Code {
  const left = compiler.compile(node.lhs, scope);
  const right = compiler.compile(node.rhs, scope);
  const { value: operator, position } = node;
  const constant = constantOf(node.rhs);
  const constantCode = constant === undefined ? undefined : withConstant(node, left, constant);
  if (constantCode !== undefined) return constantCode;
  switch (operator) {
    case "and":
      return (input, frame) =>
        truthOf(left(input, frame), frame.run) && truthOf(right(input, frame), frame.run);
    case "or":
      return (input, frame) =>
        truthOf(left(input, frame), frame.run) || truthOf(right(input, frame), frame.run);
    case "=":
      return (input, frame) => {
        const l = left(input, frame);
        const r = right(input, frame);
        return l !== undefined && r !== undefined && deepEqual(l, r, frame.run);
      };
    case "!=":
      return (input, frame) => {
        const l = left(input, frame);
        const r = right(input, frame);
        return l !== undefined && r !== undefined && !deepEqual(l, r, frame.run);
      };
    case "in":
      return (input, frame) => isMember(left(input, frame), right(input, frame), frame.run);
    case "&":
      return (input, frame) => join(left(input, frame), right(input, frame), frame, position);
    case "..":
      return (input, frame) => range(left(input, frame), right(input, frame), frame, position);
    default:
      return numeric(operator, left, right, position) ?? comparison(operator, left, right, position);
  }
}

type Scalar = string | number | boolean | null;

/** The value of a literal: most rules compare a field with one. */
function constantOf(node: AstNode): Scalar | undefined {
  const isLiteral = node.type === "string" || node.type === "number" || node.type === "value";
  return isLiteral && !node.predicate && !node.group && !node.keepArray ? node.value : undefined;
}

/** The operators that are worth it, without a call and a check for the right side. */
function withConstant(node: BinaryNode, left: Code, constant: Scalar): Code | undefined {
  const { value: operator, position } = node;
  if (operator === "=") return (input, frame) => left(input, frame) === constant;
  if (operator === "!=") {
    return (input, frame) => {
      const l = left(input, frame);
      return l !== undefined && l !== constant;
    };
  }
  if (typeof constant !== "number" || !/^[<>]=?$/.test(operator)) return undefined;
  const other = comparison(
    operator,
    (input) => input,
    () => constant,
    position,
  );
  switch (operator) {
    case "<":
      return (input, frame) => {
        const l = left(input, frame);
        return typeof l === "number" ? l < constant : other(l, frame);
      };
    case "<=":
      return (input, frame) => {
        const l = left(input, frame);
        return typeof l === "number" ? l <= constant : other(l, frame);
      };
    case ">":
      return (input, frame) => {
        const l = left(input, frame);
        return typeof l === "number" ? l > constant : other(l, frame);
      };
    default:
      return (input, frame) => {
        const l = left(input, frame);
        return typeof l === "number" ? l >= constant : other(l, frame);
      };
  }
}

export function compileNegation(node: NegationNode, scope: Scope, compiler: Compiler): Code {
  const operand = compiler.compile(node.expression, scope);
  const { position } = node;
  return (input, frame) => {
    return negated(operand(input, frame), position);
  };
}

export function negated(value: unknown, position: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (isNumeric(value)) return -value;
  throw new Fault("D1002", { value }, position, "-");
}

type Operands = readonly [left: number, right: number];

/** Each operator is its own closure, so that its types stay its own in the host's inline caches. */
function numeric(operator: string, left: Code, right: Code, position: number | undefined): Code | undefined {
  const check = (l: unknown, r: unknown) => checkNumbers(l, r, operator, position);
  switch (operator) {
    case "+":
      return (input, frame) => {
        const l = left(input, frame);
        const r = right(input, frame);
        return check(l, r) ? (l as number) + (r as number) : undefined;
      };
    case "-":
      return (input, frame) => {
        const l = left(input, frame);
        const r = right(input, frame);
        return check(l, r) ? (l as number) - (r as number) : undefined;
      };
    case "*":
      return (input, frame) => {
        const l = left(input, frame);
        const r = right(input, frame);
        return check(l, r) ? (l as number) * (r as number) : undefined;
      };
    case "/":
      return (input, frame) => {
        const l = left(input, frame);
        const r = right(input, frame);
        return check(l, r) ? (l as number) / (r as number) : undefined;
      };
    case "%":
      return (input, frame) => {
        const l = left(input, frame);
        const r = right(input, frame);
        return check(l, r) ? (l as number) % (r as number) : undefined;
      };
    default:
      return undefined;
  }
}

/** @returns whether both are there. @throws Fault T2001, T2002, D1001 */
export function checkNumbers(
  l: unknown,
  r: unknown,
  operator: string,
  position: number | undefined,
): boolean {
  if (typeof l === "number" && typeof r === "number" && Number.isFinite(l) && Number.isFinite(r)) return true;
  try {
    if (l !== undefined && !isNumeric(l)) throw new Fault("T2001", { value: l });
    if (r !== undefined && !isNumeric(r)) throw new Fault("T2002", { value: r });
  } catch (thrown) {
    throw thrown instanceof Fault ? thrown.locate(position, operator) : thrown;
  }
  return l !== undefined && r !== undefined;
}

function comparison(operator: string, left: Code, right: Code, position: number | undefined): Code {
  const check = (l: unknown, r: unknown) => checkComparable(l, r, operator, position);
  switch (operator) {
    case "<":
      return (input, frame) => {
        const l = left(input, frame);
        const r = right(input, frame);
        return check(l, r) ? (l as number) < (r as number) : undefined;
      };
    case "<=":
      return (input, frame) => {
        const l = left(input, frame);
        const r = right(input, frame);
        return check(l, r) ? (l as number) <= (r as number) : undefined;
      };
    case ">":
      return (input, frame) => {
        const l = left(input, frame);
        const r = right(input, frame);
        return check(l, r) ? (l as number) > (r as number) : undefined;
      };
    case ">=":
      return (input, frame) => {
        const l = left(input, frame);
        const r = right(input, frame);
        return check(l, r) ? (l as number) >= (r as number) : undefined;
      };
    default:
      throw new Fault("S0204", {}, position, operator);
  }
}

/** @returns whether both are there. @throws Fault T2009, T2010 */
export function checkComparable(
  l: unknown,
  r: unknown,
  operator: string,
  position: number | undefined,
): boolean {
  const leftType = typeof l;
  const rightType = typeof r;
  if (leftType === rightType && (leftType === "number" || leftType === "string")) return true;
  if (!isComparable(leftType) || !isComparable(rightType)) {
    const value = leftType === "string" || leftType === "number" ? r : l;
    throw new Fault("T2010", { value }, position, operator);
  }
  if (l === undefined || r === undefined) return false;
  throw new Fault("T2009", { value: l, value2: r }, position, operator);
}

function isComparable(type: string): boolean {
  return type === "undefined" || type === "string" || type === "number";
}

/** Membership is by identity, not by depth: JSONata's `in` differs from its `=` here. */
export function isMember(value: unknown, container: unknown, run: Run): boolean {
  if (value === undefined || container === undefined) return false;
  if (!Array.isArray(container)) return container === value;
  run.charge(container.length >> 3);
  return container.indexOf(value) >= 0;
}

function join(l: unknown, r: unknown, frame: Frame, position: number | undefined): string {
  try {
    const left = l === undefined ? "" : textOf(l, frame.run);
    const right = r === undefined ? "" : textOf(r, frame.run);
    frame.run.chargeText(left.length + right.length);
    return left + right;
  } catch (thrown) {
    throw thrown instanceof Fault ? thrown.locate(position, "&") : thrown;
  }
}

export function range(l: unknown, r: unknown, frame: Frame, position: number | undefined): unknown {
  if (l !== undefined && !Number.isInteger(l)) throw new Fault("T2003", { value: l }, position, "..");
  if (r !== undefined && !Number.isInteger(r)) throw new Fault("T2004", { value: r }, position, "..");
  if (l === undefined || r === undefined) return undefined;
  const [from, to]: Operands = [l as number, r as number];
  if (from > to) return undefined;
  const size = to - from + 1;
  if (size > 1e7) throw new Fault("D2014", { value: size }, position, "..");
  frame.run.chargeArray(size);
  const items = new Array<unknown>(size);
  for (let index = 0; index < size; index++) items[index] = from + index;
  // Not `from + 0`, which makes a zero of a negative one.
  items[0] = from;
  addFlags(items, SEQUENCE);
  return items;
}

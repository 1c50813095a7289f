/**
 * Mistakes that only show on data: an expression is evaluated on a sample, and what its nodes saw is compared with what they
 * are used for. For the editor; the runtime never does this.
 */
import type { AstNode, BinaryNode, CallNode, PathNode } from "./ast.ts";
import { compileExpression } from "./compile.ts";
import { type EvaluationEnv, ExpressionError, type ExpressionWarning } from "./expression.ts";
import type { ExpressionLimits } from "./limits.ts";
import { type Observation, Probe } from "./probe.ts";
import { nearest } from "./suggest.ts";
import { isObject } from "./values.ts";

/** @throws ExpressionError when the source does not compile */
export function adviseOn(
  source: string,
  input: unknown,
  env: EvaluationEnv,
  limits: ExpressionLimits,
): readonly ExpressionWarning[] {
  const probe = new Probe();
  const compiled = compileExpression(source, limits, "closures", probe);
  try {
    compiled.evaluate(input, env);
  } catch (thrown) {
    // What was seen until it failed explains the failure.
    if (!(thrown instanceof ExpressionError)) throw thrown;
  }
  const adviser = new Adviser(probe, input);
  if (probe.root !== undefined) adviser.root(probe.root);
  return adviser.found;
}

class Adviser {
  readonly found: ExpressionWarning[] = [];
  private readonly probe: Probe;
  private readonly input: unknown;
  private readonly visited = new Set<AstNode>();
  constructor(probe: Probe, input: unknown) {
    this.probe = probe;
    this.input = input;
  }

  root(node: AstNode): void {
    this.visit(node);
    const results = node.type === "unary" && node.value === "{" ? node.lhs.map(([, value]) => value) : [node];
    for (const result of results) if (result.type === "path") this.singleton(result);
  }

  private say(message: string, position: number | undefined): void {
    const known = this.found.some((each) => each.message === message && each.position === position);
    if (!known) this.found.push({ message, position });
  }

  private visit(node: AstNode): void {
    if (this.visited.has(node)) return;
    this.visited.add(node);
    if (node.type === "binary") this.binary(node);
    if (node.type === "condition") this.truth(node.condition);
    if (node.type === "function") {
      this.aggregate(node);
      // Whether it is there is just what is being asked.
      if (nameOf(node) === "exists") return;
    }
    if (node.type === "path") this.path(node);
    for (const part of partsOf(node)) this.visit(part);
  }

  private binary({ value: operator, lhs, rhs, position }: BinaryNode): void {
    if (operator === "and" || operator === "or") {
      this.truth(lhs);
      this.truth(rhs);
    } else if (/^[-+*/%]$/.test(operator)) {
      for (const side of [lhs, rhs]) this.operand(side, operator, position);
    } else if (/^(<|>)=?$/.test(operator)) {
      this.comparison(lhs, rhs, position);
    } else if (operator === "=" || operator === "!=") {
      this.equality(operator, lhs, rhs, position);
    }
  }

  /** A side of an arithmetic operator. */
  private operand(node: AstNode, operator: string, position: number | undefined): void {
    const value = this.first(node, (each) => each !== undefined && typeof each !== "number");
    if (value === undefined) return;
    const what = `${wordsOf(node)} is ${shown(value)} here, and ${operator} works on numbers.`;
    this.say(`${what}${numberHint(node, value)}`, placeOf(node) ?? position);
  }

  private comparison(lhs: AstNode, rhs: AstNode, position: number | undefined): void {
    for (const [side, other] of [
      [lhs, rhs],
      [rhs, lhs],
    ] as const) {
      const number = this.first(other, (each) => typeof each === "number");
      const value = this.first(side, (each) => each !== undefined && typeof each !== "number");
      if (number === undefined || value === undefined) continue;
      const what = `${wordsOf(side)} is ${shown(value)}, and ${wordsOf(other)} is ${shown(number)}: they cannot be compared.`;
      this.say(`${what}${numberHint(side, value)}`, placeOf(side) ?? position);
    }
  }

  private equality(operator: string, lhs: AstNode, rhs: AstNode, position: number | undefined): void {
    const left = this.first(lhs, isThere);
    const right = this.first(rhs, isThere);
    if (left === undefined || right === undefined || kindOf(left) === kindOf(right)) return;
    const always = operator === "=" ? "never equal" : "always different";
    const [list, single] = Array.isArray(left) ? [lhs, rhs] : [rhs, lhs];
    const [numeric, text] = typeof left === "string" ? [right, lhs] : [left, rhs];
    const value = text === lhs ? left : right;
    const hint =
      Array.isArray(left) || Array.isArray(right)
        ? ` Write ${wordsOf(single)} in ${wordsOf(list)}.`
        : typeof numeric === "number"
          ? numberHint(text, value)
          : typeof value === "string" && /^(true|false)$/.test(value) && text.type === "string"
            ? ` Write ${value} without the quotes.`
            : "";
    const what = `${wordsOf(lhs)} is ${shown(left)} and ${wordsOf(rhs)} is ${shown(right)}: ${always}.`;
    this.say(`${what}${hint}`, position);
  }

  private truth(node: AstNode): void {
    const value = this.first(node, (each) => typeof each === "string" && /^(false|off|no|0)$/i.test(each));
    if (value === undefined || node.type === "string") return;
    const text = `The text ${quoted(value)} counts as true, as every text but the empty one.`;
    this.say(`${text} Compare it: ${wordsOf(node)} = ${quoted(value)}.`, placeOf(node));
  }

  private aggregate(node: CallNode): void {
    const name = nameOf(node);
    const [list] = node.arguments;
    if (name === undefined || !/^(sum|average|max|min)$/.test(name) || list === undefined) return;
    const value = this.first(list, (each) => each !== undefined);
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    const odd = items.find((item) => item !== undefined && typeof item !== "number");
    if (odd === undefined) return;
    const what = `$${name} takes numbers, and ${wordsOf(list)} has ${shown(odd)}.`;
    this.say(`${what}${aggregateHint(name, list, odd)}`, placeOf(list) ?? node.position);
  }

  private path(node: PathNode): void {
    node.steps.forEach((step, index) => {
      if (step.type !== "name") return;
      this.missing(step.value, index, step);
      const picks = step.stages?.some((stage) => stage.expr?.type === "number");
      if (!picks || index === 0) return;
      const single = this.probe.of(step).filter(({ value }) => value !== undefined && !Array.isArray(value));
      if (single.length < 2) return;
      this.say(
        `The index picks from the ${step.value} of each item, so there is one each. For one of all, put the path in parentheses: (…)[0].`,
        step.position,
      );
    });
  }

  /** A name that nothing the step looked at has. */
  private missing(name: string, index: number, step: AstNode): void {
    const seen = this.probe.of(step);
    const owners = seen
      .flatMap(({ input }) => (Array.isArray(input) ? (input as unknown[]) : [input]))
      .filter(isObject);
    if (owners.length === 0 || seen.some(({ value }) => value !== undefined && !isEmpty(value))) return;
    if (owners.some((owner) => Object.hasOwn(owner, name))) return;
    const keys = new Set(owners.flatMap((owner) => Object.keys(owner)));
    const near = nearest(name, keys);
    const { payload } = isObject(this.input) ? this.input : { payload: undefined };
    const ofMessage = index === 0 && owners.every((owner) => owner === this.input);
    if (ofMessage && isObject(payload) && Object.hasOwn(payload, name)) {
      this.say(`The message has no ${name} beside its payload. Did you mean payload.${name}?`, step.position);
    } else if (near !== undefined) {
      this.say(`There is no ${name} in this message. Did you mean ${near}?`, step.position);
    }
  }

  /** A list of one item that has become the item. */
  private singleton(node: PathNode): void {
    if (node.keepSingletonArray || node.keepArray || node.group !== undefined) return;
    const value = this.first(node, isThere);
    if (value === undefined || Array.isArray(value)) return;
    const at = node.steps.findIndex((step) => {
      const indexed = step.stages?.some((stage) => stage.expr?.type === "number");
      return (
        !indexed && this.probe.of(step).some((each) => Array.isArray(each.value) && each.value.length === 1)
      );
    });
    const step = node.steps[at];
    if (
      step?.type !== "name" ||
      node.steps.some((each) => each.stages?.some(({ expr }) => expr?.type === "number"))
    )
      return;
    this.say(
      `${step.value} has one item here, so the result is that item; with more items it is a list. Write ${step.value}[] to always get a list.`,
      step.position,
    );
  }

  /** The first value of a node that fits. */
  private first(node: AstNode, fits: (value: unknown) => boolean): unknown {
    if (isLiteral(node)) return fits(node.value) ? node.value : undefined;
    return this.probe.of(node).find(({ value }: Observation) => fits(value))?.value;
  }
}

type Literal = Extract<AstNode, { type: "string" | "number" | "value" }>;

function isLiteral(node: AstNode): node is Literal {
  return node.type === "string" || node.type === "number" || node.type === "value";
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "list" : typeof value;
}

function nameOf({ procedure }: CallNode): string | undefined {
  return procedure.type === "variable" ? procedure.value : undefined;
}

/** The nodes directly below one. */
function partsOf(node: object): AstNode[] {
  return Object.values(node).flatMap((part: unknown) => {
    if (typeof part !== "object" || part === null || part instanceof RegExp) return [];
    return "type" in part && typeof part.type === "string" && !("expr" in part)
      ? [part as AstNode]
      : partsOf(part);
  });
}

function placeOf(node: AstNode): number | undefined {
  return node.position ?? (node.type === "path" ? node.steps.at(-1)?.position : undefined);
}

/** A node as its author would name it. */
function wordsOf(node: AstNode): string {
  if (isLiteral(node)) return typeof node.value === "string" ? quoted(node.value) : String(node.value);
  if (node.type === "variable") return `$${node.value}`;
  if (node.type === "path" && node.steps.every((step) => step.type === "name" || step.type === "variable")) {
    return node.steps
      .map((step) => (step.type === "variable" ? `$${step.value}` : (step as { value: string }).value))
      .join(".");
  }
  return "this";
}

function quoted(value: unknown): string {
  const text = String(value);
  return `“${text.length > 30 ? `${text.slice(0, 29)}…` : text}”`;
}

function shown(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return `the text ${quoted(value)}`;
  return `the ${typeof value} ${String(value)}`;
}

function numberHint(node: AstNode, value: unknown): string {
  if (typeof value !== "string" || !/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(value)) return "";
  return node.type === "string" ? ` Write ${value} without the quotes.` : ` Write $number(${wordsOf(node)}).`;
}

function aggregateHint(name: string, list: AstNode, odd: unknown): string {
  if (isObject(odd)) {
    const field = Object.keys(odd).find((key) => typeof odd[key] === "number");
    return field === undefined ? "" : ` Say which field: $${name}(${wordsOf(list)}.${field}).`;
  }
  return numberHint(list, odd) === "" ? "" : ` Write $${name}($map(${wordsOf(list)}, $number)).`;
}

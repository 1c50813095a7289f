import type { AstNode, BlockNode, ConditionNode } from "../ast.ts";
import { Compiler } from "../compiler.ts";
import type { Code, Frame } from "../frame.ts";
import { builtIns } from "../functions/builtIns.ts";
import { compileRegex } from "../regex.ts";
import { Scope } from "../scope.ts";
import { generateApply, generateCall, generateLambda, generateTailCall } from "./calls.ts";
import { generateArray, generateGroup, generateObject } from "./constructors.ts";
import { helpers } from "./helpers.ts";
import { generateBinary, generateNegation, truth } from "./operators.ts";
import { filtered, generatePath } from "./paths.ts";
import { bindsOutside, namesIn } from "./variables.ts";
import { inside, Names, NotGenerated, nothing, type Place, type Value, Writer } from "./writer.ts";

/**
 * Writes JavaScript source for an expression. It does what the closures do, with the helpers they use: variables become
 * JavaScript's own, steps of a path become loops, checks are left out where a value's kind is known. Values are collapsed,
 * as between closures. What has no generated form is a closure, called from the source, as long as it sees no variables.
 */
export class Generator {
  readonly writer = new Writer();
  private readonly compiler = new Compiler();
  private readonly scope = new Scope(undefined);

  /** @throws NotGenerated, ExpressionError */
  code(root: AstNode): Code {
    const { writer } = this;
    const body = writer.aside(() => {
      writer.emit("const run = frame.run;");
      writer.emit(`return ${this.value(root, { input: "input", names: new Names(undefined) }).js};`);
    });
    this.compiler.finish();
    const constants = writer.constants.map((_, index) => `k${index}`);
    const names = [...Object.keys(helpers), ...constants];
    const make = new Function(...names, `"use strict"; return (input, frame) => {\n${body}\n};`);
    return make(...Object.values(helpers), ...writer.constants) as Code;
  }

  /**
   * Writes what yields a node's value.
   * @param flagless whether it does not matter to the user of the value that a sequence is flagged as one
   */
  value(node: AstNode, place: Place, flagless = false): Value {
    const { writer } = this;
    try {
      let value: Value = nothing;
      const text = writer.aside(() => {
        value = this.generated(node, place, flagless);
      });
      if (text !== "") writer.emit(text);
      return value;
    } catch (thrown) {
      if (!(thrown instanceof NotGenerated)) throw thrown;
      return this.closure(node, place);
    }
  }

  private generated(node: AstNode, place: Place, flagless: boolean): Value {
    const { writer } = this;
    if (node.type === "path") return generatePath(node, place, this, flagless);
    if (node.keepArray || node.tuple) return this.closure(node, place);
    const { predicate = [], group, ...bare } = node;
    if (predicate.length === 0 && group === undefined) return this.core(node, place, flagless);
    const value = this.core(bare as AstNode, { ...place, tail: false, raw: true }, false);
    let result = { items: value.js, ending: value.js };
    for (const stage of predicate) {
      result = filtered(writer.let(result.items).js, stage.expr!, place.names, flagless, this);
    }
    if (group !== undefined) return generateGroup(writer.let(result.items).js, group, place, this);
    return writer.let(result.ending);
  }

  /** Writes a function of context and frame, for helpers that call back. */
  arrow(node: AstNode, names: Names): string {
    const { writer } = this;
    const input = writer.fresh();
    const body = writer.aside(() => writer.emit(`return ${this.value(node, { input, names }).js};`));
    return `(${input}) => {\n${body}\n}`;
  }

  /** A node as a closure. @throws NotGenerated when it needs variables that live in generated source */
  closure(node: AstNode, { input, names, raw }: Place): Value {
    if (raw) throw new NotGenerated(`a ${node.type} before a predicate`);
    for (const name of namesIn(node)) {
      if (names.find(name) !== undefined) throw new NotGenerated(`$${name} in a ${node.type}`);
    }
    if (bindsOutside(node)) throw new NotGenerated("a binding");
    const code = this.compiler.compile(node, this.scope);
    return this.writer.let(`${this.writer.constant(code)}(${input}, frame)`);
  }

  private core(node: AstNode, place: Place, flagless: boolean): Value {
    const { writer } = this;
    switch (node.type) {
      case "name":
        return writer.let(`keyed(${place.input}, ${JSON.stringify(node.value)}, run)`);
      case "number":
        return { js: literalNumber(node.value as number), kind: "literal number" };
      case "string":
        return { js: JSON.stringify(node.value), kind: "string" };
      case "value":
        return { js: String(node.value), kind: typeof node.value === "boolean" ? "boolean" : "any" };
      case "variable":
        return this.variable(node.value, place);
      case "binary":
        return generateBinary(node, place, this);
      case "unary":
        if (node.value === "-") return generateNegation(node, place, this);
        return node.value === "[" ? generateArray(node, place, this) : generateObject(node, place, this);
      case "condition":
        return this.condition(node, place, flagless);
      case "block":
        return this.block(node, place, flagless);
      case "function":
        return generateCall(node, place, this, flagless);
      case "lambda":
        if (!node.thunk) return generateLambda(node, place, this);
        // The last call of a function: its result goes to the caller as it is.
        return place.tail
          ? generateTailCall(node.body, place, this)
          : this.value(node.body, { ...place, raw: true });
      case "apply":
        return generateApply(node, place, this, flagless);
      case "regex":
        return { js: writer.constant(compileRegex(node)(undefined, noFrame)), kind: "function" };
      default:
        return this.closure(node, place);
    }
  }

  private variable(name: string, { input, names }: Place): Value {
    if (name === "") return this.writer.let(`(isArray(${input}) ? contextOf(${input}) : ${input})`);
    const bound = names.find(name);
    if (bound !== undefined) return { js: bound, kind: "any" };
    if (name === "$") return { js: "run.root", kind: "any" };
    const builtIn = builtIns.get(name);
    return builtIn === undefined ? nothing : { js: this.writer.constant(builtIn), kind: "function" };
  }

  private condition(node: ConditionNode, outer: Place, flagless: boolean): Value {
    const place = { ...outer, raw: false };
    const { writer } = this;
    const test = truth(this.value(node.condition, inside(place), true));
    const result = writer.let("undefined").js;
    const branch = (part: AstNode) =>
      writer.aside(() => writer.emit(`${result} = ${this.value(part, place, flagless).js};`));
    const then = branch(node.then);
    const otherwise = node.else === undefined ? "" : ` else {\n${branch(node.else)}\n}`;
    writer.emit(`if (${test}) {\n${then}\n}${otherwise}`);
    return { js: result, kind: "any" };
  }

  private block(node: BlockNode, place: Place, flagless: boolean): Value {
    const binds = node.expressions.flatMap((part) => (part.type === "bind" ? [part] : []));
    const names = new Names(
      place.names,
      binds.map((bind) => bind.lhs.value),
    );
    const variables = new Map<string, string>();
    for (const bind of binds) {
      if (!variables.has(bind.lhs.value)) variables.set(bind.lhs.value, this.writer.let("undefined").js);
    }
    let value: Value = nothing;
    node.expressions.forEach((part, index) => {
      const last = index === node.expressions.length - 1;
      const inner = { input: place.input, names, tail: last && place.tail === true };
      if (part.type !== "bind" || part.predicate || part.group || part.keepArray) {
        value = this.value(part, inner, flagless || !last);
        return;
      }
      const name = part.lhs.value;
      const variable = variables.get(name)!;
      // A function may call itself; anything else that asks for its own name means the one outside.
      const isFunction = part.rhs.type === "lambda" && !part.rhs.thunk;
      if (isFunction) names.bind(name, variable);
      const bound = this.value(part.rhs, inside(inner));
      this.writer.emit(`${variable} = ${bound.js};`);
      names.bind(name, variable);
      value = { js: variable, kind: "any" };
    });
    return value;
  }
}

/** Of a regular expression, which depends on nothing. */
const noFrame = undefined as unknown as Frame;

function literalNumber(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

import type { AstNode, BlockNode, ConditionNode } from "./ast.ts";
import { compileApply, compileCall, compileLambda, compilePartial, compileTailCall } from "./calls.ts";
import { compileArray, compileGroup, compileObject } from "./constructors.ts";
import { ExpressionError, type ExpressionWarning } from "./expression.ts";
import { type Code, Frame, unboundValues } from "./frame.ts";
import { builtIns } from "./functions/builtIns.ts";
import { compileBinary, compileNegation } from "./operators.ts";
import { compilePath, keyCode } from "./paths.ts";
import { compileFilter } from "./predicates.ts";
import type { Probe } from "./probe.ts";
import { compileRegex } from "./regex.ts";
import { declareTupleNames, lookupCode, namesInSight, Scope } from "./scope.ts";
import { compileTransform } from "./transform.ts";
import { truthOf } from "./truth.ts";
import { addFlags, collapse, flagsOf, KEEP, WRAPPER } from "./values.ts";
import { binaryWarnings, unknownName } from "./warnings.ts";
import { descendants, wildcard } from "./wildcards.ts";

/** Compiles the nodes of one expression to closures. Variables resolve last, when every scope is complete. */
export class Compiler {
  readonly warnings: ExpressionWarning[] = [];
  /** The names tuple streams bind anywhere in the expression. */
  readonly tupleNames = new Set<string>();
  private readonly unfinished: (() => void)[] = [];
  /** How often one input part can occur in a result at most, functions aside: constructors multiply. */
  private spread = 1;
  private hasLambda = false;
  /** Sees what every node gets and gives; with it nothing takes a shorter way. */
  readonly probe: Probe | undefined;
  constructor(probe?: Probe) {
    this.probe = probe;
  }

  /**
   * Whether a result can be much larger, written out, than what was made for it: constructors within constructors,
   * or functions that feed constructors, can hold the same part over and over.
   */
  get mayShare(): boolean {
    return this.spread > spreadMax || (this.hasLambda && this.spread > 1);
  }

  compileRoot(node: AstNode, scope: Scope): Code {
    const code = this.compile(node, scope);
    this.finish();
    if (this.probe !== undefined) this.probe.root = node;
    return code;
  }

  /** Resolves the variables of everything compiled so far. */
  finish(): void {
    for (const resolve of this.unfinished) resolve();
  }

  compile(node: AstNode, scope: Scope): Code {
    const code = this.collapsed(node, scope);
    return this.probe === undefined ? code : this.probe.watch(node, code);
  }

  private collapsed(node: AstNode, scope: Scope): Code {
    let code = this.core(node, scope);
    for (const stage of node.predicate ?? []) code = compileFilter(code, stage.expr!, scope, this);
    if (node.group !== undefined) this.spread *= Math.max(1, node.group.lhs.length);
    if (node.type !== "path" && node.group !== undefined) code = compileGroup(code, node.group, scope, this);
    if (node.type === "path" || !mayBeSequence(node)) return code;
    return node.keepArray ? keeping(code) : collapsing(code);
  }

  /** A node a function ends with: its last call is left to the function's caller. */
  compileTail(node: AstNode, scope: Scope): Code {
    if (node.predicate !== undefined || node.group !== undefined || node.keepArray)
      return this.compile(node, scope);
    if (node.type === "condition") return collapsing(this.condition(node, scope, true));
    if (node.type === "block") return collapsing(this.block(node, scope, true));
    if (node.type === "lambda" && node.thunk) {
      const call = node.body;
      const plain = call.type === "function" && call.group === undefined && !call.keepArray;
      return plain ? compileTailCall(call, scope, this) : this.compile(call, scope);
    }
    return this.compile(node, scope);
  }

  /** @param position of a variable in the source: then it is a warning when nothing is bound to it */
  variable(name: string, scope: Scope, position?: number): Code {
    let resolved: Code;
    this.unfinished.push(() => {
      // The text of an `$eval` can ask for any variable of the streams around it.
      if (name === "eval") declareTupleNames(scope, this.tupleNames);
      const builtIn = builtIns.get(name);
      if (position !== undefined && builtIn === undefined) this.checkBound(name, scope, position);
      resolved = lookupCode(scope, name, this.tupleNames, builtIn);
    });
    return (input, frame) => resolved(input, frame);
  }

  private checkBound(name: string, scope: Scope, position: number): void {
    const visible = namesInSight(scope, this.tupleNames);
    if (name === "$" || visible.has(name)) return;
    this.warnings.push(unknownName(name, visible, position));
  }

  private core(node: AstNode, scope: Scope): Code {
    switch (node.type) {
      case "path":
        return compilePath(node, scope, this);
      case "name":
        return keyCode(node.value);
      case "string":
      case "number":
      case "value": {
        const { value } = node;
        return () => value;
      }
      case "variable":
        return node.value === "" ? context : this.variable(node.value, scope, node.position);
      case "binary":
        this.warnings.push(...binaryWarnings(node));
        return compileBinary(node, scope, this);
      case "unary":
        if (node.value === "-") return compileNegation(node, scope, this);
        this.spread *= Math.max(1, node.value === "[" ? node.expressions.length : node.lhs.length);
        return node.value === "[" ? compileArray(node, scope, this) : compileObject(node, scope, this);
      case "wildcard":
        return wildcard;
      case "descendant":
        return descendants;
      case "condition":
        return this.condition(node, scope, false);
      case "block":
        return this.block(node, scope, false);
      case "bind": {
        const slot = scope.declare(node.lhs.value);
        const value = this.compile(node.rhs, scope);
        return (input, frame) => {
          frame.values[slot] = value(input, frame);
          return frame.values[slot];
        };
      }
      case "function":
        return compileCall(node, scope, this);
      case "partial":
        return compilePartial(node, scope, this);
      case "lambda":
        if (node.thunk) return this.compile(node.body, scope);
        this.hasLambda = true;
        return compileLambda(node, scope, this);
      case "apply":
        return compileApply(node, scope, this);
      case "regex":
        return compileRegex(node);
      case "transform":
        return compileTransform(node, scope, this);
      case "parent":
        this.tupleNames.add(node.slot.label);
        return this.variable(node.slot.label, scope);
      default:
        throw unsupported(node.type === "operator" ? "`?` here" : node.type, node.position);
    }
  }

  private condition(node: ConditionNode, scope: Scope, tail: boolean): Code {
    const test = this.compile(node.condition, scope);
    const compile = (branch: AstNode) =>
      tail ? this.compileTail(branch, scope) : this.compile(branch, scope);
    const then = compile(node.then);
    const otherwise = node.else === undefined ? nothing : compile(node.else);
    return (input, frame) =>
      truthOf(test(input, frame), frame.run) ? then(input, frame) : otherwise(input, frame);
  }

  private block(node: BlockNode, outer: Scope, tail: boolean): Code {
    const scope = new Scope(outer);
    const last = node.expressions.length - 1;
    const parts = node.expressions.map((part, index) =>
      tail && index === last ? this.compileTail(part, scope) : this.compile(part, scope),
    );
    scope.elided = scope.slots.size === 0;
    if (parts.length === 0) return nothing;
    if (parts.length === 1 && scope.elided) return parts[0]!;
    return (input, frame) => {
      const inner = scope.elided ? frame : new Frame(unboundValues(scope.slots.size), frame, frame.run);
      for (let index = 0; index < last; index++) parts[index]!(input, inner);
      return parts[last]!(input, inner);
    };
  }
}

/** Enough for nested objects of a few dozen fields, and a tree that size is written in a moment. */
const spreadMax = 10_000;

export function unsupported(construct: string, position: number | undefined): ExpressionError {
  return new ExpressionError("EXPR_UNSUPPORTED", `Not supported yet: ${construct}`, position);
}

const nothing: Code = () => undefined;

const context: Code = (input) => (Array.isArray(input) && flagsOf(input) & WRAPPER ? input[0] : input);

/** `[]` behind a node: a sequence stays an array when it holds one item. */
function keeping(code: Code): Code {
  return (input, frame) => {
    const value = code(input, frame);
    if (Array.isArray(value) && flagsOf(value) !== 0) addFlags(value, KEEP);
    return collapse(value);
  };
}

function collapsing(code: Code): Code {
  return (input, frame) => collapse(code(input, frame));
}

/**
 * Whether a node's result may have to be collapsed. Nodes that pass on the result of another count too: collapsing the
 * one item of a sequence can bring up a sequence, left in it by a function's last call.
 */
function mayBeSequence(node: AstNode): boolean {
  if (node.predicate !== undefined || node.keepArray) return true;
  switch (node.type) {
    case "string":
    case "number":
    case "value":
    case "unary":
    case "lambda":
    case "regex":
    case "partial":
    case "transform":
      return false;
    case "binary":
      return node.value === "..";
    default:
      return true;
  }
}

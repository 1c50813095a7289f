/**
 * What an expression reads, found without evaluating it. A value is followed from the input through steps, variables,
 * conditions and the callbacks of `$map` and its like. Where it is used (compared, passed on, put into the result) the place
 * it came from counts as read, with everything below. Indexes are not told apart: `rows[0].v` and `rows.v` are one place.
 */
import type { AstNode, CallNode, Group, LambdaNode, PathNode, Stage } from "./ast.ts";
import type { ExpressionReferences } from "./expression.ts";
import { builtIns } from "./functions/builtIns.ts";
import { signatureTextOf } from "./functions/define.ts";

export function referencesOf(tree: AstNode): ExpressionReferences {
  const reader = new Reader();
  reader.use(reader.value(tree, { context: root, names: new Map() }));
  return reader.references();
}

/** Places of the input: the values of keys, one after the other. None: a value made by the expression. */
type Places = readonly (readonly string[])[];

const root: Places = [[]];
const made: Places = [];

interface Sight {
  /** Where `$` comes from. */
  readonly context: Places;
  /** Where the variables come from. */
  readonly names: Map<string, Places>;
}

class Reader {
  private readonly paths = new Map<string, readonly string[]>();
  private readonly bindings = new Set<string>();
  private readonly functions = new Set<string>();
  private dynamic = false;
  /** A function of the author's can take its first argument from `$`. */
  private signedInContext = false;

  references(): ExpressionReferences {
    const all = [...this.paths.values()];
    const isCovered = (path: readonly string[]) =>
      all.some((other) => other.length < path.length && other.every((key, index) => key === path[index]));
    return {
      paths: all.filter((path) => !isCovered(path)).sort((a, b) => (a.join("\n") < b.join("\n") ? -1 : 1)),
      bindings: [...this.bindings].sort(),
      functions: [...this.functions].sort(),
      dynamic: this.dynamic,
    };
  }

  /** Counts what a value came from as read. */
  use(places: Places): void {
    for (const path of places) this.paths.set(JSON.stringify(path), path);
  }

  /** @returns where the value of a node comes from */
  value(node: AstNode, sight: Sight): Places {
    let places = this.core(node, sight);
    for (const stage of [...(node.predicate ?? []), ...(node.stages ?? [])]) this.stage(stage, places, sight);
    if (node.group !== undefined) places = this.group(node.group, places, sight);
    return places;
  }

  private core(node: AstNode, sight: Sight): Places {
    switch (node.type) {
      case "path":
        return this.path(node, sight);
      case "name":
        return sight.context.map((path) => [...path, node.value]);
      case "variable":
        return this.variable(node.value, sight);
      case "wildcard":
      case "descendant":
        // Everything below is read, so where exactly the result comes from makes no difference any more.
        this.use(sight.context);
        return sight.context;
      case "parent":
        return sight.context.map((path) => path.slice(0, -1));
      case "binary":
        this.use(this.value(node.lhs, sight));
        this.use(this.value(node.rhs, sight));
        return made;
      case "unary":
        if (node.value === "-") return this.used(node.expression, sight);
        if (node.value === "[") return node.expressions.flatMap((item) => this.value(item, sight));
        return this.group(node, sight.context, sight);
      case "condition": {
        this.use(this.value(node.condition, sight));
        const otherwise = node.else === undefined ? made : this.value(node.else, sight);
        return [...this.value(node.then, sight), ...otherwise];
      }
      case "block": {
        const inner = { ...sight, names: new Map(sight.names) };
        return node.expressions.map((part) => this.value(part, inner)).at(-1) ?? made;
      }
      case "bind": {
        const places = this.value(node.rhs, sight);
        // A branch that is not taken leaves the outer meaning.
        sight.names.set(node.lhs.value, [...(sight.names.get(node.lhs.value) ?? made), ...places]);
        return places;
      }
      case "function":
        return this.call(node, node.arguments, sight);
      case "partial":
        this.use(this.value(node.procedure, sight));
        for (const arg of node.arguments) if (arg.type !== "operator") this.use(this.value(arg, sight));
        return made;
      case "lambda":
        return node.thunk ? this.value(node.body, sight) : this.lambda(node, [], sight, true);
      case "apply":
        return this.apply(node.lhs, node.rhs, sight);
      case "transform":
        return this.transform(node, sight);
      default:
        return made;
    }
  }

  private used(node: AstNode, sight: Sight): Places {
    this.use(this.value(node, sight));
    return made;
  }

  private variable(name: string, sight: Sight): Places {
    if (name === "") return sight.context;
    if (name === "$") return root;
    const known = sight.names.get(name);
    if (known !== undefined) return known;
    if (builtIns.has(name)) this.functions.add(name);
    else this.bindings.add(name);
    return made;
  }

  private path(node: PathNode, sight: Sight): Places {
    const names = new Map(sight.names);
    let context = sight.context;
    for (const step of node.steps) {
      const inner = { context, names };
      if (step.type === "sort") {
        for (const { expression } of step.terms) this.use(this.value(expression, inner));
        for (const stage of step.stages ?? []) this.stage(stage, context, inner);
        continue;
      }
      const places = this.core(step, inner);
      if (step.focus !== undefined) names.set(step.focus, places);
      if (step.index !== undefined) names.set(step.index, made);
      for (const stage of [...(step.predicate ?? []), ...(step.stages ?? [])])
        this.stage(stage, places, inner);
      const grouped = step.group === undefined ? places : this.group(step.group, places, inner);
      // Behind `@$x` the next step starts where this one did.
      if (step.focus === undefined) context = grouped;
    }
    const last = node.steps.at(-1);
    const places = last?.focus === undefined ? context : (names.get(last.focus) ?? made);
    return node.group === undefined ? places : this.group(node.group, places, { context: places, names });
  }

  private stage(stage: Stage, places: Places, sight: Sight): void {
    if (stage.type === "index") sight.names.set(stage.value ?? "", made);
    else if (stage.expr !== undefined) this.use(this.value(stage.expr, { ...sight, context: places }));
  }

  private group({ lhs }: Pick<Group, "lhs">, places: Places, sight: Sight): Places {
    const inner = { ...sight, context: places };
    for (const [key, value] of lhs) {
      this.use(this.value(key, inner));
      this.use(this.value(value, inner));
    }
    return made;
  }

  private apply(lhs: AstNode, rhs: AstNode, sight: Sight): Places {
    if (rhs.type === "function") return this.call(rhs, [lhs, ...rhs.arguments], sight);
    if (rhs.type === "lambda") return this.lambda(rhs, [this.value(lhs, sight)], sight, false);
    this.use(this.value(lhs, sight));
    if (rhs.type !== "transform") this.use(this.value(rhs, sight));
    else this.transform(rhs, { ...sight, context: this.value(lhs, sight) });
    return made;
  }

  private transform(node: Extract<AstNode, { type: "transform" }>, sight: Sight): Places {
    const found = this.value(node.pattern, sight);
    const inner = { ...sight, context: found };
    this.use(this.value(node.update, inner));
    if (node.delete !== undefined) this.use(this.value(node.delete, inner));
    return made;
  }

  private call(node: CallNode, args: readonly AstNode[], sight: Sight): Places {
    const { procedure } = node;
    if (procedure.type === "lambda") {
      return this.lambda(
        procedure,
        args.map((arg) => this.value(arg, sight)),
        sight,
        false,
      );
    }
    const name = procedure.type === "variable" ? procedure.value : undefined;
    const builtIn = name === undefined || sight.names.has(name) ? undefined : builtIns.get(name);
    if (name === undefined || builtIn === undefined) {
      this.use(this.value(procedure, sight));
      if (this.signedInContext) this.use(sight.context);
      for (const arg of args) this.use(this.value(arg, sight));
      return made;
    }
    this.functions.add(name);
    if (takesContext(signatureTextOf(builtIn), args.length)) this.use(sight.context);
    return this.builtIn(name, args, sight);
  }

  private builtIn(name: string, args: readonly AstNode[], sight: Sight): Places {
    const [first, second] = args;
    if (name === "eval") this.dynamic = true;
    if (name === "lookup" && second?.type === "string" && first !== undefined) {
      return this.value(first, sight).map((path) => [...path, String(second.value)]);
    }
    if (itemwise.has(name) && first !== undefined && second?.type === "lambda") {
      const items = this.value(first, sight);
      const given = name === "sort" ? [items, items] : [items, made, items];
      const result = this.lambda(second, given.slice(0, second.arguments.length), sight, false);
      if (name === "map") return result;
      this.use(result);
      return items;
    }
    for (const arg of args) this.use(this.value(arg, sight));
    return made;
  }

  /** @param apart the function is not called here: what it yields is used, as far as we know */
  private lambda(node: LambdaNode, given: readonly Places[], sight: Sight, apart: boolean): Places {
    const names = new Map(sight.names);
    for (const [index, param] of node.arguments.entries()) names.set(param.value, given[index] ?? made);
    for (const rest of given.slice(node.arguments.length)) this.use(rest);
    if (node.signature?.definition.includes("-")) {
      this.signedInContext = true;
      this.use(sight.context);
    }
    const result = this.value(node.body, { ...sight, names });
    if (!apart) return result;
    this.use(result);
    return made;
  }
}

/** Functions that pass the items of their first argument to a callback, and yield what it does, or some of the items. */
const itemwise: ReadonlySet<string> = new Set(["map", "filter", "single", "sort"]);

/** Whether an argument that was left out is taken from `$`. */
function takesContext(signature: string, given: number): boolean {
  const params =
    signature
      .slice(1)
      .replace(/:[^:]*$/, "")
      .match(/(?:\([a-z]+\)|[a-z])(?:<[^>]*>)?[-?+]*/g) ?? [];
  return (
    params.some((param) => param.includes("-")) &&
    given < params.filter((param) => !param.endsWith("?")).length
  );
}

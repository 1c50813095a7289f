/** Why an expression stays closures: something in it has no generated form that means the same. Thrown while generating. */
export class NotGenerated {
  readonly construct: string;
  constructor(construct: string) {
    this.construct = construct;
  }
}

/** A value in generated source: a name or a literal, never anything with an effect, so it may be written repeatedly. */
export interface Value {
  readonly js: string;
  /** What it surely is: then checks are left out. A `number` is no infinity and no NaN only when a literal. */
  readonly kind: Kind;
}

export type Kind = "any" | "number" | "string" | "boolean" | "function" | "literal number";

export const nothing: Value = { js: "undefined", kind: "any" };

/** Statements being written, and the constants they refer to. */
export class Writer {
  readonly constants: unknown[] = [];
  private lines: string[] = [];
  private names = 0;

  emit(line: string): void {
    this.lines.push(line);
  }

  fresh(): string {
    return `v${this.names++}`;
  }

  /** Declares a name with an expression as its value. */
  let(js: string, kind: Kind = "any"): Value {
    const name = this.fresh();
    this.emit(`let ${name} = ${js};`);
    return { js: name, kind };
  }

  constant(value: unknown): string {
    const known = this.constants.indexOf(value);
    return `k${known >= 0 ? known : this.constants.push(value) - 1}`;
  }

  /** Writes into a text of its own. */
  aside(write: () => void): string {
    const outer = this.lines;
    const own: string[] = [];
    this.lines = own;
    try {
      write();
    } finally {
      this.lines = outer;
    }
    return own.join("\n");
  }
}

/** The variables in sight: where each lives in generated source. */
export class Names {
  readonly parent: Names | undefined;
  private readonly bound = new Map<string, string>();
  /** Bound further on in the same block: what they mean before that takes frames to say. */
  private readonly later: Set<string>;
  constructor(parent: Names | undefined, later: Iterable<string> = []) {
    this.parent = parent;
    this.later = new Set(later);
  }

  bind(name: string, js: string): void {
    this.bound.set(name, js);
    this.later.delete(name);
  }

  /** @throws NotGenerated for a name that is bound later */
  find(name: string): string | undefined {
    for (let at: Names | undefined = this; at !== undefined; at = at.parent) {
      if (at.later.has(name)) throw new NotGenerated(`$${name} before it is bound`);
      const js = at.bound.get(name);
      if (js !== undefined) return js;
    }
    return undefined;
  }
}

/** Where a node stands: what it is evaluated on, the variables it sees, and whether its last call is its caller's. */
export interface Place {
  readonly input: string;
  readonly names: Names;
  readonly tail?: boolean;
  /** A predicate follows that works on a function's result as it is, before it is collapsed. */
  readonly raw?: boolean;
}

/** The place of a part of a node. */
export function inside({ input, names }: Place): Place {
  return { input, names };
}

/**
 * The syntax of a regular expression, as far as matching in linear time goes: no look-around, no backreferences. The
 * host has accepted the source already, so this reads well-formed patterns only (ECMAScript, without the `u` flag).
 */
export type PatternNode =
  | { readonly kind: "unit"; readonly source: string }
  | { readonly kind: "assert"; readonly test: "^" | "$" | "b" | "B" }
  | { readonly kind: "group"; readonly index: number; readonly body: PatternNode }
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly PatternNode[] }
  | Repeat;

export interface Repeat {
  readonly kind: "repeat";
  readonly body: PatternNode;
  readonly min: number;
  readonly max: number;
  readonly lazy: boolean;
  /** The groups inside the body, which every round forgets: from, to (exclusive). */
  readonly groups: readonly [number, number];
}

export interface Pattern {
  readonly root: PatternNode;
  /** Capturing groups, the whole match not counted. */
  readonly groupCount: number;
}

/** What a pattern holds that cannot be matched in linear time, in words for its author. */
export class PatternRefusal {
  readonly construct: string;
  constructor(construct: string) {
    this.construct = construct;
  }
}

/** @throws PatternRefusal */
export function parsePattern(source: string): Pattern {
  const reader = new Reader(source);
  const root = reader.choice();
  return { root, groupCount: reader.groupCount };
}

class Reader {
  groupCount = 0;
  private at = 0;
  private readonly source: string;
  constructor(source: string) {
    this.source = source;
  }

  choice(): PatternNode {
    const parts = [this.sequence()];
    while (this.take("|")) parts.push(this.sequence());
    return parts.length === 1 ? parts[0]! : { kind: "choice", parts };
  }

  private sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.at < this.source.length && !this.sees("|") && !this.sees(")")) parts.push(this.term());
    return parts.length === 1 ? parts[0]! : { kind: "sequence", parts };
  }

  private term(): PatternNode {
    const first = this.groupCount + 1;
    const body = this.atom();
    const count = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})(\??)/.exec(this.source.slice(this.at, this.at + 32));
    if (count === null || body.kind === "assert") return body;
    this.at += count[0].length;
    const [, sign, least = "", comma, most = "", lazy] = count;
    const min = sign === undefined ? Number(least) : sign === "+" ? 1 : 0;
    const open = sign === undefined ? comma !== undefined && most === "" : sign !== "?";
    const max = open
      ? Number.POSITIVE_INFINITY
      : sign === "?"
        ? 1
        : Number(comma === undefined ? least : most);
    return { kind: "repeat", body, min, max, lazy: lazy === "?", groups: [first, this.groupCount + 1] };
  }

  private atom(): PatternNode {
    if (this.take("(")) return this.group();
    if (this.take("^")) return { kind: "assert", test: "^" };
    if (this.take("$")) return { kind: "assert", test: "$" };
    const start = this.at;
    if (this.take("[")) {
      while (!this.take("]")) this.at += this.sees("\\") ? 2 : 1;
      return this.unit(start);
    }
    if (this.take("\\")) return this.escape(start);
    this.at++;
    return this.unit(start);
  }

  private unit(start: number): PatternNode {
    return { kind: "unit", source: this.source.slice(start, this.at) };
  }

  private group(): PatternNode {
    const special = /^\?(?:<([=!])|([=!])|:|<[^>]*>|)/.exec(this.source.slice(this.at, this.at + 256));
    if (special?.[1] !== undefined) throw new PatternRefusal("looking behind, (?<= or (?<!");
    if (special?.[2] !== undefined) throw new PatternRefusal("looking ahead, (?= or (?!");
    if (special?.[0] === "?") throw new PatternRefusal("flags inside a pattern, (?i:");
    this.at += special?.[0].length ?? 0;
    const captures = special === null || special[0].startsWith("?<");
    const index = captures ? ++this.groupCount : 0;
    const body = this.choice();
    this.take(")");
    return captures ? { kind: "group", index, body } : body;
  }

  private escape(start: number): PatternNode {
    const letter = this.source[this.at++];
    if (letter === "b" || letter === "B") return { kind: "assert", test: letter };
    if (letter === "k" && this.sees("<")) throw new PatternRefusal("referring back to a group, \\k<name>");
    if (letter !== undefined && /[1-9]/.test(letter)) {
      throw new PatternRefusal(`referring back to a group, \\${letter}`);
    }
    const rest = this.source.slice(this.at, this.at + 4);
    if (letter === "x" && /^[0-9a-f]{2}/i.test(rest)) this.at += 2;
    if (letter === "u" && /^[0-9a-f]{4}/i.test(rest)) this.at += 4;
    if (letter === "c" && /^[a-z]/i.test(rest)) this.at += 1;
    else if (letter === "c") this.at--; // `\c` before anything else is a backslash.
    if (letter === "0" && /^[0-7]/.test(rest)) throw new PatternRefusal("octal characters, \\01");
    return letter === "c" && this.at === start + 1 ? { kind: "unit", source: "\\\\" } : this.unit(start);
  }

  private sees(character: string): boolean {
    return this.source[this.at] === character;
  }

  private take(character: string): boolean {
    if (!this.sees(character)) return false;
    this.at++;
    return true;
  }
}

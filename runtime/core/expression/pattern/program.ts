import { type Pattern, type PatternNode, PatternRefusal, type Repeat } from "./syntax.ts";

/**
 * A pattern as instructions for the matcher. Numbers in `next` and `other` are instructions; a split prefers `next`.
 * `round` begins a round of a repetition whose body can match nothing, `progress` ends it and gives up where nothing was
 * consumed, as ECMAScript demands.
 */
export interface Instruction {
  readonly op: "unit" | "split" | "jump" | "save" | "forget" | "assert" | "round" | "progress" | "match";
  next: number;
  other: number;
  /** The slot to save to, the first slot to forget, the bit of the repetition, the index of the unit or assertion. */
  readonly value: number;
  /** Behind the last slot to forget. */
  readonly end: number;
}

export interface Program {
  readonly instructions: readonly Instruction[];
  readonly units: readonly UnitTest[];
  readonly asserts: readonly ("^" | "$" | "b" | "B")[];
  readonly slots: number;
  /** Repetitions whose rounds can be empty. */
  readonly rounds: number;
}

/** @throws PatternRefusal */
export function compilePattern(pattern: Pattern, ignoreCase: boolean): Program {
  const builder = new Builder(ignoreCase);
  builder.add("save", 0);
  builder.node(pattern.root);
  builder.add("save", 1);
  builder.add("match");
  const { instructions, units, asserts, rounds } = builder;
  return { instructions, units: [...units.values()], asserts, slots: 2 * (pattern.groupCount + 1), rounds };
}

/** Whether one UTF-16 unit fits a character, a class or an escape. The host decides, once for each unit of ASCII. */
export class UnitTest {
  private readonly regex: RegExp;
  /** 0 unknown, 1 fits, 2 does not. */
  private readonly ascii = new Uint8Array(128);
  constructor(source: string, ignoreCase: boolean) {
    this.regex = new RegExp(`^${source}$`, ignoreCase ? "i" : "");
  }

  fits(unit: number): boolean {
    if (unit >= 128) return this.regex.test(String.fromCharCode(unit));
    let known = this.ascii[unit];
    if (known === 0) {
      known = this.regex.test(String.fromCharCode(unit)) ? 1 : 2;
      this.ascii[unit] = known;
    }
    return known === 1;
  }
}

/** Counted repetitions are written out: `(ab){50}{50}` grows with the product of its counts. */
const instructionsMax = 4_000;
/** The matcher tells states apart by which of these repetitions have consumed something: two to the power of them. */
const roundsMax = 4;

class Builder {
  readonly instructions: Instruction[] = [];
  readonly units = new Map<string, UnitTest>();
  readonly asserts: ("^" | "$" | "b" | "B")[] = [];
  rounds = 0;
  private readonly bits = new Map<Repeat, number>();
  private readonly unitIndexes = new Map<string, number>();
  private readonly ignoreCase: boolean;
  constructor(ignoreCase: boolean) {
    this.ignoreCase = ignoreCase;
  }

  add(op: Instruction["op"], value = 0, end = 0): Instruction {
    if (this.instructions.length >= instructionsMax) throw new PatternRefusal("so many counted repetitions");
    const instruction = { op, value, end, next: this.instructions.length + 1, other: 0 };
    this.instructions.push(instruction);
    return instruction;
  }

  node(node: PatternNode): void {
    switch (node.kind) {
      case "unit":
        this.add("unit", this.unit(node.source));
        return;
      case "assert":
        this.add("assert", this.asserts.push(node.test) - 1);
        return;
      case "group":
        this.add("save", node.index * 2);
        this.node(node.body);
        this.add("save", node.index * 2 + 1);
        return;
      case "sequence":
        for (const part of node.parts) this.node(part);
        return;
      case "choice":
        this.choice(node.parts);
        return;
      case "repeat":
        this.repeat(node);
    }
  }

  private unit(source: string): number {
    let index = this.unitIndexes.get(source);
    if (index === undefined) {
      index = this.units.size;
      this.unitIndexes.set(source, index);
      this.units.set(source, new UnitTest(source, this.ignoreCase));
    }
    return index;
  }

  private choice(parts: readonly PatternNode[]): void {
    const jumps: Instruction[] = [];
    parts.forEach((part, index) => {
      const split = index < parts.length - 1 ? this.add("split") : undefined;
      this.node(part);
      if (split === undefined) return;
      jumps.push(this.add("jump"));
      split.other = this.instructions.length;
    });
    for (const jump of jumps) jump.next = this.instructions.length;
  }

  private repeat(node: Repeat): void {
    const bit = isNullable(node.body) ? this.bitOf(node) : -1;
    if (this.rounds > roundsMax) throw new PatternRefusal("so many repetitions of what can be empty");
    for (let round = 0; round < node.min; round++) this.round(node, -1);
    if (node.max === Number.POSITIVE_INFINITY) {
      const split = this.add("split");
      const start = this.instructions.length - 1;
      this.round(node, bit);
      this.add("jump").next = start;
      this.leave(split, node.lazy);
      return;
    }
    const splits: Instruction[] = [];
    for (let round = node.min; round < node.max; round++) {
      splits.push(this.add("split"));
      this.round(node, bit);
    }
    for (const split of splits) this.leave(split, node.lazy);
  }

  /** One for all copies of a repetition that is itself repeated: their rounds never overlap. */
  private bitOf(node: Repeat): number {
    let bit = this.bits.get(node);
    if (bit === undefined) {
      bit = this.rounds++;
      this.bits.set(node, bit);
    }
    return bit;
  }

  private round(node: Repeat, bit: number): void {
    const [from, to] = node.groups;
    if (to > from) this.add("forget", from * 2, to * 2);
    if (bit >= 0) this.add("round", bit);
    this.node(node.body);
    if (bit >= 0) this.add("progress", bit);
  }

  /** Lets a split go on behind the repetition: first when it is lazy, else last. */
  private leave(split: Instruction, lazy: boolean): void {
    const behind = this.instructions.length;
    split.other = lazy ? split.next : behind;
    if (lazy) split.next = behind;
  }
}

function isNullable(node: PatternNode): boolean {
  switch (node.kind) {
    case "unit":
      return false;
    case "assert":
      return true;
    case "group":
      return isNullable(node.body);
    case "sequence":
      return node.parts.every(isNullable);
    case "choice":
      return node.parts.some(isNullable);
    case "repeat":
      return node.min === 0 || isNullable(node.body);
  }
}

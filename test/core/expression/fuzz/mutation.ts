import type { Chance } from "./chance.ts";

/** Expressions made of the words of others: each keeps the shape of one and takes words of its kind from the rest. */
export class Mutations {
  private readonly sources: readonly (readonly Token[])[];
  private readonly words = new Map<string, string[]>();
  constructor(sources: readonly string[]) {
    this.sources = sources.map(tokens);
    for (const { kind, text } of this.sources.flat()) {
      const list = this.words.get(kind);
      if (list === undefined) this.words.set(kind, [text]);
      else list.push(text);
    }
  }

  expression(chance: Chance): string {
    const words = [...chance.pick(this.sources)];
    for (let changes = 1 + chance.below(3); changes > 0; changes--) {
      const at = chance.below(words.length);
      const { kind } = words[at]!;
      if (kind !== "blank") words[at] = { kind, text: chance.pick(this.words.get(kind)!) };
    }
    return words.map(({ text }) => text).join("");
  }
}

interface Token {
  readonly kind: string;
  readonly text: string;
}

const kinds =
  /(?<blank>\s+|\/\*[\s\S]*?\*\/)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<pattern>\/(?:[^/\\\n]|\\.)+\/[im]*(?=\s*[,)(]))|(?<name>`[^`]*`|[A-Za-z_]\w*)|(?<function>\$\w+(?=\s*\())|(?<variable>\$\w*)|(?<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(?<operator>:=|!=|<=|>=|~>|\*\*|\.\.|\?:|\?\?|[-+*/%=<>&])|(?<other>[\s\S])/g;

function tokens(source: string): Token[] {
  return Array.from(source.matchAll(kinds), ({ groups, 0: text }) => {
    const kind = Object.entries(groups ?? {}).find(([, found]) => found !== undefined)?.[0] ?? "other";
    // A bracket stays a bracket: only signs of the same form change places.
    return { kind: kind === "other" ? text : kind, text };
  });
}

/**
 * Random expressions of the whole language, by a grammar that knows kinds: most of what it writes evaluates to something, and
 * now and then it puts a kind where another is wanted.
 */
import type { Chance } from "./chance.ts";
import {
  datePictures,
  fields,
  inner,
  integerPictures,
  numberPictures,
  numbers,
  patterns,
  texts,
  zones,
} from "./words.ts";

type Kind = "number" | "text" | "truth" | "array" | "object" | "function" | "any";

export class Grammar {
  private readonly chance: Chance;
  /** Variables in sight. */
  private names: string[] = [];
  private depth = 0;
  constructor(chance: Chance) {
    this.chance = chance;
  }

  expression(): string {
    return this.of("any");
  }

  /** An expression of a kind, more or less. */
  private of(kind: Kind): string {
    const { chance } = this;
    const wanted = chance.oneIn(25) ? "any" : kind;
    if (this.depth >= depthMax) return this.leaf(wanted);
    this.depth++;
    const text = chance.oneIn(6) ? this.anything(wanted) : this[wanted]();
    this.depth--;
    return text;
  }

  private leaf(kind: Kind): string {
    const { chance } = this;
    if (this.names.length > 0 && chance.oneIn(4)) return `$${chance.pick(this.names)}`;
    switch (kind) {
      case "number":
        return chance.oneIn(2) ? chance.pick(numbers) : chance.pick(fields.number);
      case "text":
        return chance.oneIn(2) ? chance.pick(texts) : chance.pick(fields.text);
      case "truth":
        return chance.pick(["true", "false", "b", "gone"]);
      case "array":
        return chance.pick(fields.array);
      case "object":
        return chance.pick(fields.object);
      case "function":
        return chance.pick([
          "$string",
          "$uppercase",
          "$sum",
          "$exists",
          "$abs",
          "$count",
          "$not",
          ...patterns,
        ]);
      case "any":
        return chance.pick([...fields.any, ...inner, "null", "1", '"a"', "true"]);
    }
  }

  /** What any kind can stand in. */
  private anything(kind: Kind): string {
    const one = () => this.of(kind);
    switch (this.chance.below(12)) {
      case 0:
        return `(${this.of("truth")} ? ${one()} : ${one()})`;
      case 1:
        return `(${this.of("truth")} ? ${one()})`;
      case 2:
        return `(${one()} ?? ${one()})`;
      case 3:
        return `(${one()} ?: ${one()})`;
      case 4:
        return this.block(kind);
      case 5:
        return `(${one()})[${this.predicate()}]`;
      case 6:
        return `${this.lambda(2, kind)}(${this.of("any")}, ${this.of("any")})`;
      case 7:
        return `$lookup(${this.of("object")}, ${this.of("text")})`;
      case 8:
        return `$single(${this.of("array")}, ${this.lambda(1, "truth")})`;
      case 9:
        return `$reduce(${this.of("array")}, ${this.lambda(2, kind)}${this.chance.oneIn(2) ? `, ${one()}` : ""})`;
      case 10:
        return `(${this.of("any")} ~> ${this.lambda(1, kind)})`;
      default:
        return `${this.of("object")}.(${one()})`;
    }
  }

  private any(): string {
    return this[this.chance.pick(["number", "text", "truth", "array", "array", "object", "path"] as const)]();
  }

  private number(): string {
    const { chance } = this;
    const n = () => this.of("number");
    switch (chance.below(16)) {
      case 0:
      case 1:
      case 2:
        return `(${n()} ${chance.pick(["+", "-", "*", "/", "%"])} ${n()})`;
      case 3:
        return `$${chance.pick(["sum", "max", "min", "average", "count"])}(${this.of("array")})`;
      case 4:
        return `$${chance.pick(["abs", "floor", "ceil", "sqrt", "round", "number"])}(${n()})`;
      case 5:
        return `$round(${n()}, ${chance.pick(["0", "1", "2", "-1", "-2", "20"])})`;
      case 6:
        return `$power(${n()}, ${n()})`;
      case 7:
        return `$number(${this.of(chance.pick(["text", "truth", "any"]))})`;
      case 8:
        return `$length(${this.of("text")})`;
      case 9:
        return `-${this.leaf("number")}`;
      case 10:
        return `$toMillis(${this.of("text")}${chance.oneIn(2) ? `, "${chance.pick(datePictures)}"` : ""})`;
      case 11:
        return `$toMillis($fromMillis(${n()}, "${chance.pick(datePictures)}"), "${chance.pick(datePictures)}")`;
      case 12: {
        const picture = chance.pick(integerPictures);
        return `$parseInteger($formatInteger(${n()}, "${picture}"), "${chance.oneIn(3) ? chance.pick(integerPictures) : picture}")`;
      }
      default:
        return this.leaf("number");
    }
  }

  private text(): string {
    const { chance } = this;
    const t = () => this.of("text");
    const n = () => this.of("number");
    switch (chance.below(22)) {
      case 0:
      case 1:
        return `(${this.of("any")} & ${t()})`;
      case 2:
        return `$string(${this.of("any")}${chance.oneIn(3) ? ", true" : ""})`;
      case 3:
        return `$${chance.pick(["uppercase", "lowercase", "trim", "base64encode", "base64decode", "encodeUrl", "encodeUrlComponent", "decodeUrl", "decodeUrlComponent", "type"])}(${t()})`;
      case 4:
        return `$substring(${t()}, ${n()}${chance.oneIn(2) ? `, ${n()}` : ""})`;
      case 5:
        return `$${chance.pick(["substringBefore", "substringAfter"])}(${t()}, ${t()})`;
      case 6:
        return `$join(${this.of("array")}${chance.oneIn(2) ? `, ${t()}` : ""})`;
      case 7:
        return `$pad(${t()}, ${chance.pick(["5", "-5", "0", "12", "n"])}${chance.oneIn(2) ? `, ${t()}` : ""})`;
      case 8:
        return `$replace(${t()}, ${chance.oneIn(2) ? t() : chance.pick(patterns)}, ${chance.pick(['"<$0>"', '"$2$1"', '"$$"', '"$x$"', '"$12"', "function($m){ $m.match & $m.groups[0] }", t()])}${chance.oneIn(3) ? `, ${n()}` : ""})`;
      case 9:
      case 10:
        return `$formatNumber(${n()}, ${chance.oneIn(6) ? "fmt" : `"${chance.pick(numberPictures)}"`}${chance.oneIn(4) ? `, ${chance.pick(numberOptions)}` : ""})`;
      case 11:
        return `$formatInteger(${n()}, "${chance.pick(integerPictures)}")`;
      case 12:
      case 13:
        return `$fromMillis(${n()}${chance.oneIn(5) ? "" : `, "${chance.pick(datePictures)}"${chance.pick(zones)}`})`;
      case 14:
        return `$formatBase(${n()}${chance.oneIn(2) ? `, ${chance.pick(["2", "16", "36", "37", "1", "n"])}` : ""})`;
      case 15:
        return `$type(${this.of("any")})`;
      case 16:
        return `$match(${t()}, ${chance.pick(patterns)})[0].${chance.pick(["match", "groups", "index", "groups[1]"])}`;
      case 17:
        return `$split(${t()}, ${chance.oneIn(2) ? t() : chance.pick(patterns)})[${chance.pick(["0", "1", "-1"])}]`;
      default:
        return this.leaf("text");
    }
  }

  private truth(): string {
    const { chance } = this;
    switch (chance.below(12)) {
      case 0:
      case 1:
        return `(${this.of("number")} ${chance.pick(["<", "<=", ">", ">="])} ${this.of("number")})`;
      case 2:
        return `(${this.of("text")} ${chance.pick(["<", ">=", "=", "!="])} ${this.of("text")})`;
      case 3:
        return `(${this.of("any")} ${chance.pick(["=", "!="])} ${this.of("any")})`;
      case 4:
      case 5:
        return `(${this.of("truth")} ${chance.pick(["and", "or"])} ${this.of("truth")})`;
      case 6:
        return `(${this.of("any")} in ${this.of("array")})`;
      case 7:
        return `$${chance.pick(["exists", "boolean", "not"])}(${this.of("any")})`;
      case 8:
        return `$contains(${this.of("text")}, ${chance.oneIn(2) ? this.of("text") : chance.pick(patterns)})`;
      default:
        return this.leaf("truth");
    }
  }

  private array(): string {
    const { chance } = this;
    const a = () => this.of("array");
    switch (chance.below(24)) {
      case 0:
        return `[${this.list("any")}]`;
      case 1:
        return `[${chance.pick(["0..3", "-1..1", "n..9", "3..1", "1..$count(list)", "1..2, 4, 6..7"])}]`;
      case 2:
      case 3:
        return `$map(${a()}, ${this.callback("any")})`;
      case 4:
        return `$filter(${a()}, ${this.callback("truth")})`;
      case 5:
        return `$sort(${a()}${chance.oneIn(2) ? `, ${this.lambda(2, "truth")}` : ""})`;
      case 6:
        return `$${chance.pick(["distinct", "reverse", "keys", "spread"])}(${this.of(chance.pick(["array", "object"]))})`;
      case 7:
        return `$append(${this.of("any")}, ${a()})`;
      case 8:
        return `$zip(${this.list("array")})`;
      case 9:
        return `$split(${this.of("text")}, ${chance.oneIn(2) ? this.of("text") : chance.pick(patterns)}${chance.oneIn(3) ? `, ${this.of("number")}` : ""})`;
      case 10:
        return `$match(${this.of("text")}, ${chance.pick(patterns)}${chance.oneIn(3) ? ", 1" : ""}).match`;
      case 11:
        return `$each(${this.of("object")}, ${this.callback("any")})`;
      case 12:
      case 13:
        return this.tuples();
      case 14:
      case 15:
        return this.ordered();
      case 16:
        return `(${a()} ~> ${this.callback("any")})`;
      case 17:
        return `(${a()})[]`;
      default:
        return this.path();
    }
  }

  private object(): string {
    const { chance } = this;
    switch (chance.below(14)) {
      case 0:
      case 1:
        return `{${this.pairs()}}`;
      case 2:
      case 3:
        return `${this.path()}{${this.pairs()}}`;
      case 4:
        return `$merge(${this.of(chance.pick(["array", "object"]))})`;
      case 5:
        return `$sift(${this.of("object")}, ${this.callback("truth")})`;
      case 6:
      case 7:
        return `(${this.of("object")} ~> ${this.transform()})`;
      case 8:
        return `$spread(${this.of("object")})[0]`;
      case 9:
        return `$single(rows, ${this.lambda(1, "truth")})`;
      case 10:
        return `$eval('{"k": ${chance.pick(["n", "list", "$", "rows.k", "1 + n"])}}')`;
      default:
        return this.leaf("object");
    }
  }

  private function(): string {
    const { chance } = this;
    switch (chance.below(8)) {
      case 0:
        return `(${this.of("function")} ~> ${this.of("function")})`;
      case 1:
        return chance.pick([
          "$substring(?, 0, 1)",
          "$append(?, 1)",
          "$join(?, '-')",
          "$contains(?, 'a')",
          "$power(2, ?)",
        ]);
      case 2:
        return chance.pick(patterns);
      case 3:
        return this.leaf("function");
      default:
        return this.lambda(1 + chance.below(2), "any");
    }
  }

  private path(): string {
    const { chance } = this;
    let path: string = chance.oneIn(8) ? this.step() : chance.pick([...fields.any, ...fields.array]);
    if (this.names.length > 0 && chance.oneIn(6)) path = `$${chance.pick(this.names)}`;
    for (let steps = chance.below(3); steps > 0; steps--) path += `.${this.step()}`;
    if (chance.oneIn(5)) path += `[${this.predicate()}]`;
    if (chance.oneIn(10)) path += "[]";
    return path;
  }

  private step(): string {
    const { chance } = this;
    switch (chance.below(14)) {
      case 0:
        return `(${this.of("any")})`;
      case 1:
        return `[${this.list("any")}]`;
      case 2:
        return `{${this.pairs()}}`;
      case 3:
        return `$${chance.pick(["string", "count", "type", "exists", "keys"])}($)`;
      case 4:
        return `${chance.pick(inner)}[${this.predicate()}]`;
      case 5:
        return chance.pick(["**", "*", "$", "%", "**.v"]);
      case 6:
        return `${chance.pick(inner)}[]`;
      default:
        return chance.pick(inner);
    }
  }

  private predicate(): string {
    const { chance } = this;
    switch (chance.below(8)) {
      case 0:
      case 1:
        return chance.pick(["0", "1", "-1", "-2", "1.7", "[0, 2]", "[0..1]", "[-1, 0, 0]"]);
      case 2:
        return `${chance.pick(inner)} ${chance.pick(["=", "!=", ">", "<="])} ${this.leaf(chance.pick(["number", "text"]))}`;
      case 3:
        return this.of("number");
      case 4:
        return chance.pick(inner);
      default:
        return this.of("truth");
    }
  }

  /** Paths with variables on their steps. */
  private tuples(): string {
    const { chance } = this;
    const known = this.names.length;
    const base = chance.pick([
      "rows",
      "rows.items",
      "list",
      "words",
      "o",
      "$",
      "rows.a",
      "one",
      "(rows; rows)",
    ]);
    let path = `${base}${this.mark()}`;
    for (let steps = chance.below(3); steps > 0; steps--) path += `.${chance.pick(inner)}${this.mark()}`;
    if (chance.oneIn(4)) path += `[${this.predicate()}]`;
    if (chance.oneIn(5)) path += `^(${this.terms()})`;
    switch (chance.below(6)) {
      case 0:
        path += `.{${this.pairs()}, "up": ${chance.pick(["%", "%.k", "%.%.n", "$$.n"])}}`;
        break;
      case 1:
        path += `{${this.pairs()}}`;
        break;
      case 2:
        path += `.[${this.list("any")}, %.k]`;
        break;
      case 3:
        path += ".%.k";
        break;
      default:
        path += `.(${this.of("any")})`;
    }
    if (chance.oneIn(8)) path += "[]";
    this.names.length = known;
    return path;
  }

  private mark(): string {
    const { chance } = this;
    let mark = "";
    for (let marks = chance.below(3); marks > 0; marks--) {
      const name = chance.pick(["i", "x", "y"]);
      const sign = chance.pick(["#", "@"]);
      if (mark.includes(sign)) continue;
      mark = sign === "@" ? `@$${name}${mark}` : `${mark}#$${name}`;
      this.names.push(name);
    }
    if (mark !== "" && chance.oneIn(4)) mark += `[${this.predicate()}]`;
    return mark;
  }

  private ordered(): string {
    return `${this.path()}^(${this.terms()})${this.chance.oneIn(3) ? `.${this.step()}` : ""}${this.chance.oneIn(4) ? `[${this.predicate()}]` : ""}`;
  }

  private terms(): string {
    const { chance } = this;
    const term = () =>
      `${chance.pick(["", "<", ">"])}${chance.oneIn(3) ? this.of(chance.pick(["number", "text"])) : chance.pick(inner)}`;
    return chance.oneIn(3) ? `${term()}, ${term()}` : term();
  }

  private transform(): string {
    const { chance } = this;
    const remove = chance.pick(["", "", ", 'v'", ", ['k', 'a']", ", k", ", gone", `, ${this.of("text")}`]);
    return `|${chance.pick(["$", "rows", "**", "o", "rows[v > 1]", "deep", "*", "rows.items", "gone", "list"])}|${this.chance.oneIn(8) ? this.of("any") : `{${this.pairs()}}`}${remove}|`;
  }

  private block(kind: Kind): string {
    const known = this.names.length;
    const { chance } = this;
    let text = "(";
    for (let binds = 1 + chance.below(2); binds > 0; binds--) {
      const name = chance.pick(["x", "y", "f", "n"]);
      const value = name === "f" ? this.of("function") : this.of("any");
      text += `$${name} := ${value}; `;
      this.names.push(name);
      if (name === "f" && chance.oneIn(2)) text += `$y := $f(${this.of("any")}); `;
    }
    text += `${this.of(kind)}${chance.oneIn(8) ? ";" : ""})`;
    this.names.length = known;
    return text;
  }

  private lambda(params: number, result: Kind): string {
    const { chance } = this;
    const known = this.names.length;
    const names = ["v", "i", "l"].slice(0, params);
    this.names.push(...names);
    const word = chance.oneIn(5) ? "λ" : "function";
    const signature = chance.oneIn(6)
      ? chance.pick([
          "<x-:x>",
          "<n-n?:n>",
          "<s:s>",
          "<a<n>:n>",
          "<xx?:x>",
          "<(ns)-:s>",
          "<j-:j>",
          "<o-:x>",
          "<a+:a>",
          "<b?:x>",
          "<af?:a>",
        ])
      : "";
    const text = `${word}(${names.map((name) => `$${name}`).join(", ")})${signature}{ ${this.of(result)} }`;
    this.names.length = known;
    return text;
  }

  /** A function for `$map` and its like. */
  private callback(result: Kind): string {
    return this.chance.oneIn(4) ? this.of("function") : this.lambda(1 + this.chance.below(3), result);
  }

  private pairs(): string {
    const { chance } = this;
    const key = () => chance.pick(['"k"', '"l"', "k", "$string(v)", '"x" & v', "s", '"m"']);
    const pair = () => `${key()}: ${chance.oneIn(3) ? chance.pick(inner) : this.of("any")}`;
    return Array.from({ length: 1 + chance.below(2) }, pair).join(", ");
  }

  private list(kind: Kind): string {
    return Array.from({ length: 1 + this.chance.below(3) }, () => this.of(kind)).join(", ");
  }
}

const depthMax = 4;

const numberOptions = [
  '{"decimal-separator": ",", "grouping-separator": "."}',
  '{"minus-sign": "~"}',
  '{"zero-digit": "٠"}',
  '{"percent": "pc", "exponent-separator": "E"}',
  "{}",
] as const;

import { Fault } from "./fault.ts";
import { FunctionValue } from "./functionValue.ts";

/**
 * A function signature such as `<s-nn?:s>`: checks arguments, fills in the context (`-`), wraps single values where an
 * array is wanted. The part behind the colon is documentation.
 */
export interface Signature {
  /** @throws Fault T0410, T0411, T0412 */
  check(args: readonly unknown[], context: unknown): readonly unknown[];
}

/** @param definition already accepted by the parser, which refuses malformed ones */
export function createSignature(definition: string): Signature {
  const params = parseParams(definition);
  const pattern = new RegExp(`^${params.map((param) => `(${param.pattern})`).join("")}$`);
  return {
    check(args, context) {
      return checkInOrder(params, args) ?? checkByPattern(params, pattern, args, context);
    },
  };
}

interface Param {
  readonly type: string;
  /** The kinds of acceptable values, as bits. */
  readonly kinds: number;
  subtype?: string;
  contextual: boolean;
  repeat: "" | "?" | "+";
  pattern: string;
}

const symbolsByType: Readonly<Record<string, string>> = {
  s: "sm",
  n: "nm",
  b: "bm",
  l: "lm",
  o: "om",
  a: "asnblfom",
  f: "f",
  j: "asnblom",
  x: "asnblfom",
};

function parseParams(definition: string): Param[] {
  const params: Param[] = [];
  for (let at = 1; at < definition.length && definition[at] !== ":"; at++) {
    const symbol = definition[at]!;
    const last = params.at(-1);
    if (symbol === "(") {
      const end = closing(definition, at, "(", ")");
      const choice = definition.slice(at + 1, end);
      params.push(param(`(${choice})`, `${choice}m`));
      at = end;
    } else if (symbol === "<" && last !== undefined) {
      const end = closing(definition, at, "<", ">");
      last.subtype = definition.slice(at + 1, end);
      at = end;
    } else if (symbol === "-" && last !== undefined) {
      last.contextual = true;
      last.pattern += "?";
    } else if ((symbol === "?" || symbol === "+") && last !== undefined) {
      last.repeat = symbol;
      last.pattern += symbol;
    } else if (Object.hasOwn(symbolsByType, symbol)) {
      params.push(param(symbol, symbolsByType[symbol]!));
    }
  }
  return params;
}

function param(type: string, symbols: string): Param {
  let accepted = 0;
  for (const symbol of symbols) accepted |= kinds[symbol as keyof typeof kinds] ?? 0;
  return { type, kinds: accepted, contextual: false, repeat: "", pattern: `[${symbols}]` };
}

function closing(text: string, start: number, open: string, close: string): number {
  let depth = 1;
  let at = start;
  while (depth > 0 && at < text.length) {
    at++;
    if (text[at] === close) depth--;
    else if (text[at] === open) depth++;
  }
  return at;
}

/** The common case without building the symbol string: each argument fits its own parameter, the rest is optional. */
function checkInOrder(params: readonly Param[], args: readonly unknown[]): readonly unknown[] | undefined {
  if (args.length > params.length) return undefined;
  for (let index = 0; index < params.length; index++) {
    const param = params[index]!;
    if (param.repeat === "+") return undefined;
    const fits =
      index < args.length
        ? (param.kinds & kindOf(args[index])) !== 0
        : param.repeat === "?" && !param.contextual;
    if (!fits) return undefined;
  }
  let checked: unknown[] | undefined;
  for (let index = 0; index < args.length; index++) {
    const param = params[index]!;
    if (param.type !== "a") continue;
    const array = toArray(param, args[index], kindOf(args[index]), index);
    if (array === args[index]) continue;
    checked ??= args.slice();
    checked[index] = array;
  }
  return checked ?? args;
}

function checkByPattern(
  params: readonly Param[],
  pattern: RegExp,
  args: readonly unknown[],
  context: unknown,
): readonly unknown[] {
  const supplied = args.map((arg) => symbolOf(kindOf(arg))).join("");
  const match = pattern.exec(supplied);
  if (match === null) throw mismatch(params, args, supplied);
  const checked: unknown[] = [];
  let at = 0;
  params.forEach((param, index) => {
    const symbols = match[index + 1] ?? "";
    if (symbols === "") {
      if (!param.contextual) checked.push(args[at++]);
      else if ((param.kinds & kindOf(context)) !== 0) checked.push(context);
      else throw new Fault("T0411", { value: context, index: at + 1 });
      return;
    }
    for (const _ of symbols) {
      const arg = args[at];
      checked.push(param.type === "a" ? toArray(param, arg, kindOf(arg), at) : arg);
      at++;
    }
  });
  return checked;
}

function toArray(param: Param, arg: unknown, kind: number, index: number): unknown {
  if (kind === kinds.m) return undefined;
  if (param.subtype !== undefined && !hasItems(arg, kind, param.subtype)) {
    throw new Fault("T0412", { value: arg, index: index + 1, type: pluralByType[param.subtype] });
  }
  return Array.isArray(arg) ? arg : [arg];
}

/** JSONata looks at the first letter of the subtype only, and at the whole of it for a single value. */
function hasItems(arg: unknown, kind: number, subtype: string): boolean {
  if (!Array.isArray(arg)) return symbolOf(kind) === subtype;
  const wanted = kinds[subtype[0] as keyof typeof kinds];
  for (let index = 0; index < arg.length; index++) if (kindOf(arg[index]) !== wanted) return false;
  return true;
}

const pluralByType: Readonly<Record<string, string>> = {
  a: "arrays",
  b: "booleans",
  f: "functions",
  n: "numbers",
  o: "objects",
  s: "strings",
};

/** The kinds of values by their symbol in signatures; `m` is a missing one. */
const kinds = { s: 1, n: 2, b: 4, l: 8, a: 16, f: 32, o: 64, m: 128 } as const;

const symbols = Object.keys(kinds);

function symbolOf(kind: number): string {
  return symbols[31 - Math.clz32(kind)]!;
}

function kindOf(value: unknown): number {
  switch (typeof value) {
    case "string":
      return kinds.s;
    case "number":
      return kinds.n;
    case "boolean":
      return kinds.b;
    case "object":
      if (value === null) return kinds.l;
      if (Array.isArray(value)) return kinds.a;
      return value instanceof FunctionValue ? kinds.f : kinds.o;
    default:
      return kinds.m;
  }
}

/** Names the first argument that does not fit, by matching ever longer parts of the signature. */
function mismatch(params: readonly Param[], args: readonly unknown[], supplied: string): Fault {
  let partial = "^";
  let good = 0;
  for (const param of params) {
    partial += param.pattern;
    const match = new RegExp(partial).exec(supplied);
    if (match === null) break;
    good = match[0].length;
  }
  return new Fault("T0410", { value: args[good], index: good + 1 });
}

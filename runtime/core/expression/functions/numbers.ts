import { Fault } from "../fault.ts";
import { type Definitions, define, defineUnary } from "./define.ts";

export const numberFunctions: Definitions = [
  defineUnary("number", "<(nsb)-:n>", toNumber),
  defineUnary("abs", "<n-:n>", (value: number) => Math.abs(value)),
  defineUnary("floor", "<n-:n>", (value: number) => Math.floor(value)),
  defineUnary("ceil", "<n-:n>", (value: number) => Math.ceil(value)),
  define("round", 2, "<n-n?:n>", (_, value, precision) =>
    value === undefined ? undefined : round(value as number, precision as number | undefined),
  ),
  defineUnary("sqrt", "<n-:n>", (value: number) => {
    if (value < 0) throw new Fault("D3060", { value });
    return Math.sqrt(value);
  }),
  define("power", 2, "<n-n:n>", (_, base, exponent) => {
    if (base === undefined) return undefined;
    const result = (base as number) ** ((exponent as number | undefined) ?? Number.NaN);
    if (!Number.isFinite(result)) throw new Fault("D3061", { value: base, exp: exponent });
    return result;
  }),
  define("formatBase", 2, "<n-n?:s>", (_, value, radix) => {
    if (value === undefined) return undefined;
    const base = radix === undefined ? 10 : round(radix as number);
    if (base < 2 || base > 36) throw new Fault("D3100", { value: base });
    if (!Number.isFinite(value)) throw new Fault("D1001", { value });
    return round(value as number).toString(base);
  }),
  defineUnary("sum", "<a<n>:n>", (values: number[]) => sum(values)),
  defineUnary("max", "<a<n>:n>", (values: number[]) => extreme(values, Math.max)),
  defineUnary("min", "<a<n>:n>", (values: number[]) => extreme(values, Math.min)),
  defineUnary("average", "<a<n>:n>", (values: number[]) =>
    values.length === 0 ? undefined : sum(values) / values.length,
  ),
];

const powers = [1, 10, 100, 1e3, 1e4, 1e5, 1e6];

/**
 * Rounds half to even. The decimal point moves in the text of the number, because multiplying by a power of ten would
 * itself round.
 */
export function round(value: number, precision = 0): number {
  const power = powers[precision];
  if (power !== undefined) {
    // Far from a half no rounding of the product can change the outcome, and the division rounds correctly.
    const product = value * power;
    const nearest = Math.round(product);
    if (Math.abs(product) < 1e9 && Math.abs(Math.abs(product - nearest) - 0.5) > 1e-6)
      return nearest / power + 0;
  }
  const shifted = precision === 0 ? value : shift(value, precision);
  let result = Math.round(shifted);
  if (Math.abs(result - shifted) === 0.5 && Math.abs(result % 2) === 1) result -= 1;
  if (precision !== 0) result = shift(result, -precision);
  return Object.is(result, -0) ? 0 : result;
}

function shift(value: number, places: number): number {
  const text = String(value);
  const at = text.indexOf("e");
  return Number(at < 0 ? `${text}e${places}` : `${text.slice(0, at)}e${Number(text.slice(at + 1)) + places}`);
}

/**
 * A number with a fixed count of decimal places and without an exponent, whatever its size.
 * @throws Fault D1001 for what is no number
 */
export function writtenOut(value: number, places: number): string {
  if (!Number.isFinite(value)) throw new Fault("D1001", { value });
  const text = value.toFixed(places);
  const parts = /^(-?)(\d)(?:\.(\d+))?e\+(\d+)$/.exec(text);
  if (parts === null) return text;
  const [, sign, first, rest = "", exponent] = parts;
  return `${sign}${first}${rest.padEnd(Number(exponent), "0")}${places > 0 ? `.${"0".repeat(places)}` : ""}`;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Not `Math.max(...values)`: spreading a long array overflows the stack. */
function extreme(values: readonly number[], pick: (a: number, b: number) => number): number | undefined {
  if (values.length === 0) return undefined;
  let result = values[0]!;
  for (let index = 1; index < values.length; index++) result = pick(result, values[index]!);
  return result;
}

function toNumber(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string") {
    if (/^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$/.test(value)) {
      const number = Number.parseFloat(value);
      if (Number.isFinite(number)) return number;
    }
    // The pattern is the reference's, with its missing group: `0x` anchors only at the start, `0b` only at the end.
    else if (/^(0[xX][0-9A-Fa-f]+)|(0[oO][0-7]+)|(0[bB][0-1]+)$/.test(value)) return Number(value);
  }
  throw new Fault("D3030", { value });
}

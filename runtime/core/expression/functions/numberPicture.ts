import { Fault } from "../fault.ts";
import { regularDistance } from "./integerPicture.ts";

/** The characters a number picture is made of; authors may replace them. */
export type NumberSymbols = Readonly<Record<keyof typeof defaultSymbols, string>>;

export const defaultSymbols = {
  "decimal-separator": ".",
  "grouping-separator": ",",
  "exponent-separator": "e",
  infinity: "Infinity",
  "minus-sign": "-",
  NaN: "NaN",
  percent: "%",
  "per-mille": "\u2030",
  "zero-digit": "0",
  digit: "#",
  "pattern-separator": ";",
};

/** A number picture (XPath F&O 4.7), such as `#,##0.00`, analysed. */
export interface NumberPicture {
  readonly prefix: string;
  readonly suffix: string;
  readonly picture: string;
  /** Digits to the right of each grouping separator of the integer part. */
  readonly integerGroups: readonly number[];
  readonly regularGroup: number;
  /** Digits to the left of each grouping separator of the fraction. */
  readonly fractionGroups: readonly number[];
  readonly integerMin: number;
  readonly fractionMin: number;
  readonly fractionMax: number;
  readonly exponentMin: number;
  /** Digits before the point of a mantissa. */
  readonly scale: number;
}

/** @returns one picture for all numbers, or one for positive and one for negative ones. @throws Fault D3080 to D3093 */
export function parseNumberPicture(text: string, symbols: NumberSymbols): NumberPicture[] {
  const pictures = text.split(symbols["pattern-separator"]);
  if (pictures.length > 2) throw new Fault("D3080");
  const digits = digitsFrom(symbols["zero-digit"]);
  const parts = pictures.map((picture) => splitParts(picture, symbols, digits));
  for (const part of parts) validate(part, symbols, digits);
  return parts.map((part) => analyse(part, symbols, digits));
}

export function digitsFrom(zero: string): string[] {
  const start = zero.charCodeAt(0);
  return Array.from({ length: 10 }, (_, index) => String.fromCharCode(start + index));
}

interface Parts {
  readonly picture: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly active: string;
  readonly mantissa: string;
  readonly integer: string;
  readonly fraction: string;
  readonly exponent: string | undefined;
}

function splitParts(picture: string, symbols: NumberSymbols, digits: readonly string[]): Parts {
  const exponentSeparator = symbols["exponent-separator"];
  const isActive = (character: string) => activeCharacters(symbols, digits).includes(character);
  const characters = picture.split("");
  const isEdge = (character: string) => isActive(character) && character !== exponentSeparator;
  const first = characters.findIndex(isEdge);
  const last = characters.length - 1 - characters.slice().reverse().findIndex(isEdge);
  const prefix = first < 0 ? "" : picture.slice(0, first);
  const suffix = first < 0 ? "" : picture.slice(last + 1);
  const active = picture.substring(prefix.length, picture.length - suffix.length);
  const at = picture.indexOf(exponentSeparator, prefix.length);
  const hasExponent = at >= 0 && at <= picture.length - suffix.length;
  const mantissa = hasExponent ? active.slice(0, at) : active;
  const point = mantissa.indexOf(symbols["decimal-separator"]);
  return {
    picture,
    prefix,
    suffix,
    active,
    mantissa,
    integer: point < 0 ? mantissa : mantissa.slice(0, point),
    fraction: point < 0 ? suffix : mantissa.slice(point + 1),
    exponent: hasExponent ? active.slice(at + 1) : undefined,
  };
}

function activeCharacters(symbols: NumberSymbols, digits: readonly string[]): string[] {
  return [
    ...digits,
    symbols["decimal-separator"],
    symbols["exponent-separator"],
    symbols["grouping-separator"],
    symbols.digit,
    symbols["pattern-separator"],
  ];
}

/** The last rule that is broken names the error, as in the reference. */
function validate(parts: Parts, symbols: NumberSymbols, digits: readonly string[]): void {
  const { picture, exponent } = parts;
  const count = (text: string) => countOf(text, digits);
  const repeats = (character: string) => picture.indexOf(character) !== picture.lastIndexOf(character);
  const point = picture.indexOf(symbols["decimal-separator"]);
  const comma = symbols["grouping-separator"];
  const hasPercent = picture.includes(symbols.percent);
  const hasPerMille = picture.includes(symbols["per-mille"]);
  const active = activeCharacters(symbols, digits);
  const optional = parts.integer.indexOf(symbols.digit);
  const lastOptional = parts.fraction.lastIndexOf(symbols.digit);
  const rules: readonly (readonly [code: string, broken: boolean])[] = [
    ["D3081", repeats(symbols["decimal-separator"])],
    ["D3082", repeats(symbols.percent)],
    ["D3083", repeats(symbols["per-mille"])],
    ["D3084", hasPercent && hasPerMille],
    [
      "D3085",
      !parts.mantissa
        .split("")
        .some((character) => digits.includes(character) || character === symbols.digit),
    ],
    ["D3086", parts.active.split("").some((character) => !active.includes(character))],
    ["D3087", point >= 0 && (picture.charAt(point - 1) === comma || picture.charAt(point + 1) === comma)],
    ["D3088", point < 0 && parts.integer.at(-1) === comma],
    ["D3089", picture.includes(comma + comma)],
    ["D3090", optional >= 0 && count(parts.integer.slice(0, optional)) > 0],
    ["D3091", lastOptional >= 0 && count(parts.fraction.slice(lastOptional)) > 0],
    ["D3092", exponent !== undefined && exponent !== "" && (hasPercent || hasPerMille)],
    ["D3093", exponent !== undefined && (exponent === "" || count(exponent) !== exponent.length)],
  ];
  const broken = rules.filter(([, isBroken]) => isBroken).at(-1);
  if (broken !== undefined) throw new Fault(broken[0]);
}

function countOf(text: string, characters: readonly string[]): number {
  return text.split("").filter((character) => characters.includes(character)).length;
}

function analyse(parts: Parts, symbols: NumberSymbols, digits: readonly string[]): NumberPicture {
  const places = [...digits, symbols.digit];
  const hasExponent = parts.exponent !== undefined;
  let integerMin = countOf(parts.integer, digits);
  const scale = integerMin;
  let fractionMin = countOf(parts.fraction, digits);
  let fractionMax = countOf(parts.fraction, places);
  if (integerMin === 0 && fractionMax === 0) {
    if (hasExponent) {
      fractionMin = 1;
      fractionMax = 1;
    } else {
      integerMin = 1;
    }
  }
  if (hasExponent && integerMin === 0 && parts.integer.includes(symbols.digit)) integerMin = 1;
  if (integerMin === 0 && fractionMin === 0) fractionMin = 1;
  const integerGroups = groupsOf(parts.integer, parts.integer, symbols, (part, at) =>
    countOf(part.slice(at), places),
  );
  return {
    prefix: parts.prefix,
    suffix: parts.suffix,
    picture: parts.picture,
    integerGroups,
    regularGroup: regularDistance(integerGroups),
    // The reference looks for further separators in the integer part; so do we.
    fractionGroups: groupsOf(parts.fraction, parts.integer, symbols, (part, at) =>
      countOf(part.slice(0, at), places),
    ),
    integerMin,
    fractionMin,
    fractionMax,
    exponentMin: parts.exponent === undefined ? 0 : countOf(parts.exponent, digits),
    scale,
  };
}

function groupsOf(
  part: string,
  rest: string,
  symbols: NumberSymbols,
  measure: (part: string, at: number) => number,
): number[] {
  const groups: number[] = [];
  const comma = symbols["grouping-separator"];
  for (let at = part.indexOf(comma); at >= 0; at = rest.indexOf(comma, at + 1))
    groups.push(measure(part, at));
  return groups;
}

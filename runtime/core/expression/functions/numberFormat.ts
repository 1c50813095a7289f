import type { Run } from "../frame.ts";
import { isObject } from "../values.ts";
import {
  defaultSymbols,
  digitsFrom,
  type NumberPicture,
  type NumberSymbols,
  parseNumberPicture,
} from "./numberPicture.ts";
import { round, writtenOut } from "./numbers.ts";

/**
 * Writes a number by a picture (XPath F&O 4.7.5; the numbers below are its bullets).
 * @param options symbols that differ from the defaults
 * @throws Fault D3080 to D3093; D1001 for infinity, which the reference writes as it comes or looks at for ever
 */
export function formatNumber(value: number, picture: string, options: unknown, run: Run): string {
  run.chargeText(picture.length * 8);
  const symbols = symbolsOf(options);
  const digits = digitsFrom(symbols["zero-digit"]);
  const pictures = parseNumberPicture(picture, symbols);
  const negative = pictures[1] ?? { ...pictures[0]!, prefix: symbols["minus-sign"] + pictures[0]!.prefix };
  const used = value >= 0 ? pictures[0]! : negative;
  // 5
  const { mantissa, exponent } = normalize(scaled(value, used, symbols), used);
  // 6, 7
  const places = Math.min(used.fractionMax, 100);
  const write = (number: number, fraction: number) =>
    inDigits(writtenOut(Math.abs(number), fraction), symbols["zero-digit"], digits);
  const [integer = "", fraction = ""] = write(
    Math.abs(mantissa) < 2 ** 53 ? round(mantissa, places) : mantissa,
    places,
  ).split(".");
  // 8, 9
  const zero = symbols["zero-digit"];
  const wholePart = trimStart(integer, zero).padStart(used.integerMin, zero);
  const fractionPart = trimEnd(fraction, zero).padEnd(used.fractionMin, zero);
  // 10 to 12
  const point = symbols["decimal-separator"];
  const full = groupInteger(wholePart, used, symbols) + point + groupFraction(fractionPart, used, symbols);
  const shown = used.picture.includes(point) && !full.endsWith(point) ? full : full.slice(0, -1);
  // 13, 14
  return used.prefix + shown + exponentText(exponent, used, symbols, write) + used.suffix;
}

function symbolsOf(options: unknown): NumberSymbols {
  if (!isObject(options)) return defaultSymbols;
  const own = Object.entries(options).map(([name, symbol]) => [name, String(symbol)]);
  return { ...defaultSymbols, ...(Object.fromEntries(own) as Partial<NumberSymbols>) };
}

function scaled(value: number, picture: NumberPicture, symbols: NumberSymbols): number {
  if (picture.picture.includes(symbols.percent)) return value * 100;
  return picture.picture.includes(symbols["per-mille"]) ? value * 1000 : value;
}

/** Mantissa and exponent; without an exponent in the picture the number is its own mantissa. */
function normalize(
  value: number,
  picture: NumberPicture,
): { mantissa: number; exponent: number | undefined } {
  if (picture.exponentMin === 0) return { mantissa: value, exponent: undefined };
  let mantissa = value;
  let exponent = 0;
  if (value !== 0 && Number.isFinite(value)) {
    while (Math.abs(mantissa) < 10 ** (picture.scale - 1)) {
      mantissa *= 10;
      exponent--;
    }
    while (Math.abs(mantissa) > 10 ** picture.scale) {
      mantissa /= 10;
      exponent++;
    }
  }
  return { mantissa, exponent };
}

function inDigits(text: string, zero: string, digits: readonly string[]): string {
  if (zero === "0") return text;
  return text.replace(/[0-9]/g, (digit) => digits[Number(digit)]!);
}

function trimStart(text: string, zero: string): string {
  let start = 0;
  while (text[start] === zero) start++;
  return text.slice(start);
}

function trimEnd(text: string, zero: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === zero) end--;
  return text.slice(0, end);
}

function groupInteger(text: string, picture: NumberPicture, symbols: NumberSymbols): string {
  const size = picture.regularGroup;
  const positions =
    size > 0
      ? Array.from(
          { length: Math.floor((text.length - 1) / size) },
          (_, index) => (index + 1) * size,
        ).reverse()
      : picture.integerGroups;
  // Left to right, so each separator sits at the same distance from the end before and after.
  let grouped = text;
  for (const position of positions.filter((position) => position < text.length)) {
    const at = grouped.length - position;
    grouped = grouped.slice(0, at) + symbols["grouping-separator"] + grouped.slice(at);
  }
  return grouped;
}

function groupFraction(text: string, picture: NumberPicture, symbols: NumberSymbols): string {
  let grouped = text;
  for (const position of picture.fractionGroups) {
    grouped = grouped.slice(0, position) + symbols["grouping-separator"] + grouped.slice(position);
  }
  return grouped;
}

function exponentText(
  exponent: number | undefined,
  picture: NumberPicture,
  symbols: NumberSymbols,
  write: (number: number, fraction: number) => string,
): string {
  if (exponent === undefined) return "";
  const text = write(exponent, 0).padStart(picture.exponentMin, symbols["zero-digit"]);
  return symbols["exponent-separator"] + (exponent < 0 ? symbols["minus-sign"] : "") + text;
}

import { Fault, limitFault } from "../fault.ts";
import { writtenOut } from "./numbers.ts";
import {
  fromLetters,
  fromRoman,
  fromWords,
  toLetters,
  toRoman,
  toWords,
  wordsPattern,
} from "./numberWords.ts";

/** A parsed picture of an integer (XPath F&O 4.6.1), such as `#,##0`, `01`, `I`, `Ww;o`. */
export interface IntegerFormat {
  readonly kind: "decimal" | "letters" | "roman" | "words" | "sequence";
  readonly letterCase: "upper" | "lower" | "title";
  readonly ordinal: boolean;
  readonly token: string;
  /** Code point of the zero of the digits' script. */
  readonly zero: number;
  readonly optionalDigits: number;
  readonly separators: readonly Separator[];
  /** Distance of the separators where it is the same throughout, else 0. */
  readonly regular: number;
  /** Date pictures widen it. */
  mandatoryDigits: number;
  /** Exact width when read from a text without a separator behind it. */
  parseWidth?: number;
}

interface Separator {
  /** Digits to the right of it. */
  readonly position: number;
  readonly character: string;
}

/** @throws Fault D3131 */
export function parseIntegerPicture(picture: string): IntegerFormat {
  const modifier = picture.lastIndexOf(";");
  const primary = modifier < 0 ? picture : picture.slice(0, modifier);
  const ordinal = modifier >= 0 && picture[modifier + 1] === "o";
  const named = namedFormats[primary];
  const digits = named === undefined ? parseDigits(primary) : noDigits;
  const kind = named?.kind ?? (digits.mandatoryDigits > 0 ? "decimal" : "sequence");
  return { kind, letterCase: named?.letterCase ?? "lower", ordinal, token: primary, ...digits };
}

/** @throws Fault D1001 for infinity, D3130 for numbering sequences, which neither we nor the reference know */
export function formatInteger(value: number, format: IntegerFormat): string {
  const size = Math.abs(value);
  if (!Number.isFinite(size)) throw new Fault("D1001", { value });
  // Roman numerals grow with the value itself.
  if (format.kind === "roman" && size > 1e9) throw limitFault("the number is too large to write out");
  const text = formatSize(size, format);
  return value < 0 ? `-${text}` : text;
}

/** How to find an integer of a format in a text, and what it then means. */
export function integerReader(format: IntegerFormat): { pattern: string; read: (text: string) => number } {
  const first = format.letterCase === "upper" ? "A" : "a";
  switch (format.kind) {
    case "letters":
      return { pattern: first === "A" ? "[A-Z]+" : "[a-z]+", read: (text) => fromLetters(text, first) };
    case "roman":
      return {
        pattern: first === "A" ? "[MDCLXVI]+" : "[mdclxvi]+",
        read: (text) => fromRoman(text, first === "A"),
      };
    case "words":
      return { pattern: wordsPattern, read: (text) => fromWords(text.toLowerCase()) };
    case "decimal": {
      const width = format.parseWidth === undefined ? "+" : `{${format.parseWidth}}`;
      const suffix = format.ordinal ? "(?:th|st|nd|rd)" : "";
      return { pattern: `[0-9]${width}${suffix}`, read: (text) => readDecimal(text, format) };
    }
    default:
      throw new Fault("D3130", { value: format.token });
  }
}

const namedFormats: Readonly<Record<string, Pick<IntegerFormat, "kind" | "letterCase">>> = {
  A: { kind: "letters", letterCase: "upper" },
  a: { kind: "letters", letterCase: "lower" },
  I: { kind: "roman", letterCase: "upper" },
  i: { kind: "roman", letterCase: "lower" },
  W: { kind: "words", letterCase: "upper" },
  w: { kind: "words", letterCase: "lower" },
  Ww: { kind: "words", letterCase: "title" },
};

type Digits = Pick<IntegerFormat, "zero" | "optionalDigits" | "separators" | "regular" | "mandatoryDigits">;

const noDigits: Digits = { zero: 0x30, optionalDigits: 0, separators: [], regular: 0, mandatoryDigits: 0 };

/** The zeros of the scripts XPath knows decimal digits of. */
const zeros = [
  0x30, 0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66,
  0x0de6, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50,
  0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
];

function parseDigits(picture: string): Digits {
  let zero: number | undefined;
  let mandatoryDigits = 0;
  let optionalDigits = 0;
  const separators: Separator[] = [];
  for (const character of Array.from(picture).reverse()) {
    const code = character.codePointAt(0)!;
    const script = zeros.find((start) => code >= start && code <= start + 9);
    if (script !== undefined) {
      if (zero !== undefined && zero !== script) throw new Fault("D3131");
      zero = script;
      mandatoryDigits++;
    } else if (character === "#") {
      optionalDigits++;
    } else {
      separators.push({ position: mandatoryDigits + optionalDigits, character });
    }
  }
  const regular = separators.every(({ character }) => character === separators[0]?.character)
    ? regularDistance(separators.map(({ position }) => position))
    : 0;
  return { zero: zero ?? 0x30, mandatoryDigits, optionalDigits, separators, regular };
}

/** The distance of evenly spaced positions, 0 when they are not. */
export function regularDistance(positions: readonly number[]): number {
  if (positions.length === 0) return 0;
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  const factor = positions.reduce(divisor);
  return positions.every((_, index) => positions.includes((index + 1) * factor)) ? factor : 0;
}

function formatSize(size: number, format: IntegerFormat): string {
  switch (format.kind) {
    case "letters":
      return toLetters(size, format.letterCase === "upper" ? "A" : "a");
    case "roman":
      return inCase(toRoman(size), format.letterCase === "upper" ? "upper" : "lower");
    case "words":
      return inCase(toWords(size, format.ordinal), format.letterCase);
    case "decimal":
      return formatDecimal(size, format);
    default:
      throw new Fault("D3130", { value: format.token });
  }
}

function formatDecimal(size: number, format: IntegerFormat): string {
  let text = writtenOut(size, 0).padStart(format.mandatoryDigits, "0");
  if (format.zero !== 0x30) {
    text = Array.from(text, (digit) => String.fromCodePoint(digit.codePointAt(0)! + format.zero - 0x30)).join(
      "",
    );
  }
  const separators =
    format.regular > 0
      ? Array.from({ length: Math.floor((text.length - 1) / format.regular) }, (_, index) => ({
          position: (index + 1) * format.regular,
          character: format.separators[0]!.character,
        }))
      : format.separators;
  for (const { position, character } of separators.slice().reverse()) {
    const at = text.length - position;
    text = text.slice(0, Math.max(at, 0)) + character + text.slice(at);
  }
  return format.ordinal ? text + ordinalSuffix(text) : text;
}

function ordinalSuffix(text: string): string {
  const suffix = { "1": "st", "2": "nd", "3": "rd" }[text.at(-1)!];
  return suffix === undefined || text.at(-2) === "1" ? "th" : suffix;
}

function readDecimal(text: string, format: IntegerFormat): number {
  let digits = format.ordinal ? text.slice(0, -2) : text;
  if (format.regular > 0) digits = digits.split(",").join("");
  else for (const { character } of format.separators) digits = digits.split(character).join("");
  if (format.zero !== 0x30) {
    digits = digits
      .split("")
      .map((digit) => String.fromCodePoint(Math.max(digit.codePointAt(0)! - format.zero + 0x30, 0)))
      .join("");
  }
  return Number.parseInt(digits, 10);
}

/** Words are made in title case. */
export function inCase(text: string, letterCase: IntegerFormat["letterCase"]): string {
  if (letterCase === "upper") return text.toUpperCase();
  return letterCase === "lower" ? text.toLowerCase() : text;
}

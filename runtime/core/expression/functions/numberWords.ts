/** English number words, Roman numerals and spreadsheet letters, as in XPath's integer formatting. */

const small = [
  "Zero",
  "One",
  "Two",
  "Three",
  "Four",
  "Five",
  "Six",
  "Seven",
  "Eight",
  "Nine",
  "Ten",
  "Eleven",
  "Twelve",
  "Thirteen",
  "Fourteen",
  "Fifteen",
  "Sixteen",
  "Seventeen",
  "Eighteen",
  "Nineteen",
];
const smallOrdinals = [
  "Zeroth",
  "First",
  "Second",
  "Third",
  "Fourth",
  "Fifth",
  "Sixth",
  "Seventh",
  "Eighth",
  "Ninth",
  "Tenth",
  "Eleventh",
  "Twelfth",
  "Thirteenth",
  "Fourteenth",
  "Fifteenth",
  "Sixteenth",
  "Seventeenth",
  "Eighteenth",
  "Nineteenth",
];
const decades = ["Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety", "Hundred"];
const magnitudes = ["Thousand", "Million", "Billion", "Trillion"];

/** @param value a finite, non-negative integer */
export function toWords(value: number, ordinal: boolean, follows = false): string {
  if (value <= 19) return (follows ? " and " : "") + (ordinal ? smallOrdinals : small)[value];
  if (value < 100) {
    const decade = decades[Math.floor(value / 10) - 2]!;
    const rest = value % 10;
    const joined = (follows ? " and " : "") + decade;
    if (rest > 0) return `${joined}-${toWords(rest, ordinal)}`;
    return ordinal ? `${joined.slice(0, -1)}ieth` : joined;
  }
  const magnitude = value < 1000 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), magnitudes.length);
  const factor = value < 1000 ? 100 : 10 ** (magnitude * 3);
  const count = Math.floor(value / factor);
  const rest = value - count * factor;
  const unit = value < 1000 ? "Hundred" : magnitudes[magnitude - 1];
  const lead = `${follows ? ", " : ""}${value < 1000 ? small[count] : toWords(count, false)} ${unit}`;
  if (rest > 0) return lead + toWords(rest, ordinal, true);
  return ordinal ? `${lead}th` : lead;
}

const wordValues = new Map<string, number>([
  ...small.map((word, index) => [word.toLowerCase(), index] as const),
  ...smallOrdinals.map((word, index) => [word.toLowerCase(), index] as const),
  ...decades.flatMap((word, index) => {
    const lower = word.toLowerCase();
    const value = (index + 2) * 10;
    return [[lower, value] as const, [`${lower.slice(0, -1)}ieth`, value] as const];
  }),
  ["hundredth", 100],
  ...magnitudes.flatMap((word, index) => {
    const value = 10 ** ((index + 1) * 3);
    return [[word.toLowerCase(), value] as const, [`${word.toLowerCase()}th`, value] as const];
  }),
]);

/** Matches a number in words, for finding it in a text. */
export const wordsPattern = `(?:${[...wordValues.keys(), "and", "[\\-, ]"].join("|")})+`;

/** @returns NaN when a word is not a number */
export function fromWords(text: string): number {
  const segments = [0];
  for (const word of text.split(/,\s|\sand\s|[\s\\-]/)) {
    const value = wordValues.get(word) ?? Number.NaN;
    const top = segments.pop()!;
    if (value < 100 && top >= 1000) segments.push(top, value);
    else segments.push(value < 100 ? top + value : top * value);
  }
  return segments.reduce((sum, segment) => sum + segment, 0);
}

const numerals: readonly (readonly [value: number, letters: string])[] = [
  [1000, "m"],
  [900, "cm"],
  [500, "d"],
  [400, "cd"],
  [100, "c"],
  [90, "xc"],
  [50, "l"],
  [40, "xl"],
  [10, "x"],
  [9, "ix"],
  [5, "v"],
  [4, "iv"],
  [1, "i"],
];

export function toRoman(value: number): string {
  let rest = value;
  let roman = "";
  for (const [unit, letters] of numerals) {
    const count = Math.floor(rest / unit);
    roman += letters.repeat(count);
    rest -= count * unit;
  }
  return roman;
}

const romanValues: Readonly<Record<string, number>> = { M: 1000, D: 500, C: 100, L: 50, X: 10, V: 5, I: 1 };

/** @param upper capitals only, else small ones as well */
export function fromRoman(text: string, upper: boolean): number {
  let total = 0;
  let largest = 1;
  for (const letter of (upper ? text : text.toUpperCase()).split("").reverse()) {
    const value = romanValues[letter] ?? Number.NaN;
    total += value < largest ? -value : value;
    largest = Math.max(largest, value);
  }
  return total;
}

/** @param first "A" or "a" */
export function toLetters(value: number, first: string): string {
  const base = first.charCodeAt(0);
  let letters = "";
  for (let rest = value; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(((rest - 1) % 26) + base) + letters;
  }
  return letters;
}

export function fromLetters(text: string, first: string): number {
  const base = first.charCodeAt(0) - 1;
  let value = 0;
  // From the last letter, as the reference: the order decides how large numbers round.
  for (let index = 0; index < text.length; index++) {
    value += (text.charCodeAt(text.length - index - 1) - base) * 26 ** index;
  }
  return value;
}

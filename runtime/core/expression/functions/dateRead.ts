import { dayMs, daysFromCivil } from "../../time/civil.ts";
import { Fault, limitFault } from "../fault.ts";
import type { Run } from "../frame.ts";
import { datePart, dayNames, monthNames } from "./dateParts.ts";
import { type Marker, type PicturePart, parseDatePicture } from "./datePicture.ts";
import { integerReader } from "./integerPicture.ts";

/**
 * Reads a time by a picture. What is left out on the left is taken from the clock, on the right it is nil.
 * @returns ms since the epoch, or undefined when the text does not fit the picture
 * @throws Fault D3132, D3133, D3135, D3136, D3901
 */
export function readTime(text: string, picture: string, run: Run): number | undefined {
  const readers = parseDatePicture(picture).map(readerOf);
  const found = matchAll(readers, text, run);
  if (found === undefined) return undefined;
  const parts: Parts = Object.create(null);
  readers.forEach(({ component, read }, index) => {
    if (component !== undefined) parts[component] = read(found[index]!);
  });
  if (Object.keys(parts).length === 0) return undefined;
  const time = assemble(parts, run.now);
  // The reference yields NaN for what no calendar has.
  if (!(Math.abs(time) <= 8.64e15)) throw new Fault("D3901", { value: time });
  return time;
}

/** Components by their letter in the picture; undefined where the text named no month or day we know. */
type Parts = Record<string, number | undefined>;

interface Reader {
  readonly component: string | undefined;
  readonly pattern: RegExp;
  readonly read: (text: string) => number | undefined;
}

function readerOf(part: PicturePart): Reader {
  if ("literal" in part) {
    const literal = part.literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return { component: undefined, pattern: whole(literal), read: () => undefined };
  }
  const { component } = part;
  if (component === "Z" || component === "z") return { component, ...offsetReader(part) };
  if (component === "f") {
    return {
      component,
      pattern: whole("[0-9]+"),
      read: (text) => Number.parseFloat(`0.${text.slice(0, 3)}`) * 1000,
    };
  }
  if (part.integer !== undefined) {
    const { pattern, read } = integerReader(part.integer);
    return { component, pattern: whole(pattern), read };
  }
  const names = namesOf(part);
  return { component, pattern: whole("[a-zA-Z]+"), read: (text) => names.get(text) };
}

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, "i");
}

function offsetReader(part: Marker): Pick<Reader, "pattern" | "read"> {
  const integer = part.integer!;
  const separator = integer.regular > 0 ? integer.separators[0]!.character : undefined;
  const prefix = part.component === "z" ? "GMT" : "";
  const escaped = separator?.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return {
    pattern: whole(`${prefix}[-+][0-9]+${escaped === undefined ? "" : `${escaped}[0-9]+`}`),
    read: (text) => {
      const offset = text.slice(prefix.length);
      const cut = separator === undefined ? Math.min(offset.length, 3) : offset.indexOf(separator);
      const hours = Number.parseInt(offset.slice(0, cut), 10);
      const rest = offset.slice(cut + (separator?.length ?? 0));
      const minutes = rest === "" ? 0 : Number.parseInt(rest, 10);
      return hours * 60 + (offset.startsWith("-") ? -minutes : minutes);
    },
  };
}

function namesOf({ component, widthMax }: Marker): ReadonlyMap<string, number> {
  const numbered = (names: readonly string[]) =>
    new Map(names.map((name, index) => [name.slice(0, widthMax), index + 1]));
  if (component === "M" || component === "x") return numbered(monthNames);
  if (component === "F") return numbered(dayNames);
  if (component === "P") {
    return new Map([
      ["am", 0],
      ["AM", 0],
      ["pm", 1],
      ["PM", 1],
    ]);
  }
  throw new Fault("D3133", { value: component });
}

/** Longer than any time people write; matching costs its square. */
const textLengthMax = 128;

/**
 * Splits a text among readers, the first ones as long as possible. Every (reader, position) is tried once: one big
 * regular expression would take exponential time on runs of digits.
 */
function matchAll(readers: readonly Reader[], text: string, run: Run): string[] | undefined {
  if (text.length > textLengthMax) throw limitFault(`a time is longer than ${textLengthMax} characters`);
  const failed = new Set<number>();
  const found: string[] = [];
  const matchFrom = (index: number, at: number): boolean => {
    const reader = readers[index];
    if (reader === undefined) return at === text.length;
    const state = index * (textLengthMax + 1) + at;
    if (failed.has(state)) return false;
    for (let end = text.length; end > at; end--) {
      run.charge(1);
      if (!reader.pattern.test(text.slice(at, end))) continue;
      found[index] = text.slice(at, end);
      if (matchFrom(index + 1, end)) return true;
    }
    failed.add(state);
    return false;
  };
  return matchFrom(0, 0) ? found : undefined;
}

/** Turns components into a time, after the rules in XPath F&O that the reference follows. */
function assemble(parts: Parts, now: number): number {
  const has = (letters: string) => letters.split("").map((letter) => Boolean(parts[letter]));
  const only = (wanted: string, all: string) => {
    const seen = has(all);
    const outside = all.split("").some((letter, index) => seen[index] && !wanted.includes(letter));
    return !outside && seen.some((present, index) => present && wanted.includes(all[index]!));
  };
  const dates = "YXMxWwdD";
  const byDayOfYear = !only("YMD", dates) && only("Yd", dates);
  const byMonthWeek = only("Xxw", dates);
  const byYearWeek = !byMonthWeek && only("XW", dates);
  const halfDay = !only("Hmsf", "PHhmsf") && only("Phmsf", "PHhmsf");
  const date = byDayOfYear ? "YD" : byMonthWeek ? "XxwF" : byYearWeek ? "XWF" : "YMD";
  fillGaps(parts, date + (halfDay ? "Phmsf" : "Hmsf"), now);
  // Dates by ISO week are not read, by us or by the reference.
  if (byMonthWeek || byYearWeek) throw new Fault("D3136");
  const year = fullYear(parts.Y!);
  const days = byDayOfYear
    ? daysFromCivil(year, 1, 1) + parts.d! - 1
    : daysFromCivil(year, parts.M! > 0 ? parts.M! : 1, parts.D!);
  const hour = halfDay ? (parts.h === 12 ? 0 : parts.h!) + (parts.P === 1 ? 12 : 0) : parts.H!;
  const time = ((hour * 60 + parts.m!) * 60 + parts.s!) * 1000 + Math.trunc(parts.f!);
  return days * dayMs + time - (parts.Z || parts.z || 0) * 60_000;
}

/** Years of two digits are of the last century. */
function fullYear(year: number): number {
  return year >= 0 && year <= 99 ? 1900 + year : year;
}

/** @param letters the components that make a time, most significant first. @throws Fault D3136 for a gap */
function fillGaps(parts: Parts, letters: string, now: number): void {
  let started = false;
  let ended = false;
  for (const letter of letters) {
    if (parts[letter] !== undefined) {
      started = true;
      if (ended) throw new Fault("D3136");
    } else if (started) {
      parts[letter] = "MDd".includes(letter) ? 1 : 0;
      ended = true;
    } else {
      parts[letter] = datePart(now, letter);
    }
  }
}

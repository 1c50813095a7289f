/**
 * Dates as people list them for exceptions: `2026-12-24`, `2026-12-24 to 2027-01-02`, and for every year `12-25` or
 * `12-24 to 01-02`.
 */
import { civilFromDays, daysFromCivil, daysInMonth } from "./civil.ts";

export type Dates =
  /** Days from 1970-01-01, both included. */
  | { readonly every: "once"; readonly first: number; readonly last: number }
  /** `month * 100 + day`, both included; `first > last` goes over the turn of the year. */
  | { readonly every: "year"; readonly first: number; readonly last: number };

/** @returns undefined when the text names no dates, or a range that ends before it begins */
export function parseDates(text: string): Dates | undefined {
  const parts = text.trim().split(/\s+to\s+|\s*–\s*|\s+-\s+/i);
  if (parts.length > 2) return undefined;
  const [first, last] = [parts[0]!, parts.at(-1)!].map(parseDate);
  if (!first || !last || first.every !== last.every) return undefined;
  if (first.every === "once" && first.value > last.value) return undefined;
  return { every: first.every, first: first.value, last: last.value };
}

/** @param day local day, counted from 1970-01-01 */
export function isOn(dates: Dates, day: number): boolean {
  const { every, first, last } = dates;
  if (every === "once") return first <= day && day <= last;
  const { month, day: dayOfMonth } = civilFromDays(day);
  const value = month * 100 + dayOfMonth;
  return first <= last ? first <= value && value <= last : first <= value || value <= last;
}

function parseDate(text: string): { readonly every: Dates["every"]; readonly value: number } | undefined {
  const [, yearText, monthText, dayText] = /^(?:(\d{4})-)?(\d{2})-(\d{2})$/.exec(text) ?? [];
  const month = Number(monthText);
  const day = Number(dayText);
  // Without a year, 29 February is a date: that of leap years.
  const year = yearText === undefined ? 2000 : Number(yearText);
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return undefined;
  if (yearText === undefined) return { every: "year", value: month * 100 + day };
  return { every: "once", value: daysFromCivil(year, month, day) };
}

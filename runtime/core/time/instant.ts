import { dayMs, daysFromCivil, daysInMonth } from "./civil.ts";

const iso =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * Parses ISO 8601 as devices write it: `2026-11-20T10:17:20.5Z`, with offset, or without one (taken as UTC).
 * @returns integer ms since epoch, or undefined
 */
export function parseInstant(text: string): number | undefined {
  const found = iso.exec(text.trim());
  if (!found) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour > 24 || minute > 59 || second > 60 || (hour === 24 && minute + second > 0)) return undefined;
  const fraction = Math.floor(Number(`0.${found[7] ?? 0}`) * 1_000);
  const local =
    daysFromCivil(year, month, day) * dayMs + hour * 3_600_000 + minute * 60_000 + second * 1_000 + fraction;
  return local - offsetMs(found[8]);
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === "Z" || zone === "z") return 0;
  const digits = zone.replace(":", "").slice(1);
  const size = Number(digits.slice(0, 2)) * 3_600_000 + Number(digits.slice(2)) * 60_000;
  return zone.startsWith("-") ? -size : size;
}

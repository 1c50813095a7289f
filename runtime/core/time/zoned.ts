/** Local time of a zone. A local time is written as if it were UTC, in ms, and so are local days, from 1970-01-01. */
import { dayMs } from "./civil.ts";

/** Local time minus UTC at an instant, ms. */
export type ZoneOffset = (at: number) => number;

/**
 * The first instant at which clocks show a local time or a later one: of a time that comes twice, the first pass; for a
 * time that clocks skip, the moment they do. Later local times are never earlier instants.
 */
export function localInstant(local: number, offsetMs: ZoneOffset): number {
  // Clocks change at most once within the two days around it.
  const before = offsetMs(local - dayMs);
  const after = offsetMs(local + dayMs);
  if (before === after || offsetMs(local - before) === before) return local - before;
  if (offsetMs(local - after) === after) return local - after;
  let low = local - Math.max(before, after);
  let high = local - Math.min(before, after);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

export function localDay(at: number, offsetMs: ZoneOffset): number {
  return Math.floor((at + offsetMs(at)) / dayMs);
}

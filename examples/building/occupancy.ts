import type { Random } from "./random.ts";
import { quietTimes, type RoomSpec } from "./rooms.ts";

export interface Occupancy {
  /** 0: the room is empty. */
  readonly people: number;
  /** How long it has been occupied or empty, building time. */
  readonly sinceS: number;
}

/** Nobody comes in and leaves again at once: shorter than this is not a visit, and not a gap. */
const dwellMinS = 6 * 60;

/**
 * Moves people in and out.
 * @param clockS building time, seconds since Monday 00:00
 * @param dtS building time that passes
 */
export function stepOccupancy(
  before: Occupancy,
  spec: RoomSpec,
  clockS: number,
  dtS: number,
  random: Random,
): Occupancy {
  const sinceS = before.sinceS + dtS;
  if (sinceS < dwellMinS) return { ...before, sinceS };
  const usage = usageAt(spec, clockS);
  const meanS = 60 * (before.people > 0 ? usage.stayMin : usage.gapMin);
  // Past the dwell the end of a stay has no memory, and the mean comes out as stated.
  const change = 1 - Math.exp(-dtS / Math.max(meanS - dwellMinS, 60));
  if (random.next() >= change) return { ...before, sinceS };
  return { people: before.people > 0 ? 0 : 1 + Math.floor(random.next() * spec.peopleMax), sinceS: 0 };
}

/** How a room is used at a moment of the week. */
export function usageAt(
  spec: RoomSpec,
  clockS: number,
): { readonly stayMin: number; readonly gapMin: number } {
  const hours = clockS / 3600;
  const weekend = Math.floor(hours / 24) % 7 >= 5;
  const hour = hours % 24;
  const period = spec.usage.find(
    ({ days, from, to }) => hour >= from && hour < to && (days === "all" || (days === "weekend") === weekend),
  );
  return period ?? quietTimes;
}

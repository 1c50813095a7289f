/**
 * What is usual at this hour of the week: 168 buckets of one hour, each with mean and spread that fade by weeks. While a
 * bucket knows too little, the hours beside it speak for it, then the same hour of all days.
 *
 * The clock is that of a time zone: when clocks change, people's hours move with it. The hour that comes twice goes into
 * one bucket, the one that is skipped into none.
 */
import { dayMs, weekday } from "../time/civil.ts";
import { add, clipped, fade, type Moments, noMoments, pooled } from "./moments.ts";
import { weightMin } from "./recent.ts";
import { firstOf, next, type Repeats } from "./repeats.ts";
import { type Baseline, offBy, sigmas } from "./verdict.ts";

export interface Bucket extends Moments {
  /** In how many different weeks it was filled, fading like the readings. */
  visits: number;
}

export interface Week {
  /** From Monday 00:00; null: nothing yet. */
  buckets: (Bucket | null)[];
  repeats?: Repeats;
}

export interface Usual {
  readonly expected: number;
  readonly spread: number;
  /** "Tuesday 14:00". */
  readonly when: string;
}

const hourMs = 3_600_000;
const hoursPerWeek = 168;
/** Two weeks, the first of them faded a little. */
const visitsMin = 1.5;
/** Readings of one bucket further apart than this are of different weeks; the hour that comes twice is one. */
const visitGapMs = 3 * hourMs;
/** As much as one week of its own, the spread of all hours speaks for that of each: two weeks can agree by chance. */
const sharedWeight = 1;

export function weekBaseline(halfLifeMs: number, offsetMsAt: (at: number) => number): Baseline<Week> {
  return {
    begin: () => ({ buckets: new Array<Bucket | null>(hoursPerWeek).fill(null) }),
    observe(known, [value], at) {
      const hour = hourOfWeek(at + offsetMsAt(at));
      const usual = usualAt(known, hour, at, halfLifeMs);
      learn(known, hour, usual ? clipped(value!, usual.expected, usual.spread) : value!, at, halfLifeMs);
      if (known.repeats) next(known.repeats, value!, at);
      else known.repeats = firstOf(value!, at);
      if (!usual) return undefined;
      const { expected, spread, when } = usual;
      const sigma = sigmas(value! - expected, spread);
      return {
        sigma,
        expected,
        spread,
        explain: () => offBy(value!, sigma, expected, spread, "usual", ` for ${when}`),
      };
    },
  };
}

/** @param localMs local time as ms since 1970 @returns 0 for Monday 00:00 to 167 */
export function hourOfWeek(localMs: number): number {
  const day = Math.floor(localMs / dayMs);
  return (weekday(day) - 1) * 24 + Math.floor((localMs - day * dayMs) / hourMs);
}

/** What is known of an hour, from the closest that knows enough; undefined: nothing does. */
export function usualAt(
  { buckets, repeats }: Week,
  hour: number,
  at: number,
  halfLifeMs: number,
): Usual | undefined {
  if (!repeats || repeats.step === 0) return undefined;
  const around = [hour, (hour + 167) % hoursPerWeek, (hour + 1) % hoursPerWeek];
  const own = knownAmong(buckets, [hour], at, halfLifeMs, mostVisits);
  const near = own ?? knownAmong(buckets, around, at, halfLifeMs, mostVisits);
  const found = near ?? knownAmong(buckets, sameHourOfDays(hour), at, halfLifeMs, sumOfVisits);
  if (!found) return undefined;
  const { moments, visits } = found;
  const ownVariance = moments.squares / moments.weight;
  // Of the same hour on other days, the differences between days are in the spread already.
  const variance = near
    ? (ownVariance * visits + sharedVariance(buckets) * sharedWeight) / (visits + sharedWeight)
    : ownVariance;
  const when = own ? hourName(hour) : near ? hoursName(hour) : `${clockName(hour)} on any day`;
  return { expected: moments.mean, spread: Math.max(Math.sqrt(variance), repeats.step), when };
}

type Visits = (visits: readonly number[]) => number;
const mostVisits: Visits = (visits) => Math.max(0, ...visits);
const sumOfVisits: Visits = (visits) => visits.reduce((sum, each) => sum + each, 0);

/** Buckets as one, if together they know enough. */
function knownAmong(
  buckets: Week["buckets"],
  hours: readonly number[],
  at: number,
  halfLifeMs: number,
  count: Visits,
): { moments: Moments; visits: number } | undefined {
  const filled = hours.map((hour) => buckets[hour]).filter((bucket) => bucket != null);
  const visits = count(filled.map((bucket) => bucket.visits * 2 ** ((bucket.at - at) / halfLifeMs)));
  if (visits < visitsMin) return undefined;
  const moments = pooled(filled, at, halfLifeMs);
  return moments.weight < weightMin ? undefined : { moments, visits };
}

/** How much readings of one hour differ from each other, over all hours. */
function sharedVariance(buckets: Week["buckets"]): number {
  let squares = 0;
  let weight = 0;
  for (const bucket of buckets) {
    if (!bucket) continue;
    squares += bucket.squares;
    weight += bucket.weight;
  }
  return squares / weight;
}

function learn({ buckets }: Week, hour: number, value: number, at: number, halfLifeMs: number): void {
  let bucket = buckets[hour];
  if (!bucket) {
    bucket = { ...noMoments(at), visits: 1 };
    buckets[hour] = bucket;
  } else {
    const isNewWeek = at - bucket.at > visitGapMs;
    bucket.visits *= 2 ** ((bucket.at - at) / halfLifeMs);
    if (isNewWeek) bucket.visits += 1;
    fade(bucket, at, halfLifeMs);
  }
  add(bucket, value);
}

function sameHourOfDays(hour: number): number[] {
  return Array.from({ length: 7 }, (_, day) => day * 24 + (hour % 24));
}

const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

function hourName(hour: number): string {
  return `${days[Math.floor(hour / 24)]} ${clockName(hour)}`;
}

/** The three hours around one. */
function hoursName(hour: number): string {
  return `${hourName((hour + 167) % hoursPerWeek)} to ${clockName(hour + 2)}`;
}

function clockName(hour: number): string {
  return `${String(hour % 24).padStart(2, "0")}:00`;
}

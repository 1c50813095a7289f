/**
 * Which values do not go together: a random cut forest over a fading sample of the stream. How far apart points of this
 * stream usually lie is learned too, so that its limit is in σ like that of the other baselines.
 */
import { RandomNumbers } from "../expression/random.ts";
import { digest } from "../fingerprint.ts";
import { displacementOf } from "./cutForest.ts";
import { add, clipped, fade, type Moments, noMoments, spreadOf } from "./moments.ts";
import { offer, type Sample } from "./sample.ts";
import { type Baseline, placesFor, shown, sigmas } from "./verdict.ts";

export interface Isolation {
  sample: Sample;
  /** Of the heights of the points so far. */
  heights: Moments;
  /** Points so far: each draws chance of its own from this. */
  count: number;
  seed: number;
}

/** Points before the forest says anything, and heights before one is judged. */
export const pointsMin = 64;
const heightsMin = 8;
/** Where hardly a height differs from the others, a small one must not become many σ. */
const heightSpreadMin = 0.1;
/** How much less likely what stood out is kept: faults that come again must still stand out. */
const outlierChance = 1 / 16;

/** @param names of the fields, for people @param limit σ from which on a point stands out */
export function isolationBaseline(
  names: readonly string[],
  halfLifeMs: number,
  limit: number,
): Baseline<Isolation> {
  return {
    begin: (key, at) => ({
      sample: { points: [], ranks: [] },
      heights: noMoments(at),
      count: 0,
      seed: Number.parseInt(digest(key).slice(0, 7), 36),
    }),
    observe(known, point, at) {
      const { sample, heights } = known;
      const seed = Math.imul(++known.count, 0x9e3779b1) ^ known.seed;
      const keep = (chance: number) =>
        offer(sample, point, at, halfLifeMs, chance, new RandomNumbers(~seed).next());
      if (sample.ranks.length < pointsMin) {
        keep(1);
        return undefined;
      }
      const { height, shares } = displacementOf(point, sample.points, scalesOf(sample, point.length), seed);
      fade(heights, at, halfLifeMs);
      if (heights.weight < heightsMin) {
        add(heights, height);
        keep(1);
        return undefined;
      }
      const spread = Math.max(spreadOf(heights), heightSpreadMin);
      const sigma = Math.max(0, sigmas(height - heights.mean, spread));
      add(heights, clipped(height, heights.mean, spread));
      keep(sigma >= limit ? outlierChance : 1);
      return { sigma, shares, explain: () => wordsFor(names, point, shares, sample) };
    },
  };
}

/** Standard deviation per field; 0 for one that has never changed, which says nothing yet. */
function scalesOf({ points, ranks }: Sample, fields: number): number[] {
  return Array.from({ length: fields }, (_, field) => {
    let mean = 0;
    for (let index = field; index < points.length; index += fields) mean += points[index]! / ranks.length;
    let squares = 0;
    for (let index = field; index < points.length; index += fields) squares += (points[index]! - mean) ** 2;
    const scale = Math.sqrt(squares / ranks.length);
    return scale > 1e-9 * Math.abs(mean) ? scale : 0;
  });
}

/** "power 3100 stands out: usual 180 to 900", or what it does not go with, when it is nothing unusual alone. */
function wordsFor(
  names: readonly string[],
  point: readonly number[],
  shares: readonly number[],
  { points }: Sample,
): string {
  const most = shares.indexOf(Math.max(...shares));
  const fields = point.length;
  const seen = points.filter((_, index) => index % fields === most).sort((one, other) => one - other);
  const low = seen[Math.floor(seen.length * 0.05)]!;
  const high = seen[Math.floor(seen.length * 0.95)]!;
  const name = (field: number) => `${names[field]} ${shown(point[field]!, placesFor(scaleOf(field)))}`;
  const scaleOf = (field: number) => {
    const values = points.filter((_, index) => index % fields === field);
    return (Math.max(...values) - Math.min(...values)) / 10;
  };
  const places = placesFor(scaleOf(most));
  if (point[most]! < low || point[most]! > high)
    return `${name(most)} stands out: usual ${shown(low, places)} to ${shown(high, places)}`;
  const others = names.map((_, field) => field).filter((field) => field !== most);
  return `${name(most)} is usual alone, but not with ${others.map(name).join(", ")}`;
}

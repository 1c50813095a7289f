/** Aggregates over windows, as folds of partials. */

/**
 * One aggregate as partials that merge: a partial of one message, the fold of two, the result of a fold. Partials are
 * JSON values and never change; merging is associative, so slices can be folded in any grouping, in order.
 */
export interface Folding {
  one(value: unknown, time: number): unknown;
  /** @param b from later in the stream than `a`, or from a later slice */
  merge(a: unknown, b: unknown): unknown;
  result(partial: unknown, count: number): unknown;
}
type Timed = readonly [time: number, value: unknown];
/** Welford's count, mean and sum of squared differences; merged after Chan, Golub and LeVeque (1983). */
type Moments = readonly [count: number, mean: number, squares: number];

const itself = (partial: unknown) => partial;
export type AggregateFunction = "avg" | "min" | "max" | "sum" | "count" | "first" | "last" | "stddev";

export const foldings: Readonly<Record<AggregateFunction, Folding>> = {
  sum: { one: itself, merge: (a, b) => (a as number) + (b as number), result: itself },
  avg: {
    one: itself,
    merge: (a, b) => (a as number) + (b as number),
    result: (sum, count) => (sum as number) / count,
  },
  min: { one: itself, merge: (a, b) => Math.min(a as number, b as number), result: itself },
  max: { one: itself, merge: (a, b) => Math.max(a as number, b as number), result: itself },
  count: { one: () => 0, merge: () => 0, result: (_none, count) => count },
  first: {
    one: (value, time): Timed => [time, value],
    merge: (a, b) => ((b as Timed)[0] < (a as Timed)[0] ? b : a),
    result: (partial) => (partial as Timed)[1],
  },
  last: {
    one: (value, time): Timed => [time, value],
    merge: (a, b) => ((b as Timed)[0] < (a as Timed)[0] ? a : b),
    result: (partial) => (partial as Timed)[1],
  },
  stddev: {
    one: (value): Moments => [1, value as number, 0],
    merge: (a, b): Moments => {
      const [countA, meanA, squaresA] = a as Moments;
      const [countB, meanB, squaresB] = b as Moments;
      const count = countA + countB;
      const apart = meanB - meanA;
      return [
        count,
        meanA + (apart * countB) / count,
        squaresA + squaresB + (apart * apart * countA * countB) / count,
      ];
    },
    result: (partial) => Math.sqrt((partial as Moments)[2] / (partial as Moments)[0]),
  },
};

/** Squares of larger numbers would overflow, and state must stay JSON, which has no infinity. */
const magnitudeMax = 1e150;

/** Can this be summed, averaged and compared? */
export function isAggregatable(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= magnitudeMax;
}

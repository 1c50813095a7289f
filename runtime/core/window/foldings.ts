/**
 * Aggregates over windows, as folds of partials: the simple ones here, those with bounded memory and a stated error in
 * quantiles.ts, distinct.ts and topValues.ts, lists in collected.ts.
 */

/**
 * One aggregate as partials that merge. A partial is a JSON value: of one message, of a slice, of a window. Merging is
 * associative, so slices can be folded in any grouping, in order.
 */
export interface Folding {
  /** The partial of one message; `add` may change it. */
  one(value: unknown, time: number): unknown;
  /** The partial with one message more. May change `partial`, which nobody else may hold. */
  add(partial: unknown, value: unknown, time: number): unknown;
  /** The fold of two, which stay as they are. @param b from later in the stream than `a`, or from a later slice */
  merge(a: unknown, b: unknown): unknown;
  /** @param count messages in the partial */
  result(partial: unknown, count: number): unknown;
}

/** Two changeable numbers, or more, that JSON can hold. */
type Timed = [time: number, value: unknown];
/** Welford's count, mean and sum of squared differences; merged after Chan, Golub and LeVeque (1983). */
type Moments = [count: number, mean: number, squares: number];
type Extent = [low: number, high: number];

const itself = (partial: unknown) => partial;
const add = (a: unknown, b: unknown) => (a as number) + (b as number);
const least = (a: unknown, b: unknown) => Math.min(a as number, b as number);
const most = (a: unknown, b: unknown) => Math.max(a as number, b as number);

export type SimpleFunction =
  | "avg"
  | "min"
  | "max"
  | "range"
  | "sum"
  | "count"
  | "first"
  | "last"
  | "stddev"
  | "variance";

export const foldings: Readonly<Record<SimpleFunction, Folding>> = {
  sum: { one: itself, add, merge: add, result: itself },
  avg: { one: itself, add, merge: add, result: (sum, count) => (sum as number) / count },
  min: { one: itself, add: least, merge: least, result: itself },
  max: { one: itself, add: most, merge: most, result: itself },
  range: {
    one: (value): Extent => [value as number, value as number],
    add: (partial, value) => {
      const extent = partial as Extent;
      if ((value as number) < extent[0]) extent[0] = value as number;
      if ((value as number) > extent[1]) extent[1] = value as number;
      return extent;
    },
    merge: (a, b): Extent => [
      least((a as Extent)[0], (b as Extent)[0]),
      most((a as Extent)[1], (b as Extent)[1]),
    ],
    result: (partial) => (partial as Extent)[1] - (partial as Extent)[0],
  },
  count: { one: () => 0, add: itself, merge: itself, result: (_none, count) => count },
  first: {
    one: (value, time): Timed => [time, value],
    add: (partial, value, time) => (time < (partial as Timed)[0] ? [time, value] : partial),
    merge: (a, b) => ((b as Timed)[0] < (a as Timed)[0] ? b : a),
    result: (partial) => (partial as Timed)[1],
  },
  last: {
    one: (value, time): Timed => [time, value],
    add: (partial, value, time) => (time < (partial as Timed)[0] ? partial : [time, value]),
    merge: (a, b) => ((b as Timed)[0] < (a as Timed)[0] ? a : b),
    result: (partial) => (partial as Timed)[1],
  },
  stddev: moments((squares, count) => Math.sqrt(squares / count)),
  variance: moments((squares, count) => squares / count),
};

function moments(finish: (squares: number, count: number) => number): Folding {
  return {
    one: (value): Moments => [1, value as number, 0],
    add: (partial, value) => {
      const sums = partial as Moments;
      const apart = (value as number) - sums[1];
      sums[0]++;
      sums[1] += apart / sums[0];
      sums[2] += apart * ((value as number) - sums[1]);
      return sums;
    },
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
    result: (partial) => finish((partial as Moments)[2], (partial as Moments)[0]),
  };
}

/** Squares of larger numbers would overflow, and state must stay JSON, which has no infinity. */
const magnitudeMax = 1e150;

/** Can this be summed, averaged and compared? */
export function isAggregatable(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= magnitudeMax;
}

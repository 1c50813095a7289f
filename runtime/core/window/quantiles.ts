/**
 * Median and percentiles in bounded memory: the values themselves while there are few, else a DDSketch (Masson, Rim and
 * Lee, VLDB 2019), whose answers are within 1 % of the true value. Sketches merge without further error.
 *
 * Sketch: logarithmic bins, value v in bin ceil(log_g |v|) with g = (1 + a) / (1 - a), a = 0.01; the bins of negative
 * values apart. Bins are a run of counts without gaps, from the first that is used to the last: readings of one sensor lie
 * close together, and a run takes a third of the memory of a table by number. When it gets too long, the bins nearest to
 * zero become one.
 */
import type { Folding } from "./foldings.ts";

/** Exact up to here: people check a median of ten readings by hand. */
export const exactValuesMax = 128;
/** Bins of one sign. 2,048 span a factor of 10^17 between the smallest value and the largest. */
const binsMax = 2_048;
const accuracy = 0.01;
const growth = (1 + accuracy) / (1 - accuracy);
const logGrowth = Math.log(growth);

/** The values in order of arrival, or counts by bin. */
type Partial = number[] | Sketch;
interface Sketch {
  low: number;
  high: number;
  zeros: number;
  positive: Bins;
  negative: Bins;
}
interface Bins {
  /** Number of the first bin. */
  first: number;
  /** Messages, from the first bin on. */
  counts: number[];
}

/** The value below which a share of all values lies, interpolated between neighbours while values are exact. @param share 0 to 1 */
export function quantile(share: number): Folding {
  return {
    one: (value): Partial => [value as number],
    add: (partial, value) => addTo(partial as Partial, value as number),
    merge: (a, b) => merge(a as Partial, b as Partial),
    result: (partial, count) =>
      Array.isArray(partial) ? exact(partial as number[], share) : estimate(partial as Sketch, share, count),
  };
}

function addTo(partial: Partial, value: number): Partial {
  if (!Array.isArray(partial)) return count(partial, value, 1);
  partial.push(value);
  return partial.length > exactValuesMax ? sketchOf(partial) : partial;
}

function merge(a: Partial, b: Partial): Partial {
  if (Array.isArray(a) && Array.isArray(b)) {
    const both = [...a, ...b];
    return both.length > exactValuesMax ? sketchOf(both) : both;
  }
  const [sketch, other] = Array.isArray(a) ? [copy(b as Sketch), a] : [copy(a), b];
  if (Array.isArray(other)) {
    for (const value of other) count(sketch, value, 1);
    return sketch;
  }
  sketch.low = Math.min(sketch.low, other.low);
  sketch.high = Math.max(sketch.high, other.high);
  sketch.zeros += other.zeros;
  addBins(sketch.positive, other.positive);
  addBins(sketch.negative, other.negative);
  return sketch;
}

function sketchOf(values: readonly number[]): Sketch {
  const sketch: Sketch = {
    low: values[0]!,
    high: values[0]!,
    zeros: 0,
    positive: { first: 0, counts: [] },
    negative: { first: 0, counts: [] },
  };
  for (const value of values) count(sketch, value, 1);
  return sketch;
}

function copy(sketch: Sketch): Sketch {
  const { positive, negative } = sketch;
  return {
    ...sketch,
    positive: { first: positive.first, counts: [...positive.counts] },
    negative: { first: negative.first, counts: [...negative.counts] },
  };
}

function count(sketch: Sketch, value: number, number: number): Sketch {
  if (value < sketch.low) sketch.low = value;
  if (value > sketch.high) sketch.high = value;
  if (value === 0) sketch.zeros += number;
  else {
    const bin = Math.ceil(Math.log(Math.abs(value)) / logGrowth);
    addBin(value > 0 ? sketch.positive : sketch.negative, bin, number);
  }
  return sketch;
}

function addBins(bins: Bins, { first, counts }: Bins): void {
  // From the top: what is folded together then is so at once.
  for (let index = counts.length - 1; index >= 0; index--) {
    if (counts[index]! > 0) addBin(bins, first + index, counts[index]!);
  }
}

function addBin(bins: Bins, bin: number, number: number): void {
  const { counts } = bins;
  if (counts.length === 0) bins.first = bin;
  const place = Math.max(bin, bins.first + counts.length - binsMax) - bins.first;
  if (place < 0) {
    bins.counts = [number, ...new Array<number>(-place - 1).fill(0), ...counts];
    bins.first += place;
    return;
  }
  while (counts.length <= place) counts.push(0);
  counts[place]! += number;
  const surplus = counts.length - binsMax;
  if (surplus <= 0) return;
  const nearZero = counts.splice(0, surplus).reduce((sum, each) => sum + each, 0);
  counts[0]! += nearZero;
  bins.first += surplus;
}

function exact(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = share * (sorted.length - 1);
  const below = sorted[Math.floor(rank)]!;
  return below + (sorted[Math.ceil(rank)]! - below) * (rank - Math.floor(rank));
}

function estimate(sketch: Sketch, share: number, count: number): number {
  const rank = share * (count - 1);
  if (rank === 0) return sketch.low;
  if (rank === count - 1) return sketch.high;
  let passed = 0;
  for (const [middle, number] of ascending(sketch)) {
    passed += number;
    if (passed > rank) return Math.min(Math.max(middle, sketch.low), sketch.high);
  }
  return sketch.high;
}

/** Middle and number of every bin, by value. */
function* ascending({ negative, zeros, positive }: Sketch): Iterable<[number, number]> {
  for (let index = negative.counts.length - 1; index >= 0; index--)
    yield [-middleOf(negative.first + index), negative.counts[index]!];
  yield [0, zeros];
  for (const [index, number] of positive.counts.entries()) yield [middleOf(positive.first + index), number];
}

/** Within the accuracy of every value in the bin. */
function middleOf(bin: number): number {
  return (2 * growth ** bin) / (growth + 1);
}

/**
 * How far a point lies apart from a sample, by random cuts: Guha, Mishra, Roy and Schrijvers, "Robust Random Cut Forest
 * Based Anomaly Detection on Streams" (ICML 2016).
 *
 * A tree cuts the space of the sample and the point in two, again and again: the field is chosen by how far the values
 * range along it, the place of the cut evenly within the range. Where a cut parts m points with ours from n others, n / m is
 * what ours displaces; the largest on its way down is its displacement in the tree. A point alone in a corner is cut off
 * early and displaces many; one in a crowd goes down with its neighbours.
 *
 * Only our point's way down is needed, so trees are drawn anew for each point, and nothing but the sample is kept: trees
 * over a sample have the same distribution whether they grew with it or are drawn afterwards.
 */
import { RandomNumbers } from "../expression/random.ts";

export interface Displacement {
  /** Mean over the trees of log(1 + displacement): 0 in a crowd, about 5.5 for one that any cut parts from all of 256. */
  readonly height: number;
  /** Per field, what cuts along it had in that; the sum is 1, or 0 when nothing ever cut. */
  readonly shares: readonly number[];
}

/** Measured on a coil with planted faults: 16 find four of five, 32 nineteen of twenty (test/nodes/anomaly.test.ts). */
const trees = 32;

/**
 * @param points of the sample, one after the other
 * @param scales what a step of 1 means per field; 0: leave the field out
 */
export function displacementOf(
  point: readonly number[],
  points: readonly number[],
  scales: readonly number[],
  seed: number,
): Displacement {
  const random = new RandomNumbers(seed);
  const way = new Way(point, points, scales);
  const shares = point.map(() => 0);
  let height = 0;
  for (let tree = 0; tree < trees; tree++) {
    const { displaced, field } = way.down(random);
    const log = Math.log1p(displaced);
    height += log;
    shares[field]! += log;
  }
  return { height: height / trees, shares: shares.map((share) => (height > 0 ? share / height : 0)) };
}

/** Our point's way down trees over a sample. Counted loops over typed arrays: this is where the time goes. */
class Way {
  private readonly fields: number;
  /** The point's values and those of the sample, in units of the scales. */
  private readonly own: Float64Array;
  private readonly all: Float64Array;
  /** The sample's points; those still together with ours come first. */
  private readonly order: Uint16Array;
  /** The range of them all. */
  private readonly lowest: Float64Array;
  private readonly highest: Float64Array;
  /** The range of those still together. */
  private readonly lows: Float64Array;
  private readonly highs: Float64Array;

  constructor(point: readonly number[], points: readonly number[], scales: readonly number[]) {
    const fields = point.length;
    this.fields = fields;
    const factors = scales.map((scale) => (scale > 0 ? 1 / scale : 0));
    this.own = Float64Array.from(point, (value, field) => value * factors[field]!);
    this.all = Float64Array.from(points, (value, index) => value * factors[index % fields]!);
    this.order = Uint16Array.from({ length: points.length / fields }, (_, index) => index);
    this.lows = Float64Array.from(this.own);
    this.highs = Float64Array.from(this.own);
    for (const one of this.order) this.widen(one);
    this.lowest = Float64Array.from(this.lows);
    this.highest = Float64Array.from(this.highs);
  }

  /** Cuts until nothing that is left could be displaced more. @returns the largest displacement, and what was cut then */
  down(random: RandomNumbers): { displaced: number; field: number } {
    const { lows, highs, fields, own } = this;
    let left = this.order.length;
    lows.set(this.lowest);
    highs.set(this.highest);
    let displaced = 0;
    let displacedBy = 0;
    while (left > displaced) {
      let total = 0;
      for (let field = 0; field < fields; field++) total += highs[field]! - lows[field]!;
      if (total === 0) break;
      let along = random.next() * total;
      let field = 0;
      while (field < fields - 1 && along >= highs[field]! - lows[field]!) {
        along -= highs[field]! - lows[field]!;
        field++;
      }
      const cut = lows[field]! + along;
      const kept = this.keep(field, cut, own[field]! <= cut, left);
      const parted = (left - kept) / (kept + 1);
      if (parted > displaced) {
        displaced = parted;
        displacedBy = field;
      }
      left = kept;
    }
    return { displaced, field: displacedBy };
  }

  /** Brings those on our side of a cut to the front, and takes their ranges. @returns how many */
  private keep(field: number, cut: number, below: boolean, left: number): number {
    const { order, all, fields } = this;
    this.narrow();
    let kept = 0;
    for (let index = 0; index < left; index++) {
      const one = order[index]!;
      if (all[one * fields + field]! <= cut !== below) continue;
      order[index] = order[kept]!;
      order[kept++] = one;
      this.widen(one);
    }
    return kept;
  }

  /** The ranges of our point alone; `set` of typed arrays costs more than this for so few fields. */
  private narrow(): void {
    const { own, lows, highs, fields } = this;
    for (let field = 0; field < fields; field++) {
      lows[field] = own[field]!;
      highs[field] = own[field]!;
    }
  }

  private widen(one: number): void {
    const { all, lows, highs, fields } = this;
    for (let field = 0, index = one * fields; field < fields; field++, index++) {
      const value = all[index]!;
      if (value < lows[field]!) lows[field] = value;
      else if (value > highs[field]!) highs[field] = value;
    }
  }
}

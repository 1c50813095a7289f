/**
 * A bounded sample of points out of a stream, the old ones fading: the chance to be in it halves with every half-life of
 * age, by the points' own times.
 *
 * Each point draws a rank once, and the lowest stay (Efraimidis and Spirakis, "Weighted random sampling with a reservoir",
 * 2006, in logarithms: weights that grow with time never overflow).
 */
export interface Sample {
  /** The points' values, one point after the other. */
  points: number[];
  /** One rank each. */
  ranks: number[];
}

export const sampleMax = 256;

/**
 * @param chance how likely it is to stay, of other points of its time
 * @param draw evenly spread from 0 to below 1
 */
export function offer(
  sample: Sample,
  point: readonly number[],
  at: number,
  halfLifeMs: number,
  chance: number,
  draw: number,
): void {
  const { points, ranks } = sample;
  const rank =
    Math.log(-Math.log1p(-Math.max(draw, Number.EPSILON))) - Math.log(chance) - (Math.LN2 * at) / halfLifeMs;
  let place = ranks.length;
  if (place === sampleMax) {
    place = 0;
    for (let index = 1; index < sampleMax; index++) if (ranks[index]! > ranks[place]!) place = index;
    if (rank >= ranks[place]!) return;
  }
  ranks[place] = rank;
  for (let field = 0; field < point.length; field++) points[place * point.length + field] = point[field]!;
}

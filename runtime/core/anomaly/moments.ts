/**
 * Mean and spread of readings at any times, the old ones fading: a reading counts half as much for every half-life of its
 * age. Of n readings x with ages a the weights are w = 2^(-a / halfLife), mean = Σwx / Σw, variance = Σw(x - mean)² / Σw;
 * kept as they come, in the manner of Welford, so that large values with little spread lose no digits.
 */
export interface Moments {
  /** Σw, at the time `at`. */
  weight: number;
  mean: number;
  /** Σw(x - mean)², at the time `at`. */
  squares: number;
  /** Event time they are faded to. */
  at: number;
}

export function noMoments(at: number): Moments {
  return { weight: 0, mean: 0, squares: 0, at };
}

/** Fades to a later time. Mean and spread stay as they are: only new readings weigh more against them. */
export function fade(moments: Moments, at: number, halfLifeMs: number): void {
  const kept = 2 ** ((moments.at - at) / halfLifeMs);
  moments.weight *= kept;
  moments.squares *= kept;
  moments.at = at;
}

/** Takes in a reading of the time they are faded to. */
export function add(moments: Moments, value: number): void {
  moments.weight += 1;
  const off = value - moments.mean;
  moments.mean += off / moments.weight;
  moments.squares += off * (value - moments.mean);
}

/** Standard deviation; 0 without readings. */
export function spreadOf({ weight, squares }: Moments): number {
  return weight > 0 ? Math.sqrt(Math.max(0, squares) / weight) : 0;
}

/** All of them as one, faded to a time (Chan, Golub and LeVeque); the parts stay as they are. */
export function pooled(parts: readonly Moments[], at: number, halfLifeMs: number): Moments {
  const all = noMoments(at);
  for (const part of parts) {
    const kept = 2 ** ((part.at - at) / halfLifeMs);
    const weight = part.weight * kept;
    if (weight === 0) continue;
    const off = part.mean - all.mean;
    const sum = all.weight + weight;
    all.squares += part.squares * kept + (off * off * all.weight * weight) / sum;
    all.mean += (off * weight) / sum;
    all.weight = sum;
  }
  return all;
}

/**
 * A reading as a baseline may learn it: no further from what was expected than 3 σ. One that is far off counts, so that a
 * lasting change is learned in time, but a spike moves nothing (winsorising, as in Huber's M-estimators). Of Gaussian
 * noise this cuts 0.3 %, and takes less than 2 % off the spread.
 */
export function clipped(value: number, expected: number, spread: number): number {
  const reach = 3 * spread;
  return Math.min(Math.max(value, expected - reach), expected + reach);
}

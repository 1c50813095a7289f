/** Verdicts as numbers for people: how far off as part of the limit, as a score from 0 to 1, as fields of a message. */
import type { Verdict } from "./verdict.ts";

/**
 * How far off, as part of what is reported: 1 and more is.
 * @param limit in σ @param atLeast in the unit of the value: both must be exceeded
 */
export function strengthOf(
  { sigma, expected }: Verdict,
  value: number,
  limit: number,
  atLeast: number | undefined,
): number {
  const strength = Math.abs(sigma) / limit;
  if (expected === undefined || atLeast === undefined) return strength;
  return Math.min(strength, Math.abs(value - expected) / atLeast);
}

/** 0 for exactly as expected, 0.5 at the limit, 1 never quite. */
export function scoreOf(strength: number): number {
  return rounded(strength / (1 + strength));
}

/** The numbers of a verdict as fields of a payload. @param names of several values together */
export function scoredNumbers(
  { sigma, expected, spread, shares }: Verdict,
  strength: number,
  names: readonly string[],
): object {
  const usual = expected === undefined ? {} : { expected, spread };
  const by = shares && {
    shares: Object.fromEntries(names.map((name, index) => [name, rounded(shares[index]!)])),
  };
  return { ...usual, ...by, sigma: Math.round(sigma * 10) / 10, score: scoreOf(strength) };
}

function rounded(share: number): number {
  return Math.round(share * 1_000) / 1_000;
}

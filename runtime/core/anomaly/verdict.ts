/** What a baseline says of a reading, before it learns it. */
export interface Verdict {
  /** How many σ it is off: above (positive) or below. Of several values together: how unusual, never below. */
  readonly sigma: number;
  /** What was expected, and σ in the unit of the value. Absent for several values together. */
  readonly expected?: number;
  readonly spread?: number;
  /** Several values: how much each made it stand out, in their order; the sum is 1. */
  readonly shares?: readonly number[];
  /** In a person's words. Costs more than the verdict: call it for what is shown. */
  explain(): string;
}

/** A way to know what is usual. Known is a JSON value that belongs to the caller and is changed in place. */
export interface Baseline<Known> {
  /** @param key of the stream: chance is drawn from it, so that equal streams of other keys do not march in step */
  begin(key: string, at: number): Known;
  /**
   * Judges a reading by those before it, then learns it. Readings come in order of time.
   * @returns undefined: too little is known to judge
   */
  observe(known: Known, values: readonly number[], at: number): Verdict | undefined;
  /** Is what was known worth nothing any more? Then begin again. */
  isWornOut?(known: Known, at: number): boolean;
}

/** Beyond this nobody reads on, and a constant stream that moves at last would reach infinity. */
export const sigmaMax = 1_000;

/** Bounded number of σ. */
export function sigmas(off: number, spread: number): number {
  const sigma = off === 0 ? 0 : off / spread;
  return Math.min(Math.max(sigma, -sigmaMax), sigmaMax);
}

/** "31.2 is 6.4σ above the usual 22.1 for Tuesday 14:00". @param usual such as "recent" @param when such as " for Tuesday 14:00" */
export function offBy(
  value: number,
  sigma: number,
  expected: number,
  spread: number,
  usual: string,
  when: string,
) {
  const places = placesFor(spread);
  const far = Math.abs(sigma) >= sigmaMax ? `more than ${sigmaMax}` : Math.abs(sigma).toFixed(1);
  const side = sigma < 0 ? "below" : "above";
  return `${shown(value, places)} is ${far}σ ${side} the ${usual} ${shown(expected, places)}${when}`;
}

/** Decimal places that show a difference of this size with two digits. */
export function placesFor(difference: number): number {
  if (!(difference > 0)) return 2;
  return Math.min(Math.max(1 - Math.floor(Math.log10(difference)), 0), 9);
}

/** A number with at most so many decimal places. */
export function shown(value: number, places: number): string {
  return Math.abs(value) < 1e15 ? String(Number(value.toFixed(places))) : String(value);
}

/** Readings that repeat the one before: how finely a sensor measures, and whether it is stuck. */
export interface Repeats {
  value: number;
  /** Event time since which it has been this value. */
  since: number;
  /** Readings of this value in a row. */
  count: number;
  /** The longest it has ever stayed at one value before it changed, ms. */
  longestMs: number;
  /** The smallest change there has been; 0: none yet. */
  step: number;
}

export function firstOf(value: number, at: number): Repeats {
  return { value, since: at, count: 1, longestMs: 0, step: 0 };
}

/** Takes in the next reading. */
export function next(repeats: Repeats, value: number, at: number): void {
  if (value === repeats.value) {
    repeats.count++;
    return;
  }
  const change = Math.abs(value - repeats.value);
  if (repeats.step === 0 || change < repeats.step) repeats.step = change;
  repeats.longestMs = Math.max(repeats.longestMs, at - repeats.since);
  repeats.value = value;
  repeats.since = at;
  repeats.count = 1;
}

/**
 * Has it stayed at one value for so long that the sensor, not the room, is the likely cause? A valve rests for days
 * and a temperature for minutes, so it is measured by how long this one has ever rested.
 */
export function isStuck({ count, since, longestMs }: Repeats, at: number): boolean {
  return count >= countMin && longestMs > 0 && at - since > timesLonger * longestMs;
}

const countMin = 20;
const timesLonger = 8;

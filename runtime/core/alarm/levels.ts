/**
 * Limits of one value as levels of severity: each is raised when the value has been beyond it for long enough, and over
 * when the value has been back for long enough. Between beyond and back lies the hysteresis, where nothing begins or ends.
 *
 * Values must come in order of time. What takes time is settled when that time comes, after all values of the instant;
 * what takes none, at once.
 */
export interface Level {
  /** Beyond is below `low` or above `high`; back is from `clearLow` to `clearHigh`, ends included. */
  readonly low: number;
  readonly high: number;
  readonly clearLow: number;
  readonly clearHigh: number;
  readonly forMs: number;
  readonly clearForMs: number;
}

export type Side = "above" | "below";

/** JSON. */
export interface LevelState {
  raised: boolean;
  /** Time since which the value has been beyond the limit; kept while raised. */
  since?: number;
  /** Raised: time since which the value has been back. */
  back?: number;
  /** The side on which it was beyond last. */
  side?: Side;
}

/** Takes in a value. @returns since when what has ended by it has been back, if anything has */
export function observe(
  states: LevelState[],
  levels: readonly Level[],
  value: number,
  time: number,
): number | undefined {
  // Counted loops: this runs for every reading, and iterators of entries cost as much as all the rest.
  for (let index = 0; index < states.length; index++) {
    const state = states[index]!;
    const { low, high, clearLow, clearHigh } = levels[index]!;
    const side = value > high ? "above" : value < low ? "below" : undefined;
    if (side) state.side = side;
    if (state.raised) {
      if (value >= clearLow && value <= clearHigh) state.back ??= time;
      else if (state.back !== undefined) delete state.back;
    } else if (side) state.since ??= time;
    else if (state.since !== undefined) delete state.since;
  }
  return finish(states, levels, undefined);
}

/** Lets time pass. @returns since when what has ended has been back, if anything has */
export function settle(states: LevelState[], levels: readonly Level[], at: number): number | undefined {
  return finish(states, levels, at);
}

/** When there is something to settle; Infinity: never, unless a value comes. */
export function nextSettling(states: readonly LevelState[], levels: readonly Level[]): number {
  let due = Number.POSITIVE_INFINITY;
  for (let index = 0; index < states.length; index++) {
    const { raised, since, back } = states[index]!;
    const { forMs, clearForMs } = levels[index]!;
    if (raised && back !== undefined) due = Math.min(due, back + clearForMs);
    if (!raised && since !== undefined) due = Math.min(due, since + forMs);
  }
  return due;
}

/** Index of the last level that is raised, which is the most severe; -1: none. */
export function highestRaised(states: readonly LevelState[]): number {
  let highest = states.length - 1;
  while (highest >= 0 && !states[highest]!.raised) highest--;
  return highest;
}

/** The limit at which a value is back; of a range, the end that is nearer to the value. */
export function clearLimit({ clearLow, clearHigh }: Level, value: number): number {
  return value - clearLow < clearHigh - value ? clearLow : clearHigh;
}

/** @param at the delays that end by then are over; undefined: those alone that take no time */
function finish(states: LevelState[], levels: readonly Level[], at: number | undefined): number | undefined {
  let endedSince: number | undefined;
  for (let index = 0; index < states.length; index++) {
    const state = states[index]!;
    const { forMs, clearForMs } = levels[index]!;
    if (state.raised) {
      if (state.back === undefined || !isOver(state.back, clearForMs, at)) continue;
      endedSince = state.back;
      states[index] = { raised: false };
    } else if (state.since !== undefined && isOver(state.since, forMs, at)) state.raised = true;
  }
  return endedSince;
}

function isOver(since: number, delayMs: number, at: number | undefined): boolean {
  return at === undefined ? delayMs === 0 : since + delayMs <= at;
}

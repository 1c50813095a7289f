/**
 * Finds a pattern in the messages of one key, which come in order of event time: a non-deterministic automaton whose
 * partial matches share what they have taken.
 *
 * Every message may begin a match, and each partial match goes every way it can. Partial matches stand in the order they
 * began in. Where matches make others void, a match waits until none that began earlier is open any more (as in Flink).
 */
import type { Message } from "../message.ts";
import { type Match, settle } from "./afterMatch.ts";
import {
  addEntry,
  addMessage,
  createBuffer,
  hold,
  lastStep,
  type MatchBuffer,
  release,
  type Taken,
  takenUpTo,
} from "./buffer.ts";
import { beginning, completedByTime, movesOf, type Position, restMayBeMissing, unchanged } from "./moves.ts";
import { endsWith, type Pattern } from "./pattern.ts";

/** What is kept of one key. JSON. */
export interface Matching {
  readonly buffer: MatchBuffer;
  /** Open partial matches, by beginning. */
  runs: Run[];
  /** Matches that an earlier one could still make void, by beginning. */
  held: Found[];
}

/** A match, or the beginning of one. */
export interface Found {
  /** Number of its first message. */
  readonly start: number;
  /** Its last entry. */
  readonly entry: number;
}

interface Run extends Found, Position {
  /** Event time of its first message. */
  readonly since: number;
}

export interface Outcome {
  readonly matches: readonly Match[];
  /** Partial matches that ran out of time. */
  readonly timeouts: readonly TimedOut[];
  /** Partial matches that were given up to stay within the limits. */
  readonly evicted: number;
}

export interface TimedOut {
  readonly taken: readonly Taken[];
  /** Of several it waited for, the last. */
  readonly step: number;
}

export interface MatchLimits {
  readonly runsMax: number;
  readonly entriesMax: number;
}

/** Bounds of one key. Beyond them the partial matches that began first are given up. */
export const matchLimits: MatchLimits = {
  /** Each costs every message some conditions. A pattern with so many open begins too often, or has no time limit. */
  runsMax: 1_000,
  /** Messages taken, summed over what partial matches do not share: a few megabytes of state. */
  entriesMax: 10_000,
};

export class Matcher<Condition> {
  private readonly pattern: Pattern<Condition>;
  private readonly limits: MatchLimits;

  constructor(pattern: Pattern<Condition>, limits: MatchLimits = matchLimits) {
    this.pattern = pattern;
    this.limits = limits;
  }

  /** A key that nothing is known of. */
  start(): Matching {
    return { buffer: createBuffer(), runs: [], held: [] };
  }

  /**
   * The next message.
   * @param holds whether a condition holds for it. `entry` is the last one of the partial match that asks, undefined for a
   *   match that would begin here. What it throws leaves the state as it was
   */
  take(
    state: Matching,
    message: Message,
    holds: (condition: Condition, entry: number | undefined) => boolean,
  ): Outcome {
    const { pattern } = this;
    const { buffer } = state;
    const decided = [...state.runs, undefined].map((run) => {
      const last = run && lastStep(buffer, run.entry);
      return { run, moves: movesOf(pattern, run ?? beginning, last, (each) => holds(each, run?.entry)) };
    });
    let number: number | undefined;
    const entries = new Map<string, number>();
    const entryOf = (step: number, before: number | undefined): number => {
      number ??= addMessage(buffer, message);
      const name = `${step} ${before}`;
      const entry = entries.get(name) ?? addEntry(buffer, step, number, before);
      entries.set(name, entry);
      return entry;
    };
    const runs: Run[] = [];
    const complete: Found[] = [];
    for (const { run, moves } of decided) {
      if (run && moves === unchanged) {
        runs.push(run);
        continue;
      }
      for (const { takes, stays, complete: matched, ...position } of moves) {
        const entry = takes === undefined ? run!.entry : entryOf(takes, run?.entry);
        const found = { start: run?.start ?? number!, entry };
        if (matched) {
          hold(buffer, entry);
          complete.push(found);
        }
        if (stays) {
          hold(buffer, entry);
          runs.push({ ...found, since: run?.since ?? message.time, ...position });
        }
      }
      if (run) release(buffer, run.entry);
    }
    state.runs = runs;
    const evicted = this.evict(state, complete.length);
    return { matches: settle(pattern.afterMatch, state, complete), timeouts: [], evicted };
  }

  /** Event time at which partial matches run out of time, after the messages of that instant. */
  dueAt({ runs }: Matching): number | undefined {
    const { withinMs } = this.pattern;
    return runs[0] && withinMs !== Number.POSITIVE_INFINITY ? runs[0].since + withinMs - 1 : undefined;
  }

  /** That time has come. */
  expire(state: Matching, at: number): Outcome {
    const { pattern } = this;
    const { buffer } = state;
    const open = state.runs.findIndex(({ since }) => since + pattern.withinMs - 1 > at);
    const over = state.runs.splice(0, open < 0 ? state.runs.length : open);
    const complete: Found[] = [];
    for (const { start, entry, ...position } of over) {
      if (!completedByTime(pattern, position)) continue;
      hold(buffer, entry);
      complete.push({ start, entry });
    }
    const matches = settle(pattern.afterMatch, state, complete);
    const timeouts = new Map<number, TimedOut>();
    for (const { start, entry, ...position } of over) {
      if (hasMatched(pattern, position) || isVoid(start, matches)) continue;
      if (complete.some((each) => each.entry === entry)) continue;
      // Those that wait for later steps come later.
      timeouts.set(entry, { taken: takenUpTo(buffer, entry), step: position.step });
    }
    for (const { entry } of over) release(buffer, entry);
    return { matches, timeouts: [...timeouts.values()], evicted: 0 };
  }

  /** How far a key is filled, from 0 to 1. */
  fill({ runs, held, buffer }: Matching): number {
    const { runsMax, entriesMax } = this.limits;
    return Math.max((runs.length + held.length) / runsMax, buffer.size / entriesMax);
  }

  /** Gives up what began first until the rest is within the limits. */
  private evict(state: Matching, complete: number): number {
    const { runs, held, buffer } = state;
    let evicted = 0;
    const { runsMax, entriesMax } = this.limits;
    const isOver = () => runs.length - evicted + held.length + complete > runsMax || buffer.size > entriesMax;
    while (evicted < runs.length && isOver()) release(buffer, runs[evicted++]!.entry);
    runs.splice(0, evicted);
    return evicted;
  }
}

/** What has matched does not time out: it was complete when it took its last message. */
function hasMatched<Condition>(pattern: Pattern<Condition>, position: Position): boolean {
  return endsWith(pattern) === "step" && restMayBeMissing(pattern, position);
}

/** Has a match that began no later made void what began there? */
function isVoid(start: number, matches: readonly Match[]): boolean {
  return matches.some(({ taken, voidUpTo }) => taken[0]!.number <= start && start <= voidUpTo);
}

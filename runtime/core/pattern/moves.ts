/** What one message can do to one partial match: the transitions of the automaton. Pure, without a trace in any state. */
import { endsWith, type Pattern, type Step } from "./pattern.ts";

/** Where a partial match stands. */
export interface Position {
  /** The step it waits in; one past the last: only what must not come is left. */
  readonly step: number;
  /** Messages that step has taken, counted no further than it matters. */
  readonly taken: number;
  /** It has let a message pass since the last one taken: from now on it waits for this step, or fails. */
  readonly passed: boolean;
  /** Greedy steps that it went on from while its twin, which did not, still waits there: what suits them is the twin's. */
  readonly left?: readonly number[];
}

/** A way on for a partial match; a message that suits several steps opens several. */
export interface Move extends Position {
  /** The step that takes the message; absent: it passes. */
  readonly takes?: number;
  /** Messages that come may continue it. */
  readonly stays: boolean;
  /** It is a match. */
  readonly complete: boolean;
}

export const beginning: Position = { step: 0, taken: 0, passed: false };

/** The message passes, and leaves everything as it was: what most messages do to most partial matches. */
export const unchanged: readonly Move[] = [];

/**
 * @param last the step that took the newest message; undefined: nothing is taken yet
 * @param holds tells whether a condition holds for the message
 * @returns the ways on, those that take the message in an earlier step first, or {@link unchanged}; none: it has failed
 */
export function movesOf<Condition>(
  pattern: Pattern<Condition>,
  at: Position,
  last: number | undefined,
  holds: (condition: Condition) => boolean,
): readonly Move[] {
  const { steps } = pattern;
  if (last !== undefined && isForbidden(steps[last]!, last, at, holds)) return [];
  let left: readonly number[] = [];
  for (const twin of at.left ?? []) {
    const { takes, waits } = suits(steps[twin]!, twin === last, holds);
    if (takes) return [];
    if (waits) left = [...left, twin];
  }
  const moves: Move[] = [];
  let { step, taken, passed } = at;
  for (; step < steps.length; step++, taken = 0, passed = false) {
    const each = steps[step]!;
    const { takes, waits } = suits(each, taken > 0, holds);
    if (waits && !takes && passed && left.length === (at.left?.length ?? 0)) return unchanged;
    if (takes) moves.push(taking(pattern, step, taken));
    if (waits && last !== undefined) moves.push(waiting(step, taken, left));
    if (passed || !mayEnd(each, taken) || (each.greedy && takes)) return moves;
    if (each.greedy && waits) left = [...left, step];
  }
  const ending = endsWith(pattern);
  if (ending === "never" && last !== undefined) moves.push(waiting(step, 0, left));
  if (ending === "notNext" && last !== undefined)
    moves.push({ step, taken: 0, passed: true, stays: false, complete: true });
  return moves;
}

/** May the step end here, and all that follow be missing? */
export function restMayBeMissing<Condition>(
  { steps }: Pattern<Condition>,
  { step, taken }: Position,
): boolean {
  return (
    step === steps.length ||
    (mayEnd(steps[step]!, taken) && steps.slice(step + 1).every(({ optional }) => optional))
  );
}

/** When time runs out: has all come that must, and nothing that must not? */
export function completedByTime<Condition>(pattern: Pattern<Condition>, at: Position): boolean {
  if (endsWith(pattern) !== "never" || !restMayBeMissing(pattern, at)) return false;
  // One that waits for more of the same has a twin that does not.
  return !at.passed || at.step === pattern.steps.length;
}

function taking<Condition>(pattern: Pattern<Condition>, step: number, before: number): Move {
  const { least, most } = pattern.steps[step]!;
  const taken = before + 1;
  const next =
    taken >= most
      ? { step: step + 1, taken: 0, passed: false }
      : { step, taken: most === Number.POSITIVE_INFINITY ? Math.min(taken, least) : taken, passed: false };
  const ending = endsWith(pattern);
  const stays = next.step < pattern.steps.length || ending !== "step";
  return { ...next, takes: step, stays, complete: ending === "step" && restMayBeMissing(pattern, next) };
}

function waiting(step: number, taken: number, left: readonly number[]): Move {
  return { step, taken, passed: true, stays: true, complete: false, ...(left.length > 0 ? { left } : {}) };
}

function isForbidden<Condition>(
  step: Step<Condition>,
  last: number,
  at: Position,
  holds: (condition: Condition) => boolean,
): boolean {
  if (step.never.some(holds)) return true;
  if (at.passed || step.notNext.length === 0) return false;
  return (at.step !== last || mayEnd(step, at.taken)) && step.notNext.some(holds);
}

function mayEnd(
  { optional, least }: { readonly optional: boolean; readonly least: number },
  taken: number,
): boolean {
  return taken === 0 ? optional : taken >= least;
}

/** Can a step take the message, and can it let it pass? @param begun has it taken one already? */
function suits<Condition>(
  { fits, until, after, between }: Step<Condition>,
  begun: boolean,
  holds: (condition: Condition) => boolean,
): { takes: boolean; waits: boolean } {
  const fit = holds(fits);
  const over = until !== undefined && (fit || begun) && holds(until);
  const how = begun ? between : after;
  return { takes: fit && !over, waits: (how === "any" || (how === "later" && !fit)) && !(over && begun) };
}

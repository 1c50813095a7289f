/** What one message can do to one partial match: the transitions of the automaton. Pure, without a trace in any state. */
import { endsWith, type Pattern, type Step } from "./pattern.ts";

/** Where a partial match stands. */
export interface Position {
  /** The step it waits in; one past the last: only what must not come is left. */
  readonly step: number;
  /** Messages that step has taken, counted no further than it matters. */
  readonly taken: number;
  /** It has let a message pass since the last one taken: from now on it waits for this step, or is given up. */
  readonly passed: boolean;
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

/**
 * @param last the step that took the newest message; undefined: nothing is taken yet
 * @param holds tells whether a condition holds for the message
 * @returns the ways on, those that take the message in an earlier step first; none: the partial match has failed
 */
export function movesOf<Condition>(
  pattern: Pattern<Condition>,
  at: Position,
  last: number | undefined,
  holds: (condition: Condition) => boolean,
): Move[] {
  const { steps } = pattern;
  if (last !== undefined && isForbidden(steps[last]!, last, at, holds)) return [];
  const moves: Move[] = [];
  let { step, taken, passed } = at;
  for (; step < steps.length; step++, taken = 0, passed = false) {
    const each = steps[step]!;
    const fits = holds(each.fits);
    const over = each.until !== undefined && (fits || taken > 0) && holds(each.until);
    const takes = fits && !over;
    const waits = mayWait(taken > 0 ? each.between : each.after, fits) && !(over && taken > 0);
    if (takes) moves.push(taking(pattern, step, taken));
    if (waits && last !== undefined) moves.push({ step, taken, passed: true, stays: true, complete: false });
    if (!mayEnd(each, taken) || (passed && !each.greedy)) return moves;
    if (each.greedy && (takes || (waits && !nextFits(steps, step, holds)))) return moves;
  }
  const ending = endsWith(pattern);
  if (ending !== "step") {
    const complete = ending === "notNext";
    moves.push({ step, taken: 0, passed: true, stays: !complete, complete });
  }
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
  // One that waits for more of the same has a twin that does not, unless the step is greedy.
  return !at.passed || at.step === pattern.steps.length || pattern.steps[at.step]!.greedy;
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

function isForbidden<Condition>(
  { never, notNext, ...step }: Step<Condition>,
  last: number,
  at: Position,
  holds: (condition: Condition) => boolean,
): boolean {
  if (never.some(holds)) return true;
  const over = at.step !== last || mayEnd(step, at.taken);
  return over && !at.passed && notNext.some(holds);
}

function mayEnd(
  { optional, least }: { readonly optional: boolean; readonly least: number },
  taken: number,
): boolean {
  return taken === 0 ? optional : taken >= least;
}

function mayWait(how: Step<unknown>["after"], fits: boolean): boolean {
  return how === "any" || (how === "later" && !fits);
}

/** Does the message suit a step that can come next? */
function nextFits<Condition>(
  steps: readonly Step<Condition>[],
  step: number,
  holds: (condition: Condition) => boolean,
): boolean {
  for (const { fits, optional } of steps.slice(step + 1)) {
    if (holds(fits)) return true;
    if (!optional) return false;
  }
  return false;
}

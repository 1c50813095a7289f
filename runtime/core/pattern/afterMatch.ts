/** Which matches count, and what they make void: the skip strategies of Flink CEP. */
import { release, type Taken, takenUpTo } from "./buffer.ts";
import type { Found, Matching } from "./matcher.ts";
import type { AfterMatch } from "./pattern.ts";

export interface Match {
  /** What it has taken, in order. */
  readonly taken: readonly Taken[];
  /** Number of a message: what else began with it or before is void. 0: nothing is. */
  readonly voidUpTo: number;
}

/**
 * Lets those matches count that no earlier partial match can make void any more, and removes what they make void.
 * @param complete new matches, held by the caller in the buffer; from here on by the state, or by nobody
 * @returns matches by their beginning; of equal ones, in the order given
 */
export function settle(afterMatch: AfterMatch, state: Matching, complete: readonly Found[]): Match[] {
  const { buffer } = state;
  const matchOf = ({ entry }: Found): Match => {
    const taken = takenUpTo(buffer, entry);
    release(buffer, entry);
    return { taken, voidUpTo: voidedBy(afterMatch, taken) };
  };
  if (afterMatch.skip === "none") return complete.map(matchOf);
  if (complete.length > 0) state.held = [...state.held, ...complete].sort((a, b) => a.start - b.start);
  const matches: Match[] = [];
  for (;;) {
    const [first] = state.held;
    if (!first || (state.runs[0] && state.runs[0].start < first.start)) return matches;
    state.held.shift();
    const match = matchOf(first);
    matches.push(match);
    state.runs = without(state.runs, match.voidUpTo, state);
    state.held = without(state.held, match.voidUpTo, state);
  }
}

function voidedBy(afterMatch: AfterMatch, taken: readonly Taken[]): number {
  switch (afterMatch.skip) {
    case "none":
      return 0;
    case "next":
      return taken[0]!.number;
    case "past":
      return taken.at(-1)!.number;
    default: {
      const ofStep = taken.filter(({ step }) => step === afterMatch.step);
      const target = afterMatch.skip === "first" ? ofStep[0] : ofStep.at(-1);
      return target ? target.number - 1 : 0;
    }
  }
}

function without<Each extends Found>(found: Each[], voidUpTo: number, { buffer }: Matching): Each[] {
  return found.filter(({ start, entry }) => {
    if (start > voidUpTo) return true;
    release(buffer, entry);
    return false;
  });
}

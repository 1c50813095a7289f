import type { Program } from "./program.ts";

/** Where the groups of a match lie: start and end of the whole, then of each group; -1 where it took no part. */
export type Captures = readonly number[];

/**
 * Finds the first match at or behind a place, in time proportional to the text and the program (Pike's simulation: all
 * ways through the pattern advance together, in order of preference; the one ECMAScript would take wins).
 * @param charge is told how many states were visited, and may throw to stop
 */
export function findMatch(
  program: Program,
  text: string,
  from: number,
  multiline: boolean,
  charge: (visits: number) => void,
): Captures | undefined {
  const search = new Search(program, text, multiline);
  return search.run(from, charge);
}

interface Thread {
  readonly at: number;
  readonly captures: number[];
}

class Search {
  private readonly program: Program;
  private readonly text: string;
  private readonly multiline: boolean;
  /** By state: the number of the place it was last visited at. */
  private readonly seen: Int32Array;
  private threads: Thread[] = [];
  private visits = 0;
  constructor(program: Program, text: string, multiline: boolean) {
    this.program = program;
    this.text = text;
    this.multiline = multiline;
    this.seen = new Int32Array(program.instructions.length << program.rounds).fill(-1);
  }

  run(from: number, charge: (visits: number) => void): Captures | undefined {
    const { text, program } = this;
    const consumed = (1 << program.rounds) - 1;
    let best: Captures | undefined;
    let active: Thread[] = [];
    for (let place = from; place <= text.length; place++) {
      // A way that starts further right is worth less than any that started before.
      this.threads = [];
      this.visits = 0;
      for (const thread of active) this.follow(thread.at, place, consumed, thread.captures);
      if (best === undefined) this.follow(0, place, consumed, new Array<number>(program.slots).fill(-1));
      charge(this.visits + 1);
      active = [];
      const unit = place < text.length ? text.charCodeAt(place) : -1;
      for (const { at, captures } of this.threads) {
        const { op, value, next } = program.instructions[at]!;
        if (op === "match") {
          best = captures;
          break;
        }
        if (unit >= 0 && program.units[value]!.fits(unit)) active.push({ at: next, captures });
      }
      if (active.length === 0 && best !== undefined) break;
    }
    return best;
  }

  /** Adds the states that a state leads to without consuming anything, the preferred first. */
  private follow(start: number, place: number, mask: number, found: number[]): void {
    let at = start;
    let consumed = mask;
    let captures = found;
    for (;;) {
      const state = (at << this.program.rounds) | consumed;
      if (this.seen[state] === place) return;
      this.seen[state] = place;
      this.visits++;
      const { op, next, other, value, end } = this.program.instructions[at]!;
      switch (op) {
        case "unit":
        case "match":
          this.threads.push({ at, captures });
          return;
        case "split":
          this.follow(next, place, consumed, captures);
          at = other;
          continue;
        case "save":
          captures = captures.slice();
          captures[value] = place;
          break;
        case "forget":
          captures = captures.slice().fill(-1, value, end);
          break;
        case "round":
          consumed &= ~(1 << value);
          break;
        case "progress":
          if ((consumed & (1 << value)) === 0) return;
          break;
        case "assert":
          if (!this.holds(this.program.asserts[value]!, place)) return;
          break;
        case "jump":
      }
      at = next;
    }
  }

  private holds(test: "^" | "$" | "b" | "B", place: number): boolean {
    const { text, multiline } = this;
    if (test === "^") return place === 0 || (multiline && isLineEnd(text.charCodeAt(place - 1)));
    if (test === "$") return place === text.length || (multiline && isLineEnd(text.charCodeAt(place)));
    const atWord = isWord(text.charCodeAt(place - 1)) !== isWord(text.charCodeAt(place));
    return atWord === (test === "b");
  }
}

function isLineEnd(unit: number): boolean {
  return unit === 10 || unit === 13 || unit === 0x2028 || unit === 0x2029;
}

/** `NaN`, beside the text, is none. */
function isWord(unit: number): boolean {
  const letter = unit | 32;
  return (letter >= 97 && letter <= 122) || (unit >= 48 && unit <= 57) || unit === 95;
}

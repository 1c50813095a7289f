import type { DebugLine } from "../../runtime/protocol/live.ts";

export interface DebugView {
  /** Oldest first. */
  readonly lines: readonly NumberedLine[];
  readonly paused: boolean;
  /** Lines that came while paused; the newest of them are shown on resuming. */
  readonly waiting: number;
  /** Lines left out on the way here because there were too many. */
  readonly skipped: number;
}

/** A debug line with a number of its own: the same message may pass two debug nodes, or one twice. */
export interface NumberedLine extends DebugLine {
  readonly number: number;
}

export const debugLinesMax = 500;

/** The newest debug lines. Paused, it keeps what is shown and collects behind it. */
export class DebugRing {
  #lines: NumberedLine[] = [];
  #behind: NumberedLine[] = [];
  #count = 0;
  #waiting = 0;
  #skipped = 0;
  #paused = false;
  #view: DebugView | undefined;

  add(lines: readonly DebugLine[], skipped: number): void {
    const numbered = lines.map((line) => ({ ...line, number: this.#count++ }));
    this.#skipped += skipped;
    if (this.#paused) {
      this.#waiting += numbered.length;
      this.#behind = newest(this.#behind, numbered);
    } else {
      this.#lines = newest(this.#lines, numbered);
    }
    this.#view = undefined;
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    if (!paused) {
      this.#lines = newest(this.#lines, this.#behind);
      this.#behind = [];
      this.#waiting = 0;
    }
    this.#view = undefined;
  }

  clear(): void {
    this.#lines = [];
    this.#behind = [];
    this.#waiting = 0;
    this.#skipped = 0;
    this.#view = undefined;
  }

  /** The same object until something changes. */
  get view(): DebugView {
    this.#view ??= {
      lines: this.#lines,
      paused: this.#paused,
      waiting: this.#waiting,
      skipped: this.#skipped,
    };
    return this.#view;
  }
}

function newest(lines: readonly NumberedLine[], more: readonly NumberedLine[]): NumberedLine[] {
  return [...lines, ...more].slice(-debugLinesMax);
}

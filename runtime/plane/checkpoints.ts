import type { SnapshotRecord } from "../core/engine/output.ts";
import type { Journal } from "./journal.ts";
import type { Tables } from "./replica.ts";

/** Where the journal has to be read from, to come from a checkpoint to the present. */
export interface Progress {
  /** The next free journal position. */
  readonly position: number;
  /** Processing time of the last step, ms since epoch. */
  readonly now: number;
  /** False: there was no journal, and nobody knows what positions were given out after it. */
  readonly journaled: boolean;
}

export type TableName = "state" | "flows" | "outbox" | "deliveries";
export type Changes = Tables<readonly SnapshotRecord[]> & { readonly deliveries: readonly SnapshotRecord[] };

/** Where checkpoints are kept. */
export interface Checkpoints {
  readonly progress: Progress | undefined;
  load(table: TableName): Iterable<SnapshotRecord>;
  /**
   * Replaces the records at their addresses, of all tables in one transaction; a null value forgets. Values are read
   * before this returns. What cannot be written is written with the next save.
   * @param ready when it may be written
   */
  save(changes: Changes, progress: Progress, ready: Promise<unknown>): Promise<void>;
}

/** Saves one checkpoint after the other, and tells when the disk does not take them. */
export class Saver {
  readonly #store: Checkpoints;
  readonly #journal: Journal;
  readonly #problem: (text: string) => void;
  #told: string | undefined;
  #savedTo: number;
  /** Of the monotonic clock, ms. */
  #savedAt = performance.now();
  #durationMs = 0;

  constructor(store: Checkpoints, journal: Journal, problem: (text: string) => void) {
    this.#store = store;
    this.#journal = journal;
    this.#problem = problem;
    this.#savedTo = store.progress?.position ?? 0;
  }

  /** Since the last checkpoint that reached the disk, or was on it already; how long it took; why there is no newer one. */
  get health(): {
    readonly ageMs: number;
    readonly durationMs: number;
    readonly problem: string | undefined;
  } {
    return { ageMs: performance.now() - this.#savedAt, durationMs: this.#durationMs, problem: this.#told };
  }

  /**
   * Never rejects. The journal is on disk up to the checkpoint before the checkpoint is: else a power cut could leave one
   * that is ahead of its journal, and what a broker then delivers again would be counted twice.
   * @param oldest position that a flow still needs
   */
  async save(changes: Changes, progress: Progress, oldest: number): Promise<void> {
    const count = Object.values(changes).reduce((sum, records) => sum + records.length, 0);
    const startedAt = performance.now();
    if (count === 0 && progress.position === this.#savedTo) {
      this.#savedAt = startedAt;
      return;
    }
    try {
      await this.#store.save(changes, progress, this.#journal.flush());
      this.#savedTo = progress.position;
      this.#savedAt = performance.now();
      this.#durationMs = this.#savedAt - startedAt;
      if (this.#told) this.#problem("saving the checkpoint works again");
      this.#told = undefined;
      this.#journal.trim(Math.min(progress.position, oldest), progress.position);
    } catch (error) {
      this.#savedTo = -1;
      const text = `saving the checkpoint: ${error instanceof Error ? error.message : String(error)}. Is the disk full? Until it works again, a restart has more of the journal to go through`;
      // Tried every second, told once.
      if (text !== this.#told) this.#problem(text);
      this.#told = text;
    }
  }
}

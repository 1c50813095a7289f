/** The durable record of inputs, as the data plane needs it. */
import type { JournalBatch } from "../core/engine/journal.ts";

export interface Journal {
  /** Positions count up. Everything is copied before it returns; never throws for what the disk does: it retries by itself. */
  append(batch: JournalBatch): void;
  /** Every batch whose position is below this is as safe as the mode promises. */
  readonly committed: number;
  /** Called after each advance of {@link committed}, from the event loop. */
  onCommitted: (() => void) | undefined;
  /** Told once when the disk does not take it, and with undefined when it does again. */
  onProblem: ((text: string | undefined) => void) | undefined;
  /** Bytes appended and not committed. */
  readonly pendingBytes: number;
  /** Resolves when all that was appended so far is on disk for good, in every mode that writes. */
  flush(): Promise<void>;
  /** In order, from the batch that holds this position; what is committed, and after a crash what was found besides. */
  read(from: number): Iterable<JournalBatch>;
  /** The oldest position there is. */
  readonly first: number;
  /** The next free position. */
  readonly next: number;
  /**
   * Retention by age and size. Keeps what is at or behind `keepFrom` unless the bound on size forces it, and what is at or
   * behind `neverFrom` in any case: recovery needs it.
   */
  trim(keepFrom: number, neverFrom: number): void;
  close(): Promise<void>;
}

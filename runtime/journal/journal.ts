/**
 * The journal: everything that decides what the engine knows, in one order, on disk before anything it causes leaves the
 * process. format.ts says what the files look like.
 *
 * **Protocol.** `append` encodes a batch into the open group and returns. One group is written and synced while the next
 * gathers (group commit); then `committed` moves beyond its batches and `onCommitted` is called. What was computed from
 * a batch is acted upon when `committed` is beyond it, and not before.
 *
 * **What committed means.** `sync`: it survives a power cut (fdatasync, and fsync of the folder for new files).
 * `interval`: it survives the death of the process; a power cut can cost a second. `off`: nothing is written.
 *
 * **Guarantees**, as long as the disk keeps what it said it synced:
 * - What was committed is read again, byte for byte, in order, once; after any number of crashes.
 * - What was appended and not committed is read as a whole prefix, or not at all. After a crash it is written once more
 *   before it is committed: that it can be read does not mean that the disk has it.
 * - `append` never throws for what the disk does. A full disk is told by `onProblem` and tried again, with the same
 *   bytes at the same place. After a failed sync all that was not synced is written again into a new segment.
 * - What was synced and cannot be read is told by `notice`, with its place, and skipped.
 * - Positions count up. `append` may leave some out: the host does so after a time without journal.
 * - Clocks may go back from one start of the program to the next, never within; searching by time copes.
 */
import type { JournalBatch } from "../core/engine/journal.ts";
import { type Files, nodeFiles } from "./files.ts";
import { limits } from "./limits.ts";
import { recover } from "./recovery.ts";
import { trim } from "./retention.ts";
import { endOf, type Loss, type Segments } from "./segments.ts";
import { ofTopic } from "./topicFilter.ts";
import { type After, type SyncMode, Writer } from "./writer.ts";

export interface JournalOptions {
  /** A folder, made when it does not exist, or a file system of the caller's. Nobody else writes to it. */
  readonly files: string | Files;
  readonly mode: SyncMode | "off";
  /** Older segments are given up, when nobody needs them. */
  readonly ageMsMax: number;
  /** The oldest segments are given up when there are more bytes than this. */
  readonly sizeBytesMax: number;
  /** For people: what was lost or given up, with its place. */
  readonly notice: (text: string) => void;
  readonly after?: After;
}

export interface TimeRange {
  /** ms since epoch, included */
  readonly fromMs?: number;
  /** ms since epoch, included */
  readonly toMs?: number;
  /** MQTT topic filter. */
  readonly topic?: string;
}

export class Journal {
  onCommitted: (() => void) | undefined;
  onProblem: ((text: string | undefined) => void) | undefined;
  readonly #options: JournalOptions;
  readonly #files: Files;
  readonly #segments: Segments;
  readonly #writer: Writer | undefined;
  /** Mode `off`: what recovery found behind what is on disk for good. Else the writer has it. */
  readonly #tail: readonly JournalBatch[];
  readonly #recoveredEnd: number;
  /** Mode `off`: the next position. */
  #next: number;
  /** Clock of the last batch. */
  #nowMs: number;
  readonly #told = new Set<string>();
  #removing: Promise<void> = Promise.resolve();

  /** @throws JournalError when a newer version wrote the folder */
  constructor(options: JournalOptions) {
    this.#options = options;
    const { files, mode, sizeBytesMax, after = afterTimeout } = options;
    this.#files = typeof files === "string" ? nodeFiles(files) : files;
    const recovered = recover(this.#files, (loss) => this.#lost(loss));
    const { segments, tail, lastMs } = recovered;
    this.#segments = segments;
    this.#tail = mode === "off" ? tail : [];
    this.#recoveredEnd = tail.length > 0 ? endOf(tail.at(-1)!) : segments.end;
    this.#next = this.#recoveredEnd;
    this.#nowMs = lastMs;
    if (mode === "off") return;
    this.#writer = new Writer(
      {
        files: this.#files,
        segments,
        mode,
        segmentBytesMax: Math.min(limits.segmentBytesMax, sizeBytesMax / limits.segmentsWithinSize),
        after,
        committed: () => queueMicrotask(() => this.onCommitted?.()),
        problem: (text) => queueMicrotask(() => this.onProblem?.(text && problemText(text))),
      },
      recovered,
    );
  }

  /**
   * Takes a batch; it is encoded when this returns, and the caller may reuse its bytes.
   * @throws Error when its position is not free any more: a bug of the caller
   */
  append(batch: JournalBatch): void {
    if (batch.position < this.next) {
      throw new Error(`appending at position ${batch.position}: the journal is already at ${this.next}`);
    }
    this.#nowMs = batch.now;
    if (this.#writer) {
      this.#writer.append(batch);
      return;
    }
    this.#next = endOf(batch);
    queueMicrotask(() => this.onCommitted?.());
  }

  /** Every batch whose position is below this is as safe as the mode promises. Less than {@link next} also after a crash. */
  get committed(): number {
    return this.#writer?.committed ?? this.#next;
  }

  /** Bytes appended and not committed. */
  get pendingBytes(): number {
    return this.#writer?.pendingBytes ?? 0;
  }

  /** The oldest position from which on everything up to {@link next} can be read. */
  get first(): number {
    return !this.#writer && this.#next > this.#recoveredEnd ? this.#next : this.#segments.first;
  }

  /** The next free position. */
  get next(): number {
    return this.#writer?.next ?? this.#next;
  }

  /** Resolves when all that was appended so far is on disk for good, in every mode but `off`. Rejects when it is closed first. */
  async flush(): Promise<void> {
    await this.#writer?.flush();
  }

  /**
   * In order, from the batch that holds this position, as long as there is something committed to read. Payloads are
   * parts of larger buffers: keep copies, not them.
   */
  read(from: number): Iterable<JournalBatch> {
    return this.#read(from, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  }

  /**
   * In order, what is committed of this time. With a topic: only MQTT messages under it, in batches that are parts of
   * the original ones; inputs still have the positions behind that of their batch.
   */
  range(query: TimeRange): Iterable<JournalBatch> {
    const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, topic } = query;
    const batches = this.#read(0, fromMs, toMs);
    return topic === undefined ? batches : ofTopic(batches, topic);
  }

  /**
   * Gives up what is too old, or too much. Keeps what is at or behind `keepFrom` unless the bound on size forces it, and
   * what is at or behind `neverFrom` in any case: recovery needs it.
   */
  trim(keepFrom: number, neverFrom = Number.POSITIVE_INFINITY): void {
    const { ageMsMax, sizeBytesMax, notice } = this.#options;
    const synced = this.#writer?.synced ?? this.#segments.end;
    const retention = { nowMs: this.#nowMs, ageMsMax, sizeBytesMax, keepFrom, neverFrom, synced, notice };
    for (const { name } of trim(this.#segments, retention)) {
      this.#removing = this.#removing.then(() => this.#remove(name));
    }
  }

  /** Commits what the disk takes. */
  async close(): Promise<void> {
    await this.#writer?.close();
    await this.#removing;
  }

  *#read(from: number, fromMs: number, toMs: number): Generator<JournalBatch> {
    yield* this.#segments.read(from, fromMs, toMs);
    // Being written again: after a crash, or a failed sync.
    const to = Math.max(this.#recoveredEnd, this.committed);
    const behind = this.#segments.end;
    if (behind >= to) return;
    for (const batch of this.#writer?.unsettled(behind, to) ?? this.#tail) {
      if (endOf(batch) > from && batch.now >= fromMs && batch.now <= toMs) yield batch;
    }
  }

  async #remove(name: string): Promise<void> {
    try {
      await this.#files.remove(name);
      await this.#files.syncFolder();
    } catch (error) {
      this.#options.notice(
        `removing ${name} from the journal: ${(error as Error).message}; it is tried again after a restart`,
      );
    }
  }

  #lost({ segment, from, to }: Loss): void {
    const text = `the journal's ${segment} is damaged: positions ${from} to ${to - 1} cannot be read and are left out`;
    if (this.#told.has(text)) return;
    this.#told.add(text);
    this.#options.notice(text);
  }
}

function problemText(cause: string): string {
  return `writing the journal: ${cause}. Until it works, messages are neither acknowledged nor acted upon; it is tried again every second. Is the disk full?`;
}

const afterTimeout: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

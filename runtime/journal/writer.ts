import type { JournalBatch } from "../core/engine/journal.ts";
import type { Files, WritableFile } from "./files.ts";
import { encodeHeader, headerBytes, type SegmentHeader, segmentName } from "./format.ts";
import type { Group } from "./group.ts";
import { limits } from "./limits.ts";
import { Queue } from "./queue.ts";
import type { Recovered } from "./recovery.ts";
import { endOf, type Segment, type Segments } from "./segments.ts";

export type SyncMode = "sync" | "interval";

/** Runs something later. @returns takes it back */
export type After = (ms: number, run: () => void) => () => void;

export interface WriterParts {
  readonly files: Files;
  readonly segments: Segments;
  readonly mode: SyncMode;
  readonly segmentBytesMax: number;
  readonly after: After;
  readonly committed: () => void;
  readonly problem: (text: string | undefined) => void;
}

interface Flush {
  readonly position: number;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

interface OpenFile {
  readonly handle: WritableFile;
  readonly header: SegmentHeader;
  /** Added to the others when there is something in it. */
  readonly segment: Segment;
}

/**
 * Brings what is appended to the disk: one group is written and synced while the next gathers. What fails is tried again
 * until it works: a failed write with the same bytes at the same place, a failed sync with all that was not synced in a
 * new segment, for nobody knows what became of the old one's pages.
 */
export class Writer {
  committed: number;
  readonly #parts: WriterParts;
  readonly #queue: Queue;
  #file: OpenFile | undefined;
  /** Bytes of the open file that were written. */
  #at = 0;
  #sequence: number;
  #isRunning = false;
  #running: Promise<void> = Promise.resolve();
  #isClosing = false;
  #isSyncDue = false;
  #cancelSync: (() => void) | undefined;
  #problem: string | undefined;
  #wake: (() => void) | undefined;
  #flushes: Flush[] = [];

  /** The tail of what was recovered is written first, again. */
  constructor(parts: WriterParts, { tail, lastMs }: Recovered) {
    this.#parts = parts;
    const { end, list } = parts.segments;
    this.#queue = new Queue(end, lastMs, parts.segmentBytesMax);
    this.#sequence = (list.at(-1)?.sequence ?? 0) + 1;
    this.committed = end;
    if (tail.length === 0) return;
    this.#queue.adopt(tail, endOf(tail.at(-1)!));
    this.#run();
  }

  get next(): number {
    return this.#queue.next;
  }

  /** Everything before this position is on disk for good. */
  get synced(): number {
    return this.#queue.synced;
  }

  /** Appended and not committed. */
  get pendingBytes(): number {
    const { unwrittenBytes, unsyncedBytes } = this.#queue;
    return this.#parts.mode === "sync" ? unwrittenBytes + unsyncedBytes : unwrittenBytes;
  }

  /** Copies of the batches between these positions that are not in the segments yet. */
  unsettled(from: number, to: number): readonly JournalBatch[] {
    return this.#queue.unsettled(from, to);
  }

  append(batch: JournalBatch): void {
    if (this.#isClosing) throw new Error("the journal is closed");
    this.#queue.append(batch);
    this.#run();
  }

  /** @returns rejects when the writer is closed first */
  flush(): Promise<void> {
    const { next, synced } = this.#queue;
    if (synced >= next) return Promise.resolve();
    const flushed = new Promise<void>((done, failed) => this.#flushes.push({ position: next, done, failed }));
    this.#run();
    return flushed;
  }

  /** Writes what it can; what the disk does not take was not committed. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#cancelSync?.();
    this.#wake?.();
    this.#run();
    await this.#running;
    await this.#closeFile();
    const error = new Error("the journal was closed before the disk took everything");
    for (const flush of this.#flushes.splice(0)) flush.failed(error);
  }

  get #mustSync(): boolean {
    return this.#parts.mode === "sync" || this.#isSyncDue || this.#isClosing || this.#flushes.length > 0;
  }

  #run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#running = this.#work();
  }

  async #work(): Promise<void> {
    const { unwritten, unsynced } = this.#queue;
    while (unwritten.length > 0 || (unsynced.length > 0 && this.#mustSync)) {
      try {
        await this.#turn();
        this.#tell(undefined);
      } catch (error) {
        this.#tell(error instanceof Error ? error.message : String(error));
        if (this.#isClosing) break;
        await this.#pause();
      }
    }
    this.#isRunning = false;
  }

  /** Writes what has gathered, and syncs it. */
  async #turn(): Promise<void> {
    const { unwritten, unsynced } = this.#queue;
    for (let count = unwritten.length; count > 0; count--) {
      const group = unwritten[0]!;
      group.isSealed = true;
      await this.#write(group);
      unwritten.shift();
      unsynced.push(group);
      if (this.#parts.mode === "interval") this.#advance(group.end);
      if (this.#queue.unsyncedBytes >= limits.unsyncedBytesMax) await this.#sync();
    }
    if (this.#mustSync) await this.#sync();
    else this.#syncLater();
  }

  async #write(group: Group): Promise<void> {
    if (group.begins && this.#file?.header !== group.begins) await this.#begin(group.begins);
    const { handle, segment } = this.#file!;
    await writeAll(handle, group.records.bytes, group.lengthBytes, this.#at);
    this.#at += group.lengthBytes;
    segment.marks.push(...group.marks);
  }

  /** Opens a segment. It is on disk for good, name included, before anything is in it; and so is what it follows. */
  async #begin(header: SegmentHeader): Promise<void> {
    await this.#sync();
    await this.#closeFile();
    const name = segmentName(this.#sequence);
    const handle = await this.#parts.files.create(name);
    try {
      const bytes = encodeHeader(header);
      await writeAll(handle, bytes, bytes.length, 0);
      await handle.sync();
      await this.#parts.files.syncFolder();
    } catch (error) {
      // The next attempt makes the file anew.
      await handle.close();
      throw error;
    }
    this.#file = {
      handle,
      header,
      segment: { ...header, name, sequence: this.#sequence, lengthBytes: headerBytes, marks: [] },
    };
    this.#sequence++;
    this.#at = headerBytes;
  }

  async #sync(): Promise<void> {
    this.#isSyncDue = false;
    this.#cancelSync?.();
    this.#cancelSync = undefined;
    if (this.#queue.unsynced.length > 0) {
      try {
        await this.#file!.handle.sync();
      } catch (error) {
        this.#queue.startOver();
        this.#parts.segments.end = this.#queue.synced;
        await this.#closeFile();
        throw error;
      }
      this.#queue.settle();
      this.#advance(this.#queue.synced);
    }
    const { synced } = this.#queue;
    const done = this.#flushes.filter(({ position }) => position <= synced);
    this.#flushes = this.#flushes.filter(({ position }) => position > synced);
    for (const flush of done) flush.done();
  }

  #syncLater(): void {
    if (this.#queue.unsynced.length === 0) return;
    this.#cancelSync ??= this.#parts.after(limits.syncEveryMs, () => {
      this.#isSyncDue = true;
      this.#run();
    });
  }

  /** What was written is readable and committed. */
  #advance(position: number): void {
    const { segments, committed } = this.#parts;
    const { segment } = this.#file!;
    if (segments.list.at(-1) !== segment) segments.add(segment);
    segment.lengthBytes = this.#at;
    segments.end = Math.max(segments.end, position);
    if (position <= this.committed) return;
    this.committed = position;
    committed();
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close();
  }

  #tell(text: string | undefined): void {
    if (text === this.#problem) return;
    this.#problem = text;
    this.#parts.problem(text);
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.after(limits.retryMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = undefined;
  }
}

async function writeAll(handle: WritableFile, bytes: Buffer, lengthBytes: number, at: number): Promise<void> {
  for (let from = 0; from < lengthBytes; ) {
    const count = await handle.write(bytes, from, lengthBytes, at + from);
    // Some file systems say nothing when they are full.
    if (count === 0) throw new Error("the disk took nothing of a write");
    from += count;
  }
}

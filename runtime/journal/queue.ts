import type { JournalBatch } from "../core/engine/journal.ts";
import { Names } from "./encode.ts";
import { headerBytes } from "./format.ts";
import { BufferPool, Group } from "./group.ts";
import { limits } from "./limits.ts";
import { endOf } from "./segments.ts";

/**
 * Batches on their way to the disk, encoded when they come. Groups go from `unwritten` to `unsynced` and out; all that
 * is not synced is kept, so that it can be written again elsewhere.
 */
export class Queue {
  readonly unwritten: Group[] = [];
  readonly unsynced: Group[] = [];
  /** The next free position. */
  next: number;
  /** Everything before this position is on disk for good. */
  synced: number;
  readonly #segmentBytesMax: number;
  readonly #blockBytesMax: number;
  readonly #pool = new BufferPool();
  #names = new Names(0);
  #nowMs: number;
  /** Bytes of the open segment, written or not; undefined: the next batch begins one. */
  #segmentBytes: number | undefined;
  #blockBytes = 0;
  /** Up to here it is written again what is in files already. */
  #adopts = 0;

  /** @param lastMs clock of the last batch in the segments there are */
  constructor(next: number, lastMs: number, segmentBytesMax: number) {
    this.#nowMs = lastMs;
    this.next = next;
    this.synced = next;
    this.#segmentBytesMax = segmentBytesMax;
    this.#blockBytesMax = Math.min(limits.blockBytes, segmentBytesMax / limits.blocksPerSegment);
  }

  get unwrittenBytes(): number {
    return bytesOf(this.unwritten);
  }

  get unsyncedBytes(): number {
    return bytesOf(this.unsynced);
  }

  append(batch: JournalBatch): void {
    const beginsSegment =
      this.#segmentBytes === undefined ||
      this.#segmentBytes >= this.#segmentBytesMax ||
      // Within a segment positions have no holes, and the clock does not go back.
      batch.position !== this.next ||
      batch.now < this.#nowMs;
    const group = this.#groupFor(batch, beginsSegment);
    const at = this.#segmentBytes!;
    const beginsBlock = beginsSegment || this.#blockBytes >= this.#blockBytesMax;
    if (beginsBlock) {
      this.#names = new Names(batch.position);
      this.#blockBytes = 0;
      group.marks.push({ at, position: batch.position, nowMs: batch.now });
    }
    const before = group.lengthBytes;
    group.records.append(batch, this.#names, this.synced);
    const addedBytes = group.lengthBytes - before;
    this.#blockBytes += addedBytes;
    this.#segmentBytes = at + addedBytes;
    this.#nowMs = batch.now;
    this.next = endOf(batch);
    group.end = this.next;
  }

  /** All that is written is on disk for good. */
  settle(): void {
    for (const group of this.unsynced.splice(0)) {
      this.synced = group.end;
      this.#pool.give(group.records);
    }
  }

  /** Writes again, into a new segment, what files hold that nobody can rely on. */
  adopt(batches: Iterable<JournalBatch>, end: number): void {
    this.#adopts = end;
    this.#segmentBytes = undefined;
    for (const batch of batches) this.append(batch);
  }

  /** Everything that is not synced is written again. */
  startOver(): void {
    const batches = this.unsettled(this.synced, this.next);
    const end = this.unsynced.at(-1)?.end ?? this.synced;
    this.unsynced.length = 0;
    this.unwritten.length = 0;
    this.next = this.synced;
    this.adopt(batches, end);
  }

  /** Copies of the batches between these positions that are not synced. */
  unsettled(from: number, to: number): readonly JournalBatch[] {
    return [...this.unsynced, ...this.unwritten]
      .filter(({ end }) => end > from)
      .flatMap((group) => [...group.batches()])
      .filter(({ position }) => position >= from && position < to);
  }

  #groupFor(batch: JournalBatch, beginsSegment: boolean): Group {
    const last = this.unwritten.at(-1);
    if (last && !last.isSealed && !beginsSegment && last.lengthBytes < limits.groupBytes) return last;
    const adopts = Math.max(this.next, this.#adopts);
    const { position: first, now: nowMs } = batch;
    const header = { first, follows: this.next, adopts, nowMs, beforeMs: this.#nowMs };
    if (beginsSegment) this.#segmentBytes = headerBytes;
    const group = new Group(this.#pool.take(), beginsSegment ? header : undefined, this.#names);
    this.unwritten.push(group);
    return group;
  }
}

function bytesOf(groups: readonly Group[]): number {
  return groups.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
}

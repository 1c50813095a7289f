import type { JournalBatch } from "../core/engine/journal.ts";
import type { Files } from "./files.ts";
import { headerBytes, type SegmentHeader } from "./format.ts";
import { type FoundRecord, readRecords } from "./records.ts";

export interface Segment extends SegmentHeader {
  readonly name: string;
  readonly sequence: number;
  /** What of the file may be read. */
  lengthBytes: number;
  /** Beginnings of blocks, as far as they are known; ascending. */
  readonly marks: Mark[];
}

export interface Mark {
  readonly at: number;
  readonly position: number;
  readonly nowMs: number;
}

/** Positions that were written and cannot be read. */
export interface Loss {
  readonly segment: string;
  readonly from: number;
  readonly to: number;
}

/**
 * The segments of a journal, oldest first, for reading. A segment counts from its first position on, whatever older ones
 * hold there: what a failed sync may have left behind, and was written again, is never read.
 */
export class Segments {
  readonly #files: Files;
  readonly #lost: (loss: Loss) => void;
  readonly #list: Segment[] = [];
  /** Readable up to here. */
  end = 0;

  constructor(files: Files, lost: (loss: Loss) => void) {
    this.#files = files;
    this.#lost = lost;
  }

  get list(): readonly Segment[] {
    return this.#list;
  }

  add(segment: Segment): void {
    this.#list.push(segment);
  }

  removeOldest(): Segment | undefined {
    return this.#list.shift();
  }

  /**
   * In order, from the batch that holds `from`, those of a time, ms since epoch, both ends included. Goes on as long as
   * there is more.
   */
  *read(from: number, fromMs: number, toMs: number): Generator<JournalBatch> {
    let next = from;
    for (;;) {
      const index = this.#list.findIndex((_, index) => this.#limit(index) > next);
      if (index < 0) return;
      const segment = this.#list[index]!;
      const limit = this.#limit(index);
      if (segment.nowMs <= toMs && this.#lastMs(index) >= fromMs) {
        const mark = segment.marks.findLast(({ position, nowMs }) => position <= next || nowMs < fromMs);
        for (const { batch } of this.#records(segment, mark, limit)) {
          if (batch.now > toMs) break;
          if (batch.now >= fromMs && endOf(batch) > next) yield batch;
        }
      }
      next = limit;
    }
  }

  /** The oldest position from which on everything can be read. */
  get first(): number {
    let first = this.end;
    for (let index = this.#list.length - 1; index >= 0; index--) {
      const segment = this.#list[index]!;
      if (segment.first < first) {
        first = segment.first;
        if (segment.follows < first) break;
      }
      if (this.#list[index - 1]?.sequence !== segment.sequence - 1) break;
    }
    return first;
  }

  /** Up to which position a segment counts. */
  #limit(index: number): number {
    let limit = this.end;
    for (let later = index + 1; later < this.#list.length; later++) {
      limit = Math.min(limit, this.#list[later]!.follows);
    }
    return limit;
  }

  /** No batch of the segment is of a later time. */
  #lastMs(index: number): number {
    const next = this.#list[index + 1];
    return next?.sequence === this.#list[index]!.sequence + 1 ? next.beforeMs : Number.POSITIVE_INFINITY;
  }

  *#records(segment: Segment, from: Mark | undefined, limit: number): Generator<FoundRecord> {
    let expected = from?.position ?? segment.first;
    // Retention may take a segment away while somebody reads it.
    const isThere = () => this.#list.includes(segment);
    const read = (at: number, lengthBytes: number) =>
      isThere() ? this.#files.read(segment.name, at, lengthBytes) : Buffer.alloc(0);
    for (const record of readRecords(read, from?.at ?? headerBytes, segment.lengthBytes)) {
      const { batch } = record;
      if (batch.position >= limit) break;
      if (batch.position > expected)
        this.#lost({ segment: segment.name, from: expected, to: batch.position });
      if (record.beginsBlock) this.#mark(segment, record);
      expected = endOf(batch);
      yield record;
    }
    if (expected < limit && this.#isFollowed(segment))
      this.#lost({ segment: segment.name, from: expected, to: limit });
  }

  /** False where retention has taken away what came next, but a crash brought this one back. */
  #isFollowed(segment: Segment): boolean {
    const index = this.#list.indexOf(segment);
    return index >= 0 && (this.#list[index + 1]?.sequence ?? segment.sequence + 1) === segment.sequence + 1;
  }

  #mark({ marks }: Segment, { at, batch: { position, now } }: FoundRecord): void {
    if (at > (marks.at(-1)?.at ?? 0)) marks.push({ at, position, nowMs: now });
  }
}

/** The position after a batch. */
export function endOf({ position, inputs }: JournalBatch): number {
  return position + 1 + inputs.length;
}

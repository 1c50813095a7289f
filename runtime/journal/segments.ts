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

  /** In order, from the batch that holds `from`; goes on as long as there is more. */
  *read(from: number): Generator<JournalBatch> {
    let next = from;
    for (;;) {
      const index = this.#list.findIndex((_, index) => this.#limit(index) > next);
      if (index < 0) return;
      const segment = this.#list[index]!;
      const limit = this.#limit(index);
      const mark = segment.marks.findLast(({ position }) => position <= next);
      for (const { batch } of this.#records(segment, mark, limit)) {
        if (endOf(batch) > next) yield batch;
      }
      next = limit;
    }
  }

  /** Batches of this time, in order of position. */
  *range(fromMs: number, toMs: number): Generator<JournalBatch> {
    // Held by sequence number: segments come and go while somebody reads.
    for (let sequence = -1; ; ) {
      const index = this.#list.findIndex((each) => each.sequence > sequence);
      if (index < 0) return;
      const segment = this.#list[index]!;
      sequence = segment.sequence;
      if (segment.nowMs > toMs || this.#lastMs(index) < fromMs) continue;
      const mark = segment.marks.findLast(({ nowMs }) => nowMs < fromMs);
      for (const { batch } of this.#records(segment, mark, this.#limit(index))) {
        if (batch.now > toMs) break;
        if (batch.now >= fromMs) yield batch;
      }
    }
  }

  /** The oldest position from which on everything can be read. */
  get first(): number {
    let index = this.#list.length - 1;
    for (; index > 0; index--) {
      const segment = this.#list[index]!;
      const older = this.#list[index - 1]!;
      if (segment.first !== segment.follows || segment.sequence !== older.sequence + 1) break;
    }
    return this.#list[index]?.first ?? this.end;
  }

  /** Up to which position a segment counts. */
  #limit(index: number): number {
    let limit = this.end;
    for (let later = index + 1; later < this.#list.length; later++) {
      limit = Math.min(limit, this.#list[later]!.follows);
    }
    return limit;
  }

  /** No batch of the segment is of a later time. Clocks go forward within a segment, and not over restarts. */
  #lastMs(index: number): number {
    const nextMs = this.#list[index + 1]?.nowMs;
    return nextMs === undefined || nextMs < this.#list[index]!.nowMs ? Number.POSITIVE_INFINITY : nextMs;
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
    if (expected < limit && isThere()) this.#lost({ segment: segment.name, from: expected, to: limit });
  }

  #mark({ marks }: Segment, { at, batch: { position, now } }: FoundRecord): void {
    if (at > (marks.at(-1)?.at ?? 0)) marks.push({ at, position, nowMs: now });
  }
}

/** The position after a batch. */
export function endOf({ position, inputs }: JournalBatch): number {
  return position + 1 + inputs.length;
}

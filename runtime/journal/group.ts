import type { JournalBatch } from "../core/engine/journal.ts";
import { decodeBody, KnownNames } from "./decode.ts";
import { type Names, RecordBuffer } from "./encode.ts";
import { recordHeaderBytes, type SegmentHeader } from "./format.ts";
import { limits } from "./limits.ts";
import type { Mark } from "./segments.ts";

/** Records that are written together. */
export class Group {
  readonly records: RecordBuffer;
  /** The segment it begins; undefined: it goes on with the last one. */
  readonly begins: SegmentHeader | undefined;
  readonly marks: Mark[] = [];
  /** The position after its last batch. */
  end = 0;
  /** Being written, or written: nothing may be added. */
  isSealed = false;
  /** Names of the block that its first record goes on with; the records tell how many of them they know. */
  readonly #names: Names;

  constructor(records: RecordBuffer, begins: SegmentHeader | undefined, names: Names) {
    this.records = records;
    this.begins = begins;
    this.#names = names;
  }

  get lengthBytes(): number {
    return this.records.lengthBytes;
  }

  /** Copies of what was put in: the buffer will be used again. */
  *batches(): Generator<JournalBatch> {
    const { lengthBytes } = this.records;
    const bytes = Buffer.from(this.records.bytes.subarray(0, lengthBytes));
    const names = new KnownNames(this.#names.block, this.#names.list);
    for (let at = 0; at < lengthBytes; ) {
      const body = at + recordHeaderBytes;
      const end = body + bytes.readUInt32LE(at + 4);
      const record = decodeBody(bytes.subarray(body, end), names);
      if (!record) throw new Error("a group of the journal refers to a name that it does not have");
      yield record.batch;
      at = end;
    }
  }
}

/** Buffers of groups that are done with, to be used again. */
export class BufferPool {
  readonly #free: RecordBuffer[] = [];

  take(): RecordBuffer {
    return this.#free.pop() ?? new RecordBuffer(limits.groupFirstBytes);
  }

  give(buffer: RecordBuffer): void {
    if (buffer.bytes.length > 2 * limits.groupBytes || this.#free.length >= limits.buffersKept) return;
    buffer.lengthBytes = 0;
    this.#free.push(buffer);
  }
}

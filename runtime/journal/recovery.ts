import type { JournalBatch } from "../core/engine/journal.ts";
import type { Files } from "./files.ts";
import { decodeHeader, headerBytes, type SegmentHeader, sequenceOf } from "./format.ts";
import { readHeads, readRecords } from "./records.ts";
import { endOf, type Loss, type Segment, Segments } from "./segments.ts";

/** Why a journal cannot be used. */
export class JournalError extends Error {
  override readonly name = "JournalError";
  readonly code: "JOURNAL_NEWER" | "JOURNAL_UNREADABLE";

  constructor(code: JournalError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

export interface Recovered {
  /** Up to where everything is on disk for good. */
  readonly segments: Segments;
  /** The batches behind that: they are in files, and nobody knows whether the disk has them. */
  readonly tail: readonly JournalBatch[];
  /** No record of the last segment has a later clock. */
  readonly lastMs: number;
}

/** Finds out what a folder holds. Writes nothing: what is torn at the end is cut off by the next segment. */
export function recover(files: Files, lost: (loss: Loss) => void): Recovered {
  const segments = new Segments(files, lost);
  for (const name of [...files.list()].sort()) {
    const sequence = sequenceOf(name);
    if (sequence === undefined) continue;
    const lengthBytes = files.sizeBytes(name);
    const header = readHeader(files, name, lengthBytes);
    // One that was never finished: the next segment takes its place.
    if (header) segments.add({ ...header, name, sequence, lengthBytes, marks: [] });
  }
  const last = segments.list.at(-1);
  if (!last) return { segments, tail: [], lastMs: 0 };
  const { synced, tail, end, lastMs } = readEnd(files, last, lost);
  segments.end = synced;
  const adopted = readAdopted(files, segments.list, end);
  return { segments, tail: [...tail, ...adopted], lastMs };
}

function readHeader(files: Files, name: string, lengthBytes: number): SegmentHeader | undefined {
  const header = decodeHeader(files.read(name, 0, Math.min(headerBytes, lengthBytes)));
  if (header && "format" in header) {
    throw new JournalError(
      "JOURNAL_NEWER",
      `the journal's ${name} has format ${header.format}, which this Millrace does not know: start the newer version, or move the folder away to begin without history`,
    );
  }
  if (header) return header;
  // Damaged, but its records tell the same.
  const read = (at: number, length: number) => files.read(name, at, length);
  for (const { batch } of readRecords(read, headerBytes, lengthBytes)) {
    const { position, now } = batch;
    return {
      first: position,
      follows: position,
      adopts: position,
      nowMs: now,
      beforeMs: Number.POSITIVE_INFINITY,
    };
  }
  return undefined;
}

/** Looks through the segment that was written last. */
function readEnd(
  files: Files,
  last: Segment,
  lost: (loss: Loss) => void,
): Omit<Recovered, "segments"> & { readonly synced: number; readonly end: number } {
  const read = (at: number, lengthBytes: number) => files.read(last.name, at, lengthBytes);
  let synced = last.follows;
  /** Whole up to here. */
  let end = last.first;
  let unsure: UnsureRecord[] = [];
  let lastMs = last.nowMs;
  let block = { position: Number.NaN, at: 0 };
  const lostUpTo = (to: number) => {
    if (to > end) lost({ segment: last.name, from: end, to });
    end = Math.max(end, to);
  };
  for (const head of readHeads(read, headerBytes, last.lengthBytes)) {
    const { position, at } = head;
    if (head.block === position) block = { position, at };
    const blockAt = head.block === block.position ? block.at : at;
    unsure.push({ position, end: position + 1 + head.inputCount, blockAt });
    lastMs = Math.max(lastMs, head.now);
    if (head.synced <= synced) continue;
    synced = head.synced;
    for (const record of unsure) {
      if (record.position >= synced) break;
      lostUpTo(record.position);
      end = record.end;
    }
    unsure = unsure.filter((record) => record.position >= synced);
  }
  lostUpTo(synced);
  const tail: JournalBatch[] = [];
  for (const { batch } of readRecords(read, unsure[0]?.blockAt ?? last.lengthBytes, last.lengthBytes)) {
    if (batch.position < end) continue;
    if (batch.position !== end) break;
    tail.push(batch);
    end = endOf(batch);
  }
  return { synced, tail, end, lastMs };
}

interface UnsureRecord {
  readonly position: number;
  readonly end: number;
  /** Where the names it knows begin. */
  readonly blockAt: number;
}

/** What the last segments were to write again, and did not come to. */
function readAdopted(files: Files, segments: readonly Segment[], from: number): readonly JournalBatch[] {
  const adopted: JournalBatch[] = [];
  let end = from;
  let limit = Number.POSITIVE_INFINITY;
  for (let index = segments.length - 1; index > 0; index--) {
    limit = Math.min(limit, segments[index]!.adopts);
    if (end >= limit) break;
    const { name, lengthBytes } = segments[index - 1]!;
    const read = (at: number, length: number) => files.read(name, at, length);
    for (const { batch } of readRecords(read, headerBytes, lengthBytes)) {
      if (batch.position >= limit) break;
      if (batch.position !== end) continue;
      adopted.push(batch);
      end = endOf(batch);
    }
  }
  return adopted;
}

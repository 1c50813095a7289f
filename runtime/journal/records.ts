import { crc32 } from "node:zlib";
import { type DecodedRecord, decodeBody, decodeHead, KnownNames, type RecordHead } from "./decode.ts";
import { bodyBytesMin, recordHeaderBytes } from "./format.ts";
import { limits } from "./limits.ts";

/** Bytes of a file; fewer than asked for when it is shorter. */
export type ReadPart = (at: number, lengthBytes: number) => Buffer;

/** A record, and where it begins. */
export interface FoundRecord extends DecodedRecord {
  readonly at: number;
}

/**
 * The records of a file between two places, the first of which begins a record. Skips what is damaged. Reads as it
 * goes.
 */
export function* readRecords(read: ReadPart, from: number, to: number): Generator<FoundRecord> {
  const names = new KnownNames();
  for (const { at, body } of readBodies(read, from, to)) {
    const record = decodeBody(body, names);
    if (record) yield { ...record, at };
  }
}

/** The same without the inputs, several times as fast. */
export function* readHeads(
  read: ReadPart,
  from: number,
  to: number,
): Generator<RecordHead & { readonly at: number }> {
  for (const { at, body } of readBodies(read, from, to)) yield { ...decodeHead(body), at };
}

function* readBodies(
  read: ReadPart,
  from: number,
  to: number,
): Generator<{ readonly at: number; readonly body: Buffer }> {
  const window = new Window(read, to);
  for (let at = from; at < to; ) {
    const body = bodyAt(window, at);
    if (body) yield { at, body };
    at = body ? at + recordHeaderBytes + body.length : afterDamage(window, at);
  }
}

/** Body of the record that begins there; undefined when none does, or a damaged one. */
function bodyAt(window: Window, at: number): Buffer | undefined {
  const head = window.get(at, recordHeaderBytes);
  if (!head) return undefined;
  const checksum = head.readUInt32LE(0);
  const record = window.get(at, recordHeaderBytes + head.readUInt32LE(4));
  if (!record || crc32(record.subarray(4)) !== checksum) return undefined;
  return record.subarray(recordHeaderBytes);
}

/** Where reading can go on: where the damaged record says that it ends, else wherever the next whole one is. */
function afterDamage(window: Window, at: number): number {
  const head = window.get(at, recordHeaderBytes);
  if (!head) return window.to;
  const next = at + recordHeaderBytes + head.readUInt32LE(4);
  if (bodyAt(window, next)) return next;
  const lastStart = window.to - recordHeaderBytes - bodyBytesMin;
  for (let place = at + 1; place <= lastStart; ) {
    const bytes = window.read(place);
    // A length in the text of a payload is out of all bounds: few places need their checksum looked at.
    for (let index = 0; index + recordHeaderBytes <= bytes.length; index++, place++) {
      const lengthBytes = bytes.readUInt32LE(index + 4);
      const isPossible = lengthBytes >= bodyBytesMin && place + recordHeaderBytes + lengthBytes <= window.to;
      if (isPossible && bodyAt(window, place)) return place;
    }
  }
  return window.to;
}

/** A part of a file in memory. Every buffer is used once: payloads of yielded records are parts of it. */
class Window {
  readonly to: number;
  readonly #read: ReadPart;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(read: ReadPart, to: number) {
    this.#read = read;
    this.to = to;
  }

  get(at: number, lengthBytes: number): Buffer | undefined {
    if (at + lengthBytes > this.to) return undefined;
    if (at < this.#at || at + lengthBytes > this.#at + this.#bytes.length) {
      this.#bytes = this.#read(at, Math.min(Math.max(lengthBytes, limits.readBytes), this.to - at));
      this.#at = at;
      if (this.#bytes.length < lengthBytes) return undefined;
    }
    return this.#bytes.subarray(at - this.#at, at - this.#at + lengthBytes);
  }

  /** As much as is read at a time. */
  read(at: number): Buffer {
    return this.#read(at, Math.min(limits.readBytes, this.to - at));
  }
}

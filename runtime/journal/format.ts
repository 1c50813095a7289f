/**
 * What a segment file looks like. Numbers are little-endian; a *count* is a whole number in groups of 7 bits, the
 * lowest first, the top bit set on all but the last byte.
 *
 *     segment   header, record …
 *     header    0  8 bytes  "MILLJRNL"
 *               8  u32      format
 *              12  f64      first: position of its first record
 *              20  f64      follows: everything before this position is on disk for good, in earlier segments
 *              28  f64      adopts: earlier segments count up to this position, for what this one and later ones do
 *                           not hold; it is being written again here. Nothing to write again: the same as follows
 *              36  f64      now of its first record
 *              44  f64      no record of the segment before has a later now
 *              52  u32      CRC-32 of the 52 bytes before
 *     record    0  u32      CRC-32 of everything behind it
 *               4  u32      length of the body
 *               8  body     one batch
 *     body      f64         position
 *               f64         now
 *               count       position − synced: everything before `synced` was on disk for good when this was written
 *               count       position − position of the first record of its block; 0: this is it
 *               count       names known before this record, in this block
 *               count       inputs, which follow
 *     input     u8          flags: 1 an MQTT message, 2 retained, 4 has a packet id; no flag: JSON
 *      MQTT     name connection, name topic, [count packet id], count length, payload
 *      JSON     count length, UTF-8
 *     name      count       0: a new name, count length, UTF-8; else number of the name in this block, from 1
 *
 * A block is about 1 MB. Names are per block, so reading can begin at every block, and where a damaged record brought
 * names, those that need them are lost up to its end. `synced` tells damage from a torn end: what was on disk for good and is unreadable is damage.
 */
import { crc32 } from "node:zlib";

export const formatVersion = 1;
export const headerBytes = 56;
export const recordHeaderBytes = 8;
export const magic = Buffer.from("MILLJRNL");
/** Two numbers and four counts. */
export const bodyBytesMin = 20;
/** Flags of an input. */
export const isMqtt = 1;
export const isRetained = 2;
export const hasPacketId = 4;

/** Of a header, before their checksum. */
const checkedBytes = headerBytes - 4;
type Numbers = [first: number, follows: number, adopts: number, nowMs: number, beforeMs: number];

export interface SegmentHeader {
  readonly first: number;
  readonly follows: number;
  readonly adopts: number;
  /** ms since epoch */
  readonly nowMs: number;
  /** ms since epoch */
  readonly beforeMs: number;
}

export function encodeHeader({ first, follows, adopts, nowMs, beforeMs }: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  bytes.set(magic);
  bytes.writeUInt32LE(formatVersion, 8);
  bytes.writeDoubleLE(first, 12);
  bytes.writeDoubleLE(follows, 20);
  bytes.writeDoubleLE(adopts, 28);
  bytes.writeDoubleLE(nowMs, 36);
  bytes.writeDoubleLE(beforeMs, 44);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, checkedBytes)), checkedBytes);
  return bytes;
}

/** @returns undefined when this is no header, or a damaged one; the format alone when it is a newer one */
export function decodeHeader(bytes: Buffer): SegmentHeader | { readonly format: number } | undefined {
  if (bytes.length < headerBytes || !bytes.subarray(0, 8).equals(magic)) return undefined;
  const format = bytes.readUInt32LE(8);
  if (format > formatVersion) return { format };
  if (crc32(bytes.subarray(0, checkedBytes)) !== bytes.readUInt32LE(checkedBytes)) return undefined;
  const [first, follows, adopts, nowMs, beforeMs] = [12, 20, 28, 36, 44].map((at) =>
    bytes.readDoubleLE(at),
  ) as Numbers;
  return { first, follows, adopts, nowMs, beforeMs };
}

/** Segments sort by name: their numbers count up without gaps, and later ones are newer. */
export function segmentName(sequence: number): string {
  return `${String(sequence).padStart(12, "0")}.journal`;
}

/** @returns undefined when this is not a segment's name */
export function sequenceOf(name: string): number | undefined {
  return /^\d{12}\.journal$/.test(name) ? Number(name.slice(0, 12)) : undefined;
}

import type { JournalBatch, JournalInput } from "../core/engine/journal.ts";
import { beginsBlock, blockMagic, hasPacketId, isMqtt, isRetained } from "./format.ts";

export interface DecodedRecord {
  readonly batch: JournalBatch;
  /** Everything before this position was on disk for good when the record was written. */
  readonly synced: number;
  readonly beginsBlock: boolean;
}

/**
 * Body of a record whose checksum is right. Payloads are parts of `body`, not copies.
 * @param names of the block, by number − 1; new ones are added. Those of records that could not be read are missing
 * @returns undefined when it needs a name that could not be read
 */
export function decodeBody(body: Buffer, names: (string | undefined)[]): DecodedRecord | undefined {
  const reader = new Reader(body);
  const begins = reader.byte() === beginsBlock;
  if (begins) reader.at += blockMagic.length;
  const position = reader.double();
  const now = reader.double();
  const synced = position - reader.count();
  // Cleared for a new block; missing names are those a damaged record brought.
  names.length = reader.count();
  const inputs = new Array<JournalInput>(reader.count());
  for (let i = 0; i < inputs.length; i++) {
    const input = readInput(reader, names);
    if (!input) return undefined;
    inputs[i] = input;
  }
  return { batch: { position, now, inputs }, synced, beginsBlock: begins };
}

function readInput(reader: Reader, names: (string | undefined)[]): JournalInput | undefined {
  const flags = reader.byte();
  if ((flags & isMqtt) === 0) return JSON.parse(reader.text());
  const connection = readName(reader, names);
  const topic = readName(reader, names);
  if (connection === undefined || topic === undefined) return undefined;
  const retained = (flags & isRetained) !== 0;
  if ((flags & hasPacketId) === 0) {
    return { kind: "mqtt", connection, topic, payload: reader.bytes(), retained };
  }
  const packetId = reader.count();
  return { kind: "mqtt", connection, topic, payload: reader.bytes(), retained, packetId };
}

function readName(reader: Reader, names: (string | undefined)[]): string | undefined {
  const number = reader.count();
  if (number > 0) return names[number - 1];
  const name = reader.text();
  names.push(name);
  return name;
}

class Reader {
  at = 0;
  readonly #body: Buffer;

  constructor(body: Buffer) {
    this.#body = body;
  }

  byte(): number {
    return this.#body[this.at++]!;
  }

  double(): number {
    this.at += 8;
    return this.#body.readDoubleLE(this.at - 8);
  }

  count(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.#body[this.at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  }

  bytes(): Buffer {
    const lengthBytes = this.count();
    this.at += lengthBytes;
    return this.#body.subarray(this.at - lengthBytes, this.at);
  }

  text(): string {
    return this.bytes().toString("utf8");
  }
}

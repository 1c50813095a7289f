import type { JournalBatch, JournalInput } from "../core/engine/journal.ts";
import { hasPacketId, isMqtt, isRetained } from "./format.ts";

/** What a record says before its inputs. */
export interface RecordHead {
  readonly position: number;
  /** ms since epoch */
  readonly now: number;
  /** Everything before this position was on disk for good when the record was written. */
  readonly synced: number;
  /** Position of the first record of its block. */
  readonly block: number;
  readonly namesKnown: number;
  readonly inputCount: number;
}

export interface DecodedRecord {
  readonly batch: JournalBatch;
  readonly beginsBlock: boolean;
}

/** Names of one block, as far as they could be read, by number − 1. */
export class KnownNames {
  readonly list: (string | undefined)[];
  #block: number;

  constructor(block = Number.NaN, list: readonly string[] = []) {
    this.#block = block;
    this.list = [...list];
  }

  /** Those a record of this block knows. Names that a damaged record brought are missing. */
  reset(block: number, count: number): void {
    if (block !== this.#block) this.list.length = 0;
    this.#block = block;
    this.list.length = count;
  }
}

/** Of a body whose checksum is right. */
export function decodeHead(body: Buffer): RecordHead {
  return readHead(new Reader(body));
}

/**
 * Body of a record whose checksum is right. Payloads are parts of `body`, not copies.
 * @param names those of the records before; new ones are added
 * @returns undefined when it needs a name that could not be read
 */
export function decodeBody(body: Buffer, names: KnownNames): DecodedRecord | undefined {
  const reader = new Reader(body);
  const { position, now, block, namesKnown, inputCount } = readHead(reader);
  names.reset(block, namesKnown);
  const inputs = new Array<JournalInput>(inputCount);
  for (let i = 0; i < inputs.length; i++) {
    const input = readInput(reader, names.list);
    if (!input) return undefined;
    inputs[i] = input;
  }
  return { batch: { position, now, inputs }, beginsBlock: block === position };
}

function readHead(reader: Reader): RecordHead {
  const position = reader.double();
  const now = reader.double();
  return {
    position,
    now,
    synced: position - reader.count(),
    block: position - reader.count(),
    namesKnown: reader.count(),
    inputCount: reader.count(),
  };
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

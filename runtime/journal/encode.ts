import { crc32 } from "node:zlib";
import type { MqttInput } from "../core/engine/input.ts";
import type { JournalBatch } from "../core/engine/journal.ts";
import { hasPacketId, isMqtt, isRetained, recordHeaderBytes } from "./format.ts";

type Kept = "kind" | "connection" | "topic" | "payload" | "retained" | "packetId";

/** An MQTT message, unless messages get a field that a record would forget: then the compiler stops. */
type KeptMqttInput = { readonly [Field in keyof MqttInput]: Field extends Kept ? MqttInput[Field] : never };

/** Names of one block, in the order of their numbers. */
export class Names {
  /** Position of the first record of the block. */
  readonly block: number;
  readonly list: string[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(block: number) {
    this.block = block;
  }

  numberOf(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  add(name: string): void {
    this.list.push(name);
    this.#numbers.set(name, this.list.length);
  }
}

/** Records one behind the other in a buffer that grows. Nothing is allocated per message. */
export class RecordBuffer {
  bytes: Buffer;
  lengthBytes = 0;
  #view: DataView;

  constructor(sizeBytes: number) {
    this.bytes = Buffer.allocUnsafeSlow(sizeBytes);
    this.#view = viewOf(this.bytes);
  }

  /**
   * @param names of the block; new ones are added
   * @param synced everything before this position is on disk for good
   */
  append(batch: JournalBatch, names: Names, synced: number): void {
    const start = this.lengthBytes;
    this.#reserve(64);
    this.lengthBytes += recordHeaderBytes;
    this.#double(batch.position);
    this.#double(batch.now);
    this.#count(batch.position - synced);
    this.#count(batch.position - names.block);
    this.#count(names.list.length);
    this.#count(batch.inputs.length);
    for (const input of batch.inputs) {
      if (input.kind === "mqtt") this.#mqtt(input, names);
      else this.#json(input);
    }
    this.#view.setUint32(start + 4, this.lengthBytes - start - recordHeaderBytes, true);
    this.#view.setUint32(start, crc32(this.bytes.subarray(start + 4, this.lengthBytes)), true);
  }

  #mqtt({ connection, topic, payload, retained, packetId }: KeptMqttInput, names: Names): void {
    this.#reserve(payload.length + 32);
    this.bytes[this.lengthBytes++] =
      isMqtt | (retained ? isRetained : 0) | (packetId === undefined ? 0 : hasPacketId);
    this.#name(connection, names);
    this.#name(topic, names);
    this.#reserve(payload.length + 32);
    if (packetId !== undefined) this.#count(packetId);
    this.#count(payload.length);
    this.bytes.set(payload, this.lengthBytes);
    this.lengthBytes += payload.length;
  }

  #json(input: unknown): void {
    this.#reserve(1);
    this.bytes[this.lengthBytes++] = 0;
    this.#text(JSON.stringify(input));
  }

  #name(name: string, names: Names): void {
    const number = names.numberOf(name);
    if (number !== undefined) {
      this.#count(number);
      return;
    }
    names.add(name);
    this.#reserve(1);
    this.#count(0);
    this.#text(name);
  }

  #text(text: string): void {
    const lengthBytes = Buffer.byteLength(text);
    this.#reserve(lengthBytes + 8);
    this.#count(lengthBytes);
    this.lengthBytes += this.bytes.write(text, this.lengthBytes);
  }

  #count(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.bytes[this.lengthBytes++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.lengthBytes++] = rest;
  }

  #double(value: number): void {
    this.#view.setFloat64(this.lengthBytes, value, true);
    this.lengthBytes += 8;
  }

  #reserve(moreBytes: number): void {
    if (this.lengthBytes + moreBytes <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.bytes.length, this.lengthBytes + moreBytes));
    larger.set(this.bytes.subarray(0, this.lengthBytes));
    this.bytes = larger;
    this.#view = viewOf(larger);
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

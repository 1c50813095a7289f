/**
 * Tells repeated deliveries from new ones. A broker must deliver a QoS 1 or 2 message again until it has an
 * acknowledgement: after a reconnect, with the same packet id and DUP set (MQTT 3.1.1 section 4.4). Such a delivery is
 * a repetition if one with its id and content was among the last {@link windowMax}; more than that no broker leaves
 * unacknowledged.
 *
 * A delivery without DUP is always new, also when its id has been seen: it was given out again.
 *
 * Known bound: a broker that gives out an acknowledged id again at once, for a message of the same content, and loses the
 * connection before we see it, has this message taken for the first one. Brokers that count their ids up (Mosquitto, EMQX,
 * aedes and most others) come back to an id after 65,535 messages.
 */
import { crc32 } from "node:zlib";
import type { SnapshotRecord } from "../core/engine/output.ts";

/** Half of all packet ids: an id from before they wrapped around is never taken for a recent one. */
const windowMax = 32_768;
const idCount = 65_536;
/** Ids per snapshot record: what ten thousand deliveries change in a second are some dozen records. */
const blockSize = 256;

/** A block of ids: content hashes, and order of arrival (0: never seen). */
interface Block {
  readonly hashes: readonly number[];
  readonly orders: readonly number[];
}

export class DeliveryWindow {
  readonly #hashes = new Uint32Array(idCount);
  readonly #orders = new Float64Array(idCount);
  readonly #dirty = new Set<number>();
  #last = 0;

  /** @returns whether this delivery was seen before. If not, it is from now on. */
  repeats(packetId: number, topic: string, payload: Uint8Array, dup: boolean): boolean {
    const hash = hashOf(topic, payload);
    const order = this.#orders[packetId]!;
    if (dup && order > 0 && this.#last - order < windowMax && this.#hashes[packetId] === hash) return true;
    this.#note(packetId, hash);
    return false;
  }

  /** A delivery that was told in an earlier life. */
  recall(packetId: number, topic: string, payload: Uint8Array): void {
    this.#note(packetId, hashOf(topic, payload));
  }

  /** A new session: its ids have nothing to do with those before. */
  clear(): void {
    for (let id = 0; id < idCount; id += blockSize) {
      if (this.#orders.subarray(id, id + blockSize).some((order) => order > 0)) this.#dirty.add(id);
    }
    this.#orders.fill(0);
  }

  /** Blocks that changed since the last call. Addresses are `[...prefix, first id of the block]`. */
  snapshot(prefix: readonly string[]): SnapshotRecord[] {
    const records = [...this.#dirty].map((first) => {
      const hashes = [...this.#hashes.subarray(first, first + blockSize)];
      const orders = [...this.#orders.subarray(first, first + blockSize)];
      const isEmpty = orders.every((order) => order === 0);
      const value: Block | null = isEmpty ? null : { hashes, orders };
      return { address: [...prefix, String(first)], value };
    });
    this.#dirty.clear();
    return records;
  }

  /** @param first what was last in the address of the record */
  restore(first: string, value: unknown): void {
    const { hashes, orders } = value as Block;
    this.#hashes.set(hashes, Number(first));
    this.#orders.set(orders, Number(first));
    for (const order of orders) this.#last = Math.max(this.#last, order);
  }

  #note(packetId: number, hash: number): void {
    this.#hashes[packetId] = hash;
    this.#orders[packetId] = ++this.#last;
    this.#dirty.add(packetId - (packetId % blockSize));
  }
}

function hashOf(topic: string, payload: Uint8Array): number {
  return crc32(payload, crc32(topic));
}

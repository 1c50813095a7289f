import { limits } from "./limits.ts";

/** A message on its way to a durable session, until the session acknowledges it. */
export interface Outgoing {
  /** Place in the queue; unique in the broker, for good. */
  readonly seq: number;
  /** What is sent: a PUBLISH, or after its PUBREC a PUBREL. */
  packet: QueuedPacket;
  /** On disk, and not yet handed over by aedes: it must not be sent from the queue as well. */
  pending: boolean;
}

export interface QueuedPacket {
  readonly cmd: string;
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly messageId?: number;
  /** Tells packets of one broker apart. */
  readonly brokerCounter: number;
}

/** Messages for one durable session, oldest first, found by packet id and by the broker's count in constant time. */
export class OutgoingQueue {
  readonly #bySeq = new Map<number, Outgoing>();
  readonly #byMessageId = new Map<number, Outgoing>();
  readonly #byCounter = new Map<number, Outgoing>();
  /** What a connection of the session still has to read; the newest connection alone reads. */
  #reading: Outgoing[] | undefined;
  #bytes = 0;

  add(entry: Outgoing): void {
    this.#bySeq.set(entry.seq, entry);
    this.#bytes += entry.packet.payload.length;
    this.#index(entry);
  }

  /** @returns the oldest message when there are too many */
  overflow(): Outgoing | undefined {
    if (this.#bySeq.size <= limits.queuedMessagesMax && this.#bytes <= limits.queuedBytesMax)
      return undefined;
    return this.#bySeq.values().next().value;
  }

  /** The message of a packet: by the broker's count, else by its packet id. */
  find(packet: { readonly brokerCounter?: number; readonly messageId?: number }): Outgoing | undefined {
    return this.#byCounter.get(packet.brokerCounter ?? 0) ?? this.#byMessageId.get(packet.messageId ?? 0);
  }

  withCounter(brokerCounter: number): Outgoing | undefined {
    return this.#byCounter.get(brokerCounter);
  }

  withMessageId(messageId: number): Outgoing | undefined {
    return this.#byMessageId.get(messageId);
  }

  replace(entry: Outgoing, packet: QueuedPacket): void {
    this.#forget(entry);
    this.#bytes += packet.payload.length - entry.packet.payload.length;
    entry.packet = packet;
    this.#index(entry);
  }

  remove(entry: Outgoing): void {
    if (!this.#bySeq.delete(entry.seq)) return;
    this.#bytes -= entry.packet.payload.length;
    this.#forget(entry);
  }

  /** On disk and known to aedes: it may be sent. */
  offer(entry: Outgoing): void {
    entry.pending = false;
    this.#reading?.push(entry);
  }

  /**
   * What may be sent, oldest first, with what comes while it is read. A PUBLISH with a packet id may have been sent before
   * (MQTT 3.1.1 section 3.3.1.1); a PUBREL knows no DUP, and cannot be written with one.
   */
  *read(): Iterable<QueuedPacket & { readonly dup: boolean }> {
    const reading = [...this.#bySeq.values()].filter((each) => !each.pending);
    this.#reading = reading;
    for (let next = reading.shift(); next; next = reading.shift()) {
      const packet = this.#bySeq.get(next.seq)?.packet;
      if (packet) yield { ...packet, dup: packet.cmd === "publish" && packet.messageId !== undefined };
    }
    if (this.#reading === reading) this.#reading = undefined;
  }

  /** This packet id, or the next that no message on its way has. */
  freeMessageId(wanted: number): number {
    let id = wanted;
    while (this.#byMessageId.has(id)) id = (id % 65_535) + 1;
    return id;
  }

  #index(entry: Outgoing): void {
    const { messageId, brokerCounter } = entry.packet;
    if (messageId !== undefined) this.#byMessageId.set(messageId, entry);
    if (brokerCounter > 0) this.#byCounter.set(brokerCounter, entry);
  }

  #forget({ packet: { messageId, brokerCounter } }: Outgoing): void {
    if (messageId !== undefined) this.#byMessageId.delete(messageId);
    this.#byCounter.delete(brokerCounter);
  }
}

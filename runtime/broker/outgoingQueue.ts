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

  /**
   * What may be sent, oldest first, as it is now. A PUBLISH with a packet id may have been sent before (MQTT 3.1.1 section
   * 3.3.1.1); a PUBREL knows no DUP, and cannot be written with one.
   */
  waiting(): readonly (QueuedPacket & { readonly dup: boolean })[] {
    return [...this.#bySeq.values()]
      .filter((each) => !each.pending)
      .map(({ packet }) => ({ ...packet, dup: packet.cmd === "publish" && packet.messageId !== undefined }));
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

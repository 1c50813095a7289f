/**
 * The way to the broker, packet by packet, as the plane's Transport promises it. What tells repetitions from news is the
 * real thing.
 */
import type { IssuedEffect } from "../../runtime/core/effect.ts";
import type { SnapshotRecord } from "../../runtime/core/engine/output.ts";
import { DeliveryWindow } from "../../runtime/mqtt/deliveryWindow.ts";
import type { Delivery, Inlet, Transport } from "../../runtime/plane/transport.ts";
import type { Link, Packet } from "./broker.ts";

const inFlightMax = 8;

export class SimTransport implements Transport {
  readonly statuses = [];
  isCongested = false;
  readonly #inlet: Inlet;
  readonly #now: () => number;
  #link: Link | undefined;
  /** Deliveries, over all connections of this life: told to the plane, and said by it to be on disk. */
  #told = 0;
  #safe = 0;
  /** Acknowledgements that wait for their delivery, and those before it, to be safe. */
  #acks: { readonly needs: number; readonly packet: Packet }[] = [];
  readonly #window = new DeliveryWindow();
  /** To be published, those in flight first. */
  #outgoing: { readonly issued: IssuedEffect; id: number | undefined; isReceived: boolean }[] = [];
  #lastId: number;

  /**
   * @param firstId of publishes. Not one of an earlier life: a broker that still knows it, from a QoS 2 publish that was
   *   never released, would take another publish for a repetition of that one
   */
  constructor(inlet: Inlet, now: () => number, firstId: number) {
    this.#inlet = inlet;
    this.#now = now;
    this.#lastId = firstId;
  }

  get unsettled(): number {
    return this.#outgoing.length;
  }

  async set(): Promise<void> {
    await undefined;
  }

  async stop(): Promise<void> {
    this.#link = undefined;
  }

  subscribe(): void {
    // The session has subscribed to everything.
  }

  peek(): void {
    // Nobody looks.
  }

  connect(link: Link): void {
    this.#link = link;
    this.#acks = [];
    for (const { issued, id, isReceived } of this.#outgoing) {
      if (id === undefined) continue;
      link.toBroker.push(isReceived ? { type: "pubrel", id } : publishOf(issued, id, true));
    }
    this.#send();
  }

  disconnect(): void {
    this.#link = undefined;
  }

  receive(packet: Packet): void {
    if (packet.type === "publish") this.#deliver(packet);
    else if (packet.type === "pubrel") this.#link?.toBroker.push({ type: "pubcomp", id: packet.id });
    else if (packet.type === "pubrec") this.#received(packet.id);
    else this.#settled(packet.id);
  }

  acknowledge(_connection: string, count: number): void {
    this.#safe += count;
    if (this.#safe > this.#told)
      throw new Error(`${this.#safe} deliveries are acknowledged, though there were ${this.#told}`);
    while (this.#acks.length > 0 && this.#acks[0]!.needs <= this.#safe) {
      const { packet } = this.#acks.shift()!;
      this.#link?.toBroker.push(packet);
    }
  }

  congested(isCongested: boolean): void {
    this.isCongested = isCongested;
  }

  snapshot(): readonly SnapshotRecord[] {
    return this.#window.snapshot(["main"]);
  }

  restore(records: Iterable<SnapshotRecord>): void {
    for (const { address, value } of records) this.#window.restore(address[1]!, value);
  }

  recall({ packetId, topic, payload }: Delivery): void {
    this.#window.recall(packetId, topic, payload);
  }

  publish(issued: IssuedEffect): void {
    const { effect } = issued;
    if (effect.qos === 0) this.#link?.toBroker.push(publishOf(issued, 0, false));
    else this.#outgoing.push({ issued, id: undefined, isReceived: false });
    this.#send();
  }

  #deliver({ topic, payload, qos, id, dup }: Extract<Packet, { type: "publish" }>): void {
    const bytes = Buffer.from(payload);
    if (qos === 0) {
      this.#inlet.message("main", topic, bytes, false);
      return;
    }
    if (!this.#window.repeats(id, topic, bytes, dup)) {
      this.#told++;
      this.#inlet.message("main", topic, bytes, false, id);
    }
    this.#acks.push({ needs: this.#told, packet: { type: qos === 1 ? "puback" : "pubrec", id } });
    this.acknowledge("main", 0);
  }

  #send(): void {
    if (!this.#link) return;
    for (const entry of this.#outgoing.slice(0, inFlightMax)) {
      if (entry.id !== undefined) continue;
      const { issued } = entry;
      if (issued.effect.expiresAt !== undefined && issued.effect.expiresAt <= this.#now()) {
        this.#outgoing.splice(this.#outgoing.indexOf(entry), 1);
        this.#inlet.settled(issued.id, "expired");
        continue;
      }
      entry.id = this.#lastId = (this.#lastId % 65_535) + 1;
      this.#link.toBroker.push(publishOf(issued, entry.id, false));
    }
  }

  #received(id: number): void {
    const entry = this.#outgoing.find((each) => each.id === id);
    if (entry) entry.isReceived = true;
    this.#link?.toBroker.push({ type: "pubrel", id });
  }

  #settled(id: number): void {
    const index = this.#outgoing.findIndex((each) => each.id === id);
    if (index < 0) return;
    const [entry] = this.#outgoing.splice(index, 1);
    this.#inlet.settled(entry!.issued.id, "delivered");
    this.#send();
  }
}

function publishOf({ effect }: IssuedEffect, id: number, dup: boolean): Packet {
  return { type: "publish", topic: effect.topic, payload: effect.payload, qos: effect.qos, id, dup };
}

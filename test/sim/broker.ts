/**
 * A broker that follows MQTT's rules for one persistent session: packet ids, DUP, receive maximum, QoS 0, 1 and 2. It
 * never loses what it has taken; the network between it and its client loses everything under way when it is cut.
 */
import type { Random } from "../journal/fakeFiles.ts";

export interface Publish {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1 | 2;
}

export type Packet =
  | (Publish & { readonly type: "publish"; readonly id: number; readonly dup: boolean })
  | { readonly type: "puback" | "pubrec" | "pubrel" | "pubcomp"; readonly id: number };

/** Ids wrap around soon, so that they are given out again. */
const idMax = 40;
const receiveMaximum = 8;

/** Both directions of a network connection; packets arrive in order, or never. */
export class Link {
  readonly toClient: Packet[] = [];
  readonly toBroker: Packet[] = [];
}

export class Broker {
  /** Everything clients have published here, in order of arrival; of QoS 2 each once. */
  readonly published: Publish[] = [];
  readonly #random: Random;
  readonly #waiting: Publish[] = [];
  readonly #inFlight = new Map<number, { readonly message: Publish; isReleased: boolean }>();
  readonly #taken = new Set<number>();
  #lastId = 0;
  #link: Link | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Messages the session has not acknowledged. */
  get unacknowledged(): number {
    return this.#waiting.length + this.#inFlight.size;
  }

  /** Somebody publishes something that the session has subscribed to. */
  route(message: Publish): void {
    if (message.qos === 0) {
      this.#link?.toClient.push({ type: "publish", ...message, id: 0, dup: false });
      return;
    }
    this.#waiting.push(message);
    this.#fill();
  }

  /** The client of the session connects. What was under way is delivered again, in order. */
  connect(link: Link): void {
    this.#link = link;
    for (const [id, { message, isReleased }] of this.#inFlight) {
      link.toClient.push(
        isReleased ? { type: "pubrel", id } : { type: "publish", ...message, id, dup: true },
      );
    }
    this.#fill();
  }

  disconnect(): void {
    this.#link = undefined;
  }

  receive(packet: Packet): void {
    switch (packet.type) {
      case "publish":
        return this.#take(packet);
      case "puback":
      case "pubcomp":
        this.#inFlight.delete(packet.id);
        return this.#fill();
      case "pubrec": {
        const delivery = this.#inFlight.get(packet.id);
        if (delivery) delivery.isReleased = true;
        this.#link?.toClient.push({ type: "pubrel", id: packet.id });
        return;
      }
      case "pubrel":
        this.#taken.delete(packet.id);
        this.#link?.toClient.push({ type: "pubcomp", id: packet.id });
    }
  }

  #take({ id, topic, payload, qos }: Extract<Packet, { type: "publish" }>): void {
    if (qos < 2 || !this.#taken.has(id)) this.published.push({ topic, payload, qos });
    if (qos === 2) this.#taken.add(id);
    if (qos > 0) this.#link?.toClient.push({ type: qos === 1 ? "puback" : "pubrec", id });
  }

  #fill(): void {
    while (this.#link && this.#waiting.length > 0 && this.#inFlight.size < receiveMaximum) {
      const message = this.#waiting.shift()!;
      const id = this.#freeId();
      this.#inFlight.set(id, { message, isReleased: false });
      this.#link.toClient.push({ type: "publish", ...message, id, dup: false });
    }
  }

  /** Brokers count up; some leave ids out. */
  #freeId(): number {
    do this.#lastId = (this.#lastId % idMax) + 1 + (this.#random(10) === 0 ? 1 : 0);
    while (this.#inFlight.has(this.#lastId));
    return this.#lastId;
  }
}

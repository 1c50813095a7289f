import type { MqttClient } from "mqtt";
import type { IssuedEffect } from "../core/effect.ts";
import { limits } from "./limits.ts";
import { Outbox } from "./outbox.ts";

/** How a publish of QoS 1 or 2 came to its end. */
export type Outcome = "delivered" | "refused" | "expired" | "dropped";

export interface PublisherListener {
  settled(id: string, outcome: Outcome): void;
  dropped(reason: string): void;
}

/**
 * Sends what is published on one client, in order, as fast as the broker takes it. What it does not take yet waits in the
 * bounded outbox: while disconnected, while too much is unacknowledged, while the socket is full.
 */
export class Publisher {
  readonly #client: MqttClient;
  readonly #listener: PublisherListener;
  readonly #outbox: Outbox;
  /** Unacknowledged QoS 1 and 2 publishes, as they were sent. */
  readonly #inFlight = new Set<IssuedEffect>();
  /** By packet id, those with a deadline. */
  readonly #deadlines = new Map<number, IssuedEffect>();
  #open = false;
  #waitsForDrain = false;

  constructor(client: MqttClient, listener: PublisherListener) {
    this.#client = client;
    this.#listener = listener;
    this.#outbox = new Outbox((...how) => this.#gaveUp(...how));
  }

  push(issued: IssuedEffect): void {
    this.#outbox.push(issued);
    this.#flush();
  }

  /** The client is connected: what waits goes out. */
  open(): void {
    this.#open = true;
    this.#waitsForDrain = false;
    this.#flush();
  }

  /** The client is not connected any more, or about to leave: everything waits. */
  close(): void {
    this.#open = false;
  }

  /** Unacknowledged publishes are sent again after a reconnect, except those whose deadline has passed. */
  forgetExpired(): void {
    const now = Date.now();
    for (const [id, issued] of this.#deadlines) {
      if (issued.effect.expiresAt! > now) continue;
      this.#deadlines.delete(id);
      this.#inFlight.delete(issued);
      this.#client.removeOutgoingMessage(id);
      this.#gaveUp(issued, "expired", "publish expired");
    }
  }

  /** For the end of a connection. @returns what was not acknowledged, then what was never sent */
  takeUnsent(): readonly IssuedEffect[] {
    const unacknowledged = [...this.#inFlight];
    this.#inFlight.clear();
    return [...unacknowledged, ...this.#outbox.takeAll()];
  }

  #flush(): void {
    while (this.#open && !this.#waitsForDrain && this.#inFlight.size < this.#window()) {
      const now = Date.now();
      const issued = this.#outbox.next(now);
      if (!issued) return;
      this.#send(issued, now);
      if (this.#client.stream.writableLength > limits.unsentBytesMax) {
        this.#waitsForDrain = true;
        this.#client.stream.once("drain", this.#drained);
      }
    }
  }

  #send(issued: IssuedEffect, now: number): void {
    const client = this.#client;
    const { effect } = issued;
    const payload = Buffer.from(effect.payload, effect.encoding);
    const { maximumQoS = 2, maximumPacketSize = limits.packetBytesMax } = client.serverProperties ?? {};
    // The broker would disconnect us for it, and MQTT.js would send it again: for ever.
    if (payload.length + 3 * effect.topic.length + headerBytesMax > maximumPacketSize) {
      this.#gaveUp(issued, "refused", "publish larger than the broker takes");
      return;
    }
    const qos = Math.min(effect.qos, maximumQoS) as 0 | 1 | 2;
    const options = {
      qos,
      retain: effect.retain,
      ...(effect.expiresAt === undefined || client.options.protocolVersion !== 5
        ? {}
        : { properties: { messageExpiryInterval: Math.ceil((effect.expiresAt - now) / 1000) } }),
    };
    if (qos === 0) {
      client.publish(effect.topic, payload, options);
      if (effect.qos > 0) this.#listener.settled(issued.id, "delivered");
      return;
    }
    this.#inFlight.add(issued);
    if (effect.expiresAt === undefined) {
      client.publish(effect.topic, payload, options, (error) => this.#settled(issued, error));
      return;
    }
    let id: number | undefined;
    client.publish(effect.topic, payload, options, (error) => {
      if (id !== undefined) this.#deadlines.delete(id);
      this.#settled(issued, error);
    });
    id = client.getLastMessageId();
    this.#deadlines.set(id, issued);
  }

  /** A QoS 1 or 2 publish came to its end. Without an acknowledgement it has not: see {@link takeUnsent}. */
  #settled(issued: IssuedEffect, error?: Error): void {
    if (error && !("code" in error)) return;
    this.#inFlight.delete(issued);
    if (error) this.#gaveUp(issued, "refused", "publish refused by the broker");
    else this.#listener.settled(issued.id, "delivered");
    this.#flush();
  }

  #gaveUp({ id, effect }: IssuedEffect, outcome: Outcome, reason: string): void {
    this.#listener.dropped(reason);
    if (effect.qos > 0) this.#listener.settled(id, outcome);
  }

  readonly #drained = (): void => {
    this.#waitsForDrain = false;
    this.#flush();
  };

  #window(): number {
    return Math.min(limits.inFlightMax, this.#client.serverProperties?.receiveMaximum ?? limits.inFlightMax);
  }
}

/** What a PUBLISH packet holds besides topic and payload, at most. */
const headerBytesMax = 32;

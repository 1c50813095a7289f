import type { MqttClient } from "mqtt";
import type { PublishEffect } from "../core/effect.ts";
import { limits } from "./limits.ts";
import { Outbox } from "./outbox.ts";

/**
 * Sends what is published on one client, in order, as fast as the broker takes it. What it does not take yet waits in the
 * bounded outbox: while disconnected, while too much is unacknowledged, while the socket is full.
 */
export class Publisher {
  readonly #client: MqttClient;
  readonly #dropped: (reason: string) => void;
  readonly #outbox: Outbox;
  /** Unacknowledged QoS 1 and 2 publishes. */
  #inFlight = 0;
  /** Packet ids of those with a deadline, ms since epoch. */
  readonly #deadlines = new Map<number, number>();
  #open = false;
  #waitsForDrain = false;

  constructor(client: MqttClient, dropped: (reason: string) => void) {
    this.#client = client;
    this.#dropped = dropped;
    this.#outbox = new Outbox(dropped);
  }

  push(effect: PublishEffect): void {
    this.#outbox.push(effect);
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
    for (const [id, expiresAt] of this.#deadlines) {
      if (expiresAt > now) continue;
      this.#deadlines.delete(id);
      this.#client.removeOutgoingMessage(id);
      this.#dropped("publish expired");
    }
  }

  /** For the end of a connection. @returns what was never sent; what was sent in vain is counted */
  takeUnsent(): readonly PublishEffect[] {
    for (; this.#inFlight > 0; this.#inFlight--) this.#dropped("publish unacknowledged at stop");
    return this.#outbox.takeAll();
  }

  #flush(): void {
    while (this.#open && !this.#waitsForDrain && this.#inFlight < this.#window()) {
      const now = Date.now();
      const effect = this.#outbox.next(now);
      if (!effect) return;
      this.#send(effect, now);
      if (this.#client.stream.writableLength > limits.unsentBytesMax) {
        this.#waitsForDrain = true;
        this.#client.stream.once("drain", this.#drained);
      }
    }
  }

  #send(effect: PublishEffect, now: number): void {
    const client = this.#client;
    const payload = Buffer.from(effect.payload, effect.encoding);
    const { maximumQoS = 2, maximumPacketSize = limits.packetBytesMax } = client.serverProperties ?? {};
    // The broker would disconnect us for it, and MQTT.js would send it again: for ever.
    if (payload.length + 3 * effect.topic.length + headerBytesMax > maximumPacketSize) {
      this.#dropped("publish larger than the broker takes");
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
      return;
    }
    this.#inFlight++;
    if (effect.expiresAt === undefined) {
      client.publish(effect.topic, payload, options, this.#settled);
      return;
    }
    let id: number | undefined;
    client.publish(effect.topic, payload, options, (error) => {
      if (id !== undefined) this.#deadlines.delete(id);
      this.#settled(error);
    });
    id = client.getLastMessageId();
    this.#deadlines.set(id, effect.expiresAt);
  }

  /** A QoS 1 or 2 publish came to its end. Without an acknowledgement it is not lost: MQTT.js sends it again. */
  readonly #settled = (error?: Error): void => {
    this.#inFlight--;
    if (error && "code" in error) this.#dropped("publish refused by the broker");
    this.#flush();
  };

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

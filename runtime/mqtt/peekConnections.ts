import { randomBytes } from "node:crypto";
import mqtt, { type MqttClient } from "mqtt";
import type { PeekedTopic } from "../protocol/live.ts";
import type { ConnectionSettings } from "./connection.ts";
import { limits } from "./limits.ts";
import { clientOptions } from "./options.ts";

type Received = (connection: string, topic: string, payload: Uint8Array, retained: boolean) => void;

/**
 * Looks at topics on clients of their own, that are there only while somebody looks. The flows' subscriptions stay
 * exactly as they are: subscribing beside them on their own client would bring them retained messages once more, copies
 * from brokers that send one per subscription, and filters in their persistent sessions.
 */
export class PeekConnections {
  readonly #received: Received;
  #settings: readonly ConnectionSettings[] = [];
  #topics: readonly PeekedTopic[] = [];
  readonly #open = new Map<string, PeekConnection>();

  constructor(received: Received) {
    this.#received = received;
  }

  set(settings: readonly ConnectionSettings[]): void {
    const before = new Map(this.#settings.map((each) => [each.config.name, JSON.stringify(each)]));
    this.#settings = settings;
    const same = new Set(
      settings
        .filter((each) => before.get(each.config.name) === JSON.stringify(each))
        .map((each) => each.config.name),
    );
    for (const name of [...this.#open.keys()]) if (!same.has(name)) this.#close(name);
    this.peek(this.#topics);
  }

  /** Replaces what is looked at. */
  peek(topics: readonly PeekedTopic[]): void {
    this.#topics = topics;
    for (const settings of this.#settings) {
      const { name } = settings.config;
      const filters = new Set(topics.filter((each) => each.connection === name).map((each) => each.filter));
      if (filters.size === 0) this.#close(name);
      else this.#connection(settings)?.want(filters);
    }
  }

  #connection(settings: ConnectionSettings): PeekConnection | undefined {
    const { name } = settings.config;
    const open = this.#open.get(name);
    if (open) return open;
    try {
      const fresh = new PeekConnection(settings, (...message) => this.#received(name, ...message));
      this.#open.set(name, fresh);
      return fresh;
    } catch {
      // Settings that no connection can be made of: the connection itself says so where people see it.
      return undefined;
    }
  }

  #close(name: string): void {
    this.#open.get(name)?.close();
    this.#open.delete(name);
  }
}

class PeekConnection {
  readonly #client: MqttClient;
  #held: ReadonlySet<string> = new Set();

  constructor(
    { config, secrets }: ConnectionSettings,
    received: (topic: string, payload: Uint8Array, retained: boolean) => void,
  ) {
    // 22 characters: MQTT 3.1.1 brokers may refuse more than 23.
    const clientId = `millrace-peek-${randomBytes(4).toString("hex")}`;
    const { will: _, ...plain } = { ...config, persistentSession: false };
    this.#client = mqtt.connect(config.url, {
      ...clientOptions(plain, secrets, clientId),
      reconnectPeriod: limits.peekReconnectMs,
    });
    this.#client.on("connect", () => this.#subscribe([...this.#held]));
    this.#client.on("message", (topic, payload, packet) => received(topic, payload, packet.retain));
    // The flows' own connection tells what is wrong with the broker; here it is just tried again.
    this.#client.on("error", () => undefined);
  }

  want(filters: ReadonlySet<string>): void {
    const gone = [...this.#held].filter((filter) => !filters.has(filter));
    const fresh = [...filters].filter((filter) => !this.#held.has(filter));
    this.#held = filters;
    // Before it is connected nothing is sent: then all that is wanted by that time is.
    if (!this.#client.connected) return;
    if (gone.length > 0) this.#client.unsubscribe(gone, () => undefined);
    this.#subscribe(fresh);
  }

  close(): void {
    this.#client.removeAllListeners("message");
    this.#client.end(true);
  }

  /** A refused filter simply shows nothing. */
  #subscribe(filters: readonly string[]): void {
    if (filters.length > 0) this.#client.subscribe([...filters], { qos: 0 }, () => undefined);
  }
}

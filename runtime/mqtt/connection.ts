import { Socket } from "node:net";
import mqtt, { type IPublishPacket, type MqttClient } from "mqtt";
import type { PublishEffect } from "../core/effect.ts";
import type { ConnectionConfig, ConnectionSecrets } from "../protocol/http.ts";
import type { ConnectionStatus } from "../protocol/live.ts";
import type { WantedFilter } from "./filters.ts";
import { limits } from "./limits.ts";
import { clientOptions, placeOf } from "./options.ts";
import { Outbox } from "./outbox.ts";
import { connectionProblem } from "./problem.ts";
import { type SubscribeRequest, Subscriptions } from "./subscriptions.ts";

export interface ConnectionSettings {
  readonly config: ConnectionConfig;
  readonly secrets: ConnectionSecrets;
  /** It leads to the broker that runs inside Millrace. */
  readonly embedded: boolean;
}

export interface ConnectionListener {
  /** A message, once however many filters match. Called for every message: it must be quick and not keep `payload`'s chunk. */
  message(connection: string, topic: string, payload: Uint8Array, retained: boolean): void;
  statusChanged(): void;
  dropped(reason: string): void;
}

/** What outlives the process for a persistent session. */
export interface SessionMemory {
  /** The same id every time for the same connection. */
  clientId(connection: string): string;
  /** Filters the session may hold, with their subscription identifiers. */
  filters(connection: string): Readonly<Record<string, number>>;
  remember(connection: string, filters: Readonly<Record<string, number>>): void;
}

/**
 * One named connection to a broker: connects again for ever with jittered exponential back-off, restores its
 * subscriptions, and sends in order what was published meanwhile.
 */
export class MqttConnection {
  readonly settings: ConnectionSettings;
  readonly #listener: ConnectionListener;
  readonly #name: string;
  readonly #place: string;
  readonly #client: MqttClient;
  readonly #subscriptions: Subscriptions;
  readonly #outbox: Outbox;
  /** Unacknowledged QoS 1 and 2 publishes. */
  #inFlight = 0;
  /** Packet ids of those with a deadline. */
  readonly #deadlines = new Map<number, number>();
  #ready = false;
  #failures = 0;
  #waitsForDrain = false;
  #problem: unknown;
  #status: ConnectionStatus;

  constructor(settings: ConnectionSettings, memory: SessionMemory, listener: ConnectionListener) {
    const { config, secrets } = settings;
    this.settings = settings;
    this.#listener = listener;
    this.#name = config.name;
    this.#place = placeOf(config.url);
    this.#outbox = new Outbox((reason) => listener.dropped(reason));
    this.#status = { name: config.name, url: config.url, state: "connecting", embedded: settings.embedded };
    this.#subscriptions = new Subscriptions(
      {
        subscribe: (requests, done) => this.#subscribe(requests, done),
        unsubscribe: (filters, done) => this.#client.unsubscribe([...filters], () => done()),
        remember: (ids) => {
          if (config.persistentSession) memory.remember(config.name, ids);
        },
      },
      config.persistentSession ? memory.filters(config.name) : {},
    );
    const clientId = config.clientId || memory.clientId(config.name);
    this.#client = mqtt.connect(config.url, clientOptions(config, secrets, clientId));
    this.#listen();
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  subscribe(wanted: readonly WantedFilter[]): void {
    this.#subscriptions.want(wanted);
    this.#showGrants();
  }

  /** Sends in order, or waits in the bounded queue until the connection takes it. */
  publish(effect: PublishEffect): void {
    this.#outbox.push(effect);
    this.#flush();
  }

  /**
   * Says goodbye, so that the last will stays unsent. Waits a moment for acknowledgements.
   * @returns publishes that were never sent
   */
  async stop(): Promise<readonly PublishEffect[]> {
    const client = this.#client;
    const wasReady = this.#ready;
    this.#ready = false;
    client.removeListener("message", this.#received);
    const timer = setTimeout(() => client.stream.destroy(), limits.stopTimeoutMs);
    const closed = new Promise((resolve) => client.once("close", () => resolve(undefined)));
    const ended = client.endAsync(!wasReady);
    await (wasReady ? Promise.race([ended, closed]) : ended);
    clearTimeout(timer);
    for (let left = this.#inFlight; left > 0; left--)
      this.#listener.dropped("publish unacknowledged at stop");
    return this.#outbox.takeAll();
  }

  #listen(): void {
    const client = this.#client;
    client.on("message", this.#received);
    client.on("connect", (connack) => {
      this.#failures = 0;
      this.#problem = undefined;
      client.options.reconnectPeriod = this.#delayMs();
      // Acknowledgements are small: Nagle's algorithm would hold them back for as long as the broker delays its own.
      if (client.stream instanceof Socket) client.stream.setNoDelay(true);
      this.#ready = true;
      this.#waitsForDrain = false;
      this.#setStatus("connected", undefined);
      this.#subscriptions.connected(connack.sessionPresent);
      this.#flush();
    });
    client.on("reconnect", () => {
      this.#failures++;
      client.options.reconnectPeriod = this.#delayMs();
      this.#forgetExpired();
    });
    client.on("error", (error) => {
      this.#problem = error;
    });
    client.on("disconnect", ({ reasonCode }) => {
      if (reasonCode)
        this.#problem = Object.assign(new Error("disconnected by the broker"), { code: reasonCode });
    });
    client.on("close", () => {
      this.#ready = false;
      this.#subscriptions.disconnected();
      if (client.disconnecting) return;
      const waitS = Math.ceil((client.options.reconnectPeriod ?? 0) / 1000);
      const why = this.#problem
        ? connectionProblem(this.#problem, this.#place)
        : `connection closed by ${this.#place}`;
      this.#setStatus("disconnected", `${why}; trying again in ${waitS} s`);
    });
  }

  readonly #received = (topic: string, payload: Buffer, packet: IPublishPacket): void => {
    const ids = packet.properties?.subscriptionIdentifier;
    if (!this.#subscriptions.keeps(topic, ids, packet.retain)) return;
    if (payload.length > limits.packetBytesMax) this.#listener.dropped("payload larger than 16 MB");
    // The parser puts U+FFFD where bytes are not UTF-8; such topics are malformed (MQTT 5 section 1.5.4).
    else if (topic.includes("\uFFFD")) this.#listener.dropped("topic is not UTF-8");
    else this.#listener.message(this.#name, topic, payload, packet.retain);
  };

  #flush(): void {
    while (this.#ready && !this.#waitsForDrain && this.#inFlight < this.#window()) {
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
      this.#listener.dropped("publish larger than the broker takes");
      return;
    }
    const qos = Math.min(effect.qos, maximumQoS) as 0 | 1 | 2;
    const options = {
      qos,
      retain: effect.retain,
      ...(effect.expiresAt === undefined || this.settings.config.protocol !== "5"
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
    if (error && "code" in error) this.#listener.dropped("publish refused by the broker");
    this.#flush();
  };

  readonly #drained = (): void => {
    this.#waitsForDrain = false;
    this.#flush();
  };

  /** Unacknowledged publishes are sent again after a reconnect, except those whose deadline has passed. */
  #forgetExpired(): void {
    const now = Date.now();
    for (const [id, expiresAt] of this.#deadlines) {
      if (expiresAt > now) continue;
      this.#deadlines.delete(id);
      this.#client.removeOutgoingMessage(id);
      this.#listener.dropped("publish expired");
    }
  }

  #subscribe(
    requests: readonly SubscribeRequest[],
    done: (refused: readonly string[] | undefined) => void,
  ): void {
    const identified =
      this.settings.config.protocol === "5" &&
      this.#client.serverProperties?.subscriptionIdentifiersAvailable !== false;
    const packets = identified ? requests.map((each) => [each]) : groupAlike(requests);
    const refused: string[] = [];
    let open = packets.length;
    let lost = false;
    for (const packet of packets) {
      const { qos, retained, id } = packet[0]!;
      const properties = identified ? { properties: { subscriptionIdentifier: id } } : {};
      const filters = packet.map((each) => each.filter);
      // rap false: the retain flag tells retained messages from live ones. rh 2: no retained messages, please.
      const options = { qos, rap: false, rh: retained ? 0 : 2, nl: false, ...properties };
      this.#client.subscribe(filters, options, (error, _granted, suback) => {
        if (error && !suback) lost = true;
        refused.push(...filters.filter((_, index) => Number(suback?.granted[index] ?? 0) >= 128));
        open--;
        if (open > 0) return;
        done(lost ? undefined : refused);
        this.#showGrants();
      });
    }
  }

  #showGrants(): void {
    const refused = this.#subscriptions.refused;
    if (this.#status.state !== "connected") return;
    const error = refused.length > 0 ? `the broker refused to subscribe to ${refused.join(", ")}` : undefined;
    if (error !== this.#status.error) this.#setStatus("connected", error);
  }

  #setStatus(state: ConnectionStatus["state"], error: string | undefined): void {
    const { name, url, embedded } = this.#status;
    this.#status = { name, url, state, embedded, ...(error === undefined ? {} : { error }) };
    this.#listener.statusChanged();
  }

  #window(): number {
    return Math.min(limits.inFlightMax, this.#client.serverProperties?.receiveMaximum ?? limits.inFlightMax);
  }

  /** Full back-off after {@link limits.reconnectLongestMs}; the jitter keeps a fleet from coming back in step. */
  #delayMs(): number {
    const longestMs = Math.min(
      limits.reconnectLongestMs,
      limits.reconnectFirstMs * 2 ** Math.min(this.#failures, 10),
    );
    return Math.round(longestMs * (0.5 + Math.random() / 2));
  }
}

/** What a PUBLISH packet holds besides topic and payload, at most. */
const headerBytesMax = 32;

/** One SUBSCRIBE packet carries one set of options. */
function groupAlike(requests: readonly SubscribeRequest[]): SubscribeRequest[][] {
  const groups = new Map<string, SubscribeRequest[]>();
  for (const each of requests) {
    const key = `${each.qos} ${each.retained}`;
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return [...groups.values()];
}

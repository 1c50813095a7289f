import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import mqtt, { type IPublishPacket, type MqttClient } from "mqtt";
import type { IssuedEffect } from "../core/effect.ts";
import type { ConnectionConfig, ConnectionSecrets } from "../protocol/http.ts";
import type { ConnectionStatus } from "../protocol/live.ts";
import { AckGate, type AckLedger } from "./ackGate.ts";
import { ArrivalStore } from "./arrivalStore.ts";
import type { DeliveryWindow } from "./deliveryWindow.ts";
import type { WantedFilter } from "./filters.ts";
import { limits } from "./limits.ts";
import { clientOptions, placeOf } from "./options.ts";
import { connectionProblem } from "./problem.ts";
import { type Outcome, Publisher } from "./publisher.ts";
import { sendSubscribe } from "./subscribe.ts";
import { Subscriptions } from "./subscriptions.ts";

export interface ConnectionSettings {
  readonly config: ConnectionConfig;
  readonly secrets: ConnectionSecrets;
  /** It leads to the broker that runs inside Millrace. */
  readonly embedded: boolean;
}

export interface ConnectionListener {
  /**
   * A message, once however many filters match and however often the broker repeats it. Called for every message: it must
   * be quick.
   * @param packetId of a delivery of QoS 1 or 2, which waits in the ledger until it is safe
   */
  message(connection: string, topic: string, payload: Uint8Array, retained: boolean, packetId?: number): void;
  /** A publish of QoS 1 or 2 came to its end. */
  settled(id: string, outcome: Outcome): void;
  statusChanged(): void;
  dropped(reason: string): void;
}

/** What is known of deliveries to a named connection; it outlives the connection and, by the checkpoint, the process. */
export interface Deliveries {
  readonly window: DeliveryWindow;
  readonly ledger: AckLedger;
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
  readonly #publisher: Publisher;
  readonly #deliveries: Deliveries;
  #gate: AckGate | undefined;
  #congested = false;
  #failures = 0;
  #problem: unknown;
  #status: ConnectionStatus;

  constructor(
    settings: ConnectionSettings,
    memory: SessionMemory,
    deliveries: Deliveries,
    listener: ConnectionListener,
  ) {
    const { config, secrets } = settings;
    this.#deliveries = deliveries;
    this.settings = settings;
    this.#listener = listener;
    this.#name = config.name;
    this.#place = placeOf(config.url);
    this.#status = { name: config.name, url: config.url, state: "connecting", embedded: settings.embedded };
    this.#subscriptions = new Subscriptions(
      {
        subscribe: (requests, done) =>
          sendSubscribe(this.#client, requests, (refused) => {
            done(refused);
            this.#showGrants();
          }),
        unsubscribe: (filters, done) => this.#client.unsubscribe([...filters], () => done()),
        remember: (ids) => {
          if (config.persistentSession) memory.remember(config.name, ids);
        },
      },
      config.persistentSession ? memory.filters(config.name) : {},
    );
    const clientId = config.clientId || memory.clientId(config.name);
    this.#client = mqtt.connect(config.url, {
      ...clientOptions(config, secrets, clientId),
      incomingStore: new ArrivalStore((packet) => this.#take(packet.topic, packet)),
      manualConnect: true,
    });
    this.#passThroughGate();
    this.#publisher = new Publisher(this.#client, listener);
    this.#listen();
    this.#client.connect();
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  subscribe(wanted: readonly WantedFilter[]): void {
    this.#subscriptions.want(wanted);
    this.#showGrants();
  }

  /** Sends in order, or waits in the bounded queue until the connection takes it. */
  publish(issued: IssuedEffect): void {
    this.#publisher.push(issued);
  }

  /** Lets those acknowledgements go whose deliveries are safe by now. */
  releaseAcks(): void {
    this.#gate?.release();
  }

  /** Reads nothing more until told that it may again. */
  congest(isCongested: boolean): void {
    this.#congested = isCongested;
    this.#gate?.congest(isCongested);
  }

  /**
   * Waits a moment for acknowledgements, then says goodbye, so that the last will stays unsent.
   * @returns publishes that were not acknowledged, in order
   */
  async stop(): Promise<readonly IssuedEffect[]> {
    const client = this.#client;
    const wasConnected = this.#status.state === "connected";
    this.#publisher.close();
    let timer: NodeJS.Timeout | undefined;
    // MQTT.js ends when all is acknowledged, and cannot be hurried once it waits for that.
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#gate?.sayGoodbye();
        resolve();
      }, limits.stopTimeoutMs);
    });
    await Promise.race([client.endAsync(!wasConnected), late]);
    clearTimeout(timer);
    return this.#publisher.takeUnsent();
  }

  #listen(): void {
    const client = this.#client;
    // Those of QoS 2 have been taken when they arrived.
    client.on("message", (topic, _payload, packet) => {
      if (packet.qos < 2) this.#take(topic, packet);
    });
    client.on("connect", (connack) => {
      this.#failures = 0;
      this.#problem = undefined;
      client.options.reconnectPeriod = this.#delayMs();
      if (!connack.sessionPresent) this.#deliveries.window.clear();
      this.#setStatus("connected", undefined);
      this.#subscriptions.connected(connack.sessionPresent);
      this.#publisher.open();
    });
    client.on("reconnect", () => {
      this.#failures++;
      client.options.reconnectPeriod = this.#delayMs();
      this.#publisher.forgetExpired();
    });
    client.on("error", (error) => {
      this.#problem = error;
    });
    client.on("disconnect", ({ reasonCode }) => {
      if (reasonCode)
        this.#problem = Object.assign(new Error("disconnected by the broker"), { code: reasonCode });
    });
    client.on("close", () => {
      this.#publisher.close();
      this.#subscriptions.disconnected();
      if (client.disconnecting) return;
      const waitS = Math.ceil((client.options.reconnectPeriod ?? 0) / 1000);
      const why = this.#problem
        ? connectionProblem(this.#problem, this.#place)
        : `connection closed by ${this.#place}`;
      this.#setStatus("disconnected", `${why}; trying again in ${waitS} s`);
    });
  }

  /** MQTT.js has no option for a stream of ours that works for every kind of URL: what it builds is wrapped. */
  #passThroughGate(): void {
    const client = this.#client as unknown as { streamBuilder(of: MqttClient): Duplex };
    const build = client.streamBuilder;
    client.streamBuilder = (of) => {
      const socket = build(of);
      // Acknowledgements are small: Nagle's algorithm would hold them back for as long as the broker delays its own.
      if (socket instanceof Socket) socket.setNoDelay(true);
      this.#gate = new AckGate(socket, this.#deliveries.ledger);
      this.#gate.congest(this.#congested);
      return this.#gate;
    };
  }

  #take(topic: string, packet: IPublishPacket): void {
    if (packet.qos === 0) {
      if (this.#keeps(topic, packet)) this.#tell(topic, packet);
      return;
    }
    const { messageId: packetId = 0, payload, dup } = packet;
    if (
      this.#keeps(topic, packet) &&
      !this.#deliveries.window.repeats(packetId, topic, payload as Buffer, dup)
    ) {
      this.#deliveries.ledger.told++;
      this.#tell(topic, packet, packetId);
    }
    this.#gate?.expect();
  }

  #tell(topic: string, { payload, retain }: IPublishPacket, packetId?: number): void {
    this.#listener.message(this.#name, topic, payload as Buffer, retain, packetId);
  }

  /** Counts what must not be taken. */
  #keeps(topic: string, { payload, retain, properties }: IPublishPacket): boolean {
    if (!this.#subscriptions.keeps(topic, properties?.subscriptionIdentifier, retain)) return false;
    if (payload.length > limits.packetBytesMax) this.#listener.dropped("payload larger than 16 MB");
    // The parser puts U+FFFD where bytes are not UTF-8; such topics are malformed (MQTT 5 section 1.5.4).
    else if (topic.includes("\uFFFD")) this.#listener.dropped("topic is not UTF-8");
    else return true;
    return false;
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

  /** Full back-off after {@link limits.reconnectLongestMs}; the jitter keeps a fleet from coming back in step. */
  #delayMs(): number {
    const longestMs = Math.min(
      limits.reconnectLongestMs,
      limits.reconnectFirstMs * 2 ** Math.min(this.#failures, 10),
    );
    return Math.round(longestMs * (0.5 + Math.random() / 2));
  }
}

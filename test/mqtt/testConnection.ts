import mqtt, { type MqttClient } from "mqtt";
import type { IssuedEffect, PublishEffect } from "../../runtime/core/effect.ts";
import { type ConnectionSettings, type Deliveries, MqttConnection } from "../../runtime/mqtt/connection.ts";
import { DeliveryWindow } from "../../runtime/mqtt/deliveryWindow.ts";
import type { WantedFilter } from "../../runtime/mqtt/filters.ts";
import type { ConnectionConfig, ConnectionSecrets } from "../../runtime/protocol/http.ts";

export interface Received {
  readonly topic: string;
  readonly text: string;
  readonly retained: boolean;
}

/** A connection under test with everything it reports. Stops by itself at the end of an `await using` block. */
export class TestConnection {
  /** All messages but probes. */
  readonly received: Received[] = [];
  /** Messages with the payload `probe`, by which a test sees that a subscription works. */
  probes = 0;
  readonly drops: string[] = [];
  /** Effects that came to their end, each with how. */
  readonly settled: string[] = [];
  readonly remembered: Record<string, Readonly<Record<string, number>>>;
  readonly deliveries: Deliveries = { window: new DeliveryWindow(), ledger: { told: 0, safe: 0 } };
  /** Deliveries of QoS 1 and 2. */
  readonly told: { readonly text: string; readonly packetId: number }[] = [];
  /** Which deliveries are on disk as soon as they are told: all, unless a test says otherwise. */
  isSafe: (text: string) => boolean = () => true;
  readonly connection: MqttConnection;

  constructor(
    config: Partial<ConnectionConfig> & { url: string },
    secrets: ConnectionSecrets = {},
    remembered: Record<string, Readonly<Record<string, number>>> = {},
  ) {
    this.remembered = remembered;
    this.connection = new MqttConnection(
      settings(config, secrets),
      {
        clientId: () => "millrace-test",
        filters: (name) => this.remembered[name] ?? {},
        remember: (name, filters) => {
          this.remembered[name] = filters;
        },
      },
      this.deliveries,
      {
        message: (_connection, topic, payload, retained, packetId) => {
          const text = Buffer.from(payload).toString();
          if (packetId !== undefined) this.told.push({ text, packetId });
          if (packetId !== undefined && this.isSafe(text)) this.acknowledge(1);
          if (text === "probe") this.probes++;
          else this.received.push({ topic, text, retained });
        },
        settled: (id, outcome) => this.settled.push(`${id} ${outcome}`),
        statusChanged: () => undefined,
        dropped: (reason) => this.drops.push(reason),
      },
    );
  }

  acknowledge(count: number): void {
    this.deliveries.ledger.safe += count;
    this.connection.releaseAcks();
  }

  get state(): string {
    return this.connection.status.state;
  }

  get error(): string | undefined {
    return this.connection.status.error;
  }

  get texts(): string[] {
    return this.received.map((each) => each.text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection.stop();
  }
}

export function settings(
  config: Partial<ConnectionConfig> & { url: string },
  secrets: ConnectionSecrets = {},
): ConnectionSettings {
  const defaults = { name: "main", protocol: "3.1.1" as const, keepaliveS: 30, persistentSession: false };
  return { config: { ...defaults, ...config }, secrets, embedded: false };
}

/** An effect; its id is its payload. */
export function publishOf(topic: string, payload: string, more: Partial<PublishEffect> = {}): IssuedEffect {
  return {
    id: payload,
    flow: "f",
    node: "n",
    effect: {
      kind: "publish",
      connection: "main",
      topic,
      payload,
      encoding: "utf8",
      qos: 0,
      retain: false,
      ...more,
    },
  };
}

export function filters(...names: string[]): WantedFilter[] {
  return names.map((filter) => ({ filter, qos: 1, retained: true }));
}

/** An independent client that ends with its `await using` block. */
export async function peer(
  port: number,
  options: mqtt.IClientOptions = {},
): Promise<MqttClient & AsyncDisposable> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, options);
  return Object.assign(client, { [Symbol.asyncDispose]: async () => client.endAsync(true) });
}

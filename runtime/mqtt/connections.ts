import type { IssuedEffect } from "../core/effect.ts";
import type { SnapshotRecord } from "../core/engine/output.ts";
import type { ConnectionStatus, PeekedTopic } from "../protocol/live.ts";
import {
  type ConnectionListener,
  type ConnectionSettings,
  type Deliveries,
  MqttConnection,
  type SessionMemory,
} from "./connection.ts";
import { DeliveryWindow } from "./deliveryWindow.ts";
import type { WantedFilter } from "./filters.ts";
import { PeekConnections } from "./peekConnections.ts";

export type ConnectionFilter = WantedFilter & { readonly connection: string };

export interface PeekListener {
  /** A message that matches a peek; not kept from `payload`'s chunk. */
  peeked(connection: string, topic: string, payload: Uint8Array, retained: boolean): void;
}

/** A message that a broker delivers again until it is acknowledged. */
export interface Delivery {
  readonly connection: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly packetId: number;
}

/** All named connections of the data plane. */
export class MqttConnections {
  readonly #memory: SessionMemory;
  readonly #listener: ConnectionListener;
  readonly #peeks: PeekConnections;
  readonly #byName = new Map<string, MqttConnection>();
  readonly #unusable = new Map<string, ConnectionStatus>();
  #wanted: readonly ConnectionFilter[] = [];
  readonly #deliveries = new Map<string, Deliveries>();
  #isCongested = false;
  /** What is published to connections that leave and come again with other settings. */
  readonly #moving = new Map<string, IssuedEffect[]>();
  #isStopping = false;
  #changing: Promise<void> = Promise.resolve();

  constructor(memory: SessionMemory, listener: ConnectionListener & PeekListener) {
    this.#memory = memory;
    this.#listener = listener;
    this.#peeks = new PeekConnections((...message) => listener.peeked(...message));
  }

  get statuses(): readonly ConnectionStatus[] {
    return [...[...this.#byName.values()].map((each) => each.status), ...this.#unusable.values()];
  }

  /** Makes these the connections there are. Those whose settings are as before stay up. One change after the other. */
  set(settings: readonly ConnectionSettings[]): Promise<void> {
    this.#peeks.set(settings);
    this.#changing = this.#changing.then(() => this.#change(settings));
    return this.#changing;
  }

  subscribe(wanted: readonly ConnectionFilter[]): void {
    this.#wanted = wanted;
    for (const [name, connection] of this.#byName) connection.subscribe(this.#filtersOf(name));
  }

  peek(topics: readonly PeekedTopic[]): void {
    this.#peeks.peek(topics);
  }

  publish(issued: IssuedEffect): void {
    const { id, effect } = issued;
    // Of QoS 1 and 2 nothing is said: it is published after the next start.
    if (this.#isStopping) {
      if (effect.qos === 0) this.#listener.dropped("publish unsent at stop");
      return;
    }
    const connection = this.#byName.get(effect.connection);
    if (connection) return connection.publish(issued);
    const moving = this.#moving.get(effect.connection);
    if (moving) {
      moving.push(issued);
      return;
    }
    this.#listener.dropped(`publish to “${effect.connection}”, which is not a working connection`);
    if (effect.qos > 0) this.#listener.settled(id, "dropped");
  }

  acknowledge(connection: string, count: number): void {
    this.#deliveriesOf(connection).ledger.safe += count;
    this.#byName.get(connection)?.releaseAcks();
  }

  congested(isCongested: boolean): void {
    this.#isCongested = isCongested;
    for (const connection of this.#byName.values()) connection.congest(isCongested);
  }

  snapshot(): readonly SnapshotRecord[] {
    return [...this.#deliveries].flatMap(([name, { window }]) => window.snapshot([name]));
  }

  restore(records: Iterable<SnapshotRecord>): void {
    for (const { address, value } of records) {
      const [name, block] = address as [string, string];
      this.#deliveriesOf(name).window.restore(block, value);
    }
  }

  recall({ connection, packetId, topic, payload }: Delivery): void {
    this.#deliveriesOf(connection).window.recall(packetId, topic, payload);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#peeks.peek([]);
    await this.#changing;
    const all = [...this.#byName.values()];
    this.#byName.clear();
    const unsent = (await Promise.all(all.map((each) => each.stop()))).flat();
    for (const issued of unsent) this.publish(issued);
  }

  async #change(settings: readonly ConnectionSettings[]): Promise<void> {
    const wanted = new Map(settings.map((each) => [each.config.name, each]));
    const leaving = [...this.#byName].filter(([name, each]) => !same(each.settings, wanted.get(name)));
    for (const [name] of leaving) {
      this.#byName.delete(name);
      if (wanted.has(name)) this.#moving.set(name, []);
    }
    this.#unusable.clear();
    // The old connection leaves first: a broker throws out the older of two clients with one id.
    const unsent = (await Promise.all(leaving.map(([, each]) => each.stop()))).flat();
    for (const [name, each] of wanted) if (!this.#byName.has(name)) this.#open(each);
    const moved = [...this.#moving.values()].flat();
    this.#moving.clear();
    for (const issued of [...unsent, ...moved]) this.publish(issued);
    this.#listener.statusChanged();
  }

  #open(settings: ConnectionSettings): void {
    const { name, url } = settings.config;
    try {
      const connection = new MqttConnection(settings, this.#memory, this.#deliveriesOf(name), this.#listener);
      connection.congest(this.#isCongested);
      this.#byName.set(name, connection);
      connection.subscribe(this.#filtersOf(name));
    } catch (error) {
      // Settings that no connection can be made of, such as a certificate that is not PEM: the others go on.
      const text = `these settings cannot be used: ${error instanceof Error ? error.message : String(error)}`;
      this.#unusable.set(name, {
        name,
        url,
        state: "disconnected",
        error: text,
        embedded: settings.embedded,
      });
    }
  }

  #deliveriesOf(name: string): Deliveries {
    const known = this.#deliveries.get(name);
    if (known) return known;
    const deliveries = { window: new DeliveryWindow(), ledger: { told: 0, safe: 0 } };
    this.#deliveries.set(name, deliveries);
    return deliveries;
  }

  #filtersOf(name: string): readonly WantedFilter[] {
    return this.#wanted.filter((each) => each.connection === name);
  }
}

/** Settings are JSON values written by one party, so equal settings have equal text. */
function same(one: ConnectionSettings, other: ConnectionSettings | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

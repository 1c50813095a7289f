import type { PublishEffect } from "../core/effect.ts";
import type { ConnectionStatus } from "../protocol/live.ts";
import {
  type ConnectionListener,
  type ConnectionSettings,
  MqttConnection,
  type SessionMemory,
} from "./connection.ts";
import type { WantedFilter } from "./filters.ts";

export type ConnectionFilter = WantedFilter & { readonly connection: string };

/** All named connections of the data plane. */
export class MqttConnections {
  readonly #memory: SessionMemory;
  readonly #listener: ConnectionListener;
  readonly #byName = new Map<string, MqttConnection>();
  #wanted: readonly ConnectionFilter[] = [];

  constructor(memory: SessionMemory, listener: ConnectionListener) {
    this.#memory = memory;
    this.#listener = listener;
  }

  get statuses(): readonly ConnectionStatus[] {
    return [...this.#byName.values()].map((each) => each.status);
  }

  /** Makes these the connections there are. Those whose settings are as before stay up. */
  async set(settings: readonly ConnectionSettings[]): Promise<void> {
    const wanted = new Map(settings.map((each) => [each.config.name, each]));
    const leaving = [...this.#byName].filter(([name, each]) => !same(each.settings, wanted.get(name)));
    for (const [name] of leaving) this.#byName.delete(name);
    // The old connection leaves first: a broker throws out the older of two clients with one id.
    await Promise.all(leaving.map(([, each]) => each.stop()));
    for (const [name, each] of wanted) {
      if (this.#byName.has(name)) continue;
      const connection = new MqttConnection(each, this.#memory, this.#listener);
      this.#byName.set(name, connection);
      connection.subscribe(this.#filtersOf(name));
    }
    this.#listener.statusChanged();
  }

  subscribe(wanted: readonly ConnectionFilter[]): void {
    this.#wanted = wanted;
    for (const [name, connection] of this.#byName) connection.subscribe(this.#filtersOf(name));
  }

  publish(effect: PublishEffect): void {
    const connection = this.#byName.get(effect.connection);
    if (connection) connection.publish(effect);
    else this.#listener.dropped(`publish to “${effect.connection}”, a connection that does not exist`);
  }

  async stop(): Promise<void> {
    const all = [...this.#byName.values()];
    this.#byName.clear();
    await Promise.all(all.map((each) => each.stop()));
  }

  #filtersOf(name: string): readonly WantedFilter[] {
    return this.#wanted.filter((each) => each.connection === name);
  }
}

/** Settings are JSON values written by one party, so equal settings have equal text. */
function same(one: ConnectionSettings, other: ConnectionSettings | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

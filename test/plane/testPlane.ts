import { nodeTypes } from "../../nodes/index.ts";
import { createCatalogue } from "../../runtime/core/catalogue.ts";
import type { PublishEffect } from "../../runtime/core/effect.ts";
import { Engine } from "../../runtime/core/engine/engine.ts";
import type { SnapshotRecord } from "../../runtime/core/engine/output.ts";
import type { StateStore } from "../../runtime/plane/host.ts";
import type { PlaneEvent } from "../../runtime/plane/messages.ts";
import { Plane } from "../../runtime/plane/plane.ts";
import { platform } from "../../runtime/plane/platform.ts";
import type { Inlet } from "../../runtime/plane/transport.ts";

/** A store in memory that goes through JSON like the real one. Hand it to the next plane for a restart. */
export class MemoryStore implements StateStore {
  progress: { position: number; now: number } | undefined;
  failure: Error | undefined;
  readonly #records = new Map<string, string>();

  *load(): Iterable<SnapshotRecord> {
    for (const [address, value] of this.#records)
      yield { address: JSON.parse(address), value: JSON.parse(value) };
  }

  async save(records: readonly SnapshotRecord[], progress: { position: number; now: number }): Promise<void> {
    if (this.failure) throw this.failure;
    for (const { address, value } of records) {
      if (value === null) this.#records.delete(JSON.stringify(address));
      else this.#records.set(JSON.stringify(address), JSON.stringify(value));
    }
    this.progress = { ...progress };
  }

  /** As it is now, whatever is saved later. */
  copy(): MemoryStore {
    const copy = new MemoryStore();
    copy.progress = this.progress;
    for (const [address, value] of this.#records) copy.#records.set(address, value);
    return copy;
  }

  get size(): number {
    return this.#records.size;
  }
}

/** The data plane without threads and sockets, on a clock that the test moves. */
export class TestPlane {
  now = Date.UTC(2026, 0, 5, 12);
  readonly published: PublishEffect[] = [];
  readonly events: PlaneEvent[] = [];
  readonly store: MemoryStore;
  readonly plane: Plane;
  filters: readonly { filter: string }[] = [];
  peeks: readonly { filter: string }[] = [];
  #inlet!: Inlet;

  constructor(store = new MemoryStore(), now?: number) {
    this.store = store;
    if (now !== undefined) this.now = now;
    this.plane = new Plane({
      engine: new Engine(platform),
      catalogue: createCatalogue(nodeTypes),
      platform,
      store,
      clock: () => this.now,
      transport: (inlet) => {
        this.#inlet = inlet;
        return {
          statuses: [],
          set: async () => undefined,
          subscribe: (filters) => {
            this.filters = filters;
          },
          peek: (topics) => {
            this.peeks = topics;
          },
          acknowledge: () => undefined,
          congested: () => undefined,
          snapshot: () => [],
          restore: () => undefined,
          recall: () => undefined,
          publish: ({ effect }) => this.published.push(effect),
          stop: async () => undefined,
        };
      },
      post: (event) => this.events.push(event),
    });
  }

  receive(topic: string, text: string): void {
    this.#inlet.message("main", topic, Buffer.from(text), false);
  }

  /** A message that matches a peek. */
  show(topic: string, text: string): void {
    this.#inlet.peeked("main", topic, Buffer.from(text), false);
  }

  drop(reason: string): void {
    this.#inlet.dropped(reason);
  }

  of<Type extends PlaneEvent["type"]>(type: Type): Extract<PlaneEvent, { type: Type }>[] {
    return this.events.filter((each): each is Extract<PlaneEvent, { type: Type }> => each.type === type);
  }

  get sent(): string[] {
    return this.published.map((each) => `${each.topic} ${each.payload}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.plane.answer("stop", {});
  }
}

import { nodeTypes } from "../../nodes/index.ts";
import { createCatalogue } from "../../runtime/core/catalogue.ts";
import type { IssuedEffect } from "../../runtime/core/effect.ts";
import { Engine } from "../../runtime/core/engine/engine.ts";
import type { SnapshotRecord } from "../../runtime/core/engine/output.ts";
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import type { Changes, Checkpoints, Progress, TableName } from "../../runtime/plane/checkpoints.ts";
import type { DeployOutcome, PlaneEvent } from "../../runtime/plane/messages.ts";
import { Plane } from "../../runtime/plane/plane.ts";
import { platform } from "../../runtime/plane/platform.ts";
import type { Delivery, Inlet } from "../../runtime/plane/transport.ts";
import { MemoryJournal } from "./memoryJournal.ts";

/** A store in memory that goes through JSON like the real one. Hand it to the next plane for a restart. */
export class MemoryStore implements Checkpoints {
  progress: Progress | undefined;
  failure: Error | undefined;
  readonly #records = new Map<string, string>();
  #unwritten = new Map<string, string>();

  *load(table: TableName): Iterable<SnapshotRecord> {
    for (const [key, value] of this.#records) {
      const [name, ...address] = JSON.parse(key) as string[];
      if (name === table) yield { address, value: JSON.parse(value) };
    }
  }

  async save(changes: Changes, progress: Progress, ready: Promise<unknown>): Promise<void> {
    for (const [table, records] of Object.entries(changes)) {
      for (const { address, value } of records)
        this.#unwritten.set(JSON.stringify([table, ...address]), JSON.stringify(value));
    }
    await ready;
    if (this.failure) throw this.failure;
    for (const [key, value] of this.#unwritten) {
      if (value === "null") this.#records.delete(key);
      else this.#records.set(key, value);
    }
    this.#unwritten = new Map();
    this.progress = { ...progress };
  }

  /** As it is now, whatever is saved later. */
  copy(): MemoryStore {
    const copy = new MemoryStore();
    copy.progress = this.progress;
    for (const [key, value] of this.#records) copy.#records.set(key, value);
    return copy;
  }

  /** Records of what the engine knows. */
  get size(): number {
    return [...this.load("state")].length;
  }
}

/** The data plane without threads and sockets, on a clock that the test moves. */
export class TestPlane {
  now = Date.UTC(2026, 0, 5, 12);
  readonly published: IssuedEffect[] = [];
  readonly events: PlaneEvent[] = [];
  readonly store: MemoryStore;
  readonly journal: MemoryJournal;
  readonly plane: Plane;
  filters: readonly { filter: string }[] = [];
  peeks: readonly { filter: string }[] = [];
  /** Deliveries acknowledged. */
  acknowledged = 0;
  isCongested = false;
  /** What the transport was told of deliveries before. */
  readonly restored: SnapshotRecord[] = [];
  readonly recalled: Delivery[] = [];
  /** True: brokers confirm at once. */
  confirms = true;
  /** What the transport remembers of deliveries: the last packet id. */
  #lastId: number | undefined;
  #changed = false;
  #inlet!: Inlet;

  constructor(
    store = new MemoryStore(),
    now?: number,
    journal = new MemoryJournal(),
    journaled = true,
    isCareful = false,
  ) {
    this.store = store;
    this.journal = journal;
    if (now !== undefined) this.now = now;
    this.plane = new Plane({
      engine: new Engine(platform),
      catalogue: createCatalogue(nodeTypes),
      platform,
      store,
      journal,
      journaled,
      isCareful,
      signs: { beat: () => undefined, idle: () => undefined },
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
          acknowledge: (_connection, count) => {
            this.acknowledged += count;
          },
          congested: (is) => {
            this.isCongested = is;
          },
          snapshot: () => {
            const changed = this.#changed;
            this.#changed = false;
            return changed ? [{ address: ["main"], value: this.#lastId }] : [];
          },
          restore: (records) => this.restored.push(...records),
          recall: (delivery) => {
            this.recalled.push(delivery);
            this.#lastId = delivery.packetId;
            this.#changed = true;
          },
          publish: (issued) => {
            this.published.push(issued);
            if (this.confirms && issued.effect.qos > 0) this.settle(issued.id);
          },
          stop: async () => undefined,
        };
      },
      post: (event) => this.events.push(event),
    });
  }

  /** Deploys flows, and then brings the connections up, as the control plane does. */
  async start(...flows: FlowDocument[]): Promise<void> {
    for (const flow of flows) {
      const { diagnostics } = await this.deploy(flow);
      if (diagnostics.length > 0) throw new Error(diagnostics[0]!.message);
    }
    await this.connect();
  }

  deploy(flow: FlowDocument, version = 1): Promise<DeployOutcome> {
    return this.plane.answer("deploy", { flow, version });
  }

  async connect(): Promise<void> {
    await this.plane.answer("setConnections", { connections: [] });
  }

  receive(topic: string, text: string, packetId?: number): void {
    if (packetId !== undefined) {
      this.#lastId = packetId;
      this.#changed = true;
    }
    this.#inlet.message("main", topic, Buffer.from(text), false, packetId);
  }

  settle(id: string): void {
    this.#inlet.settled(id, "delivered");
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
    return this.published.map(({ effect }) => `${effect.topic} ${effect.payload}`);
  }

  /** Lets what is under way in this turn of the event loop, and the next two, come to its end. */
  async settleDown(): Promise<void> {
    for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.journal.held = false;
    this.journal.commit();
    await this.plane.answer("stop", {});
  }
}

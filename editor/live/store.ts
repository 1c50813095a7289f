/**
 * Live data beside the flow document: what the feed says about nodes, the system and the debug lines. It never enters
 * the canvas's nodes and edges; a card subscribes to its own node. Messages are collected as they come and published
 * once per animation frame, however many arrive.
 */
import type {
  DeadLetterCounts,
  NodeLive,
  SampleLive,
  ServerMessage,
  SystemStatus,
} from "../../runtime/protocol/live.ts";
import type { ConnectionState } from "./connection.ts";
import { DebugRing, type DebugView } from "./debugRing.ts";
import { SampleHistory } from "./history.ts";

export type Listener = () => void;

export class LiveStore {
  readonly #schedule: (flush: () => void) => void;
  readonly #nodes = new Map<string, NodeLive>();
  readonly #pending = new Map<string, NodeLive>();
  readonly #nodeListeners = new Map<string, Set<Listener>>();
  readonly #listeners: Record<Channel, Set<Listener>> = {
    system: new Set(),
    debug: new Set(),
    connection: new Set(),
    flows: new Set(),
  };
  readonly #dirty = new Set<Channel>();
  readonly #debug = new DebugRing();
  readonly #history = new SampleHistory();
  #system: SystemStatus | undefined;
  #deadLetters: DeadLetterCounts | undefined;
  #connection: ConnectionState = "closed";
  #flow: string | null = null;
  #scheduled = false;

  /** @param schedule runs a flush soon and once; the browser's animation frame unless a test says otherwise */
  constructor(schedule: (flush: () => void) => void = (flush) => void requestAnimationFrame(flush)) {
    this.#schedule = schedule;
  }

  /** Takes one message of the feed. Those about a flow no longer watched are late, and are ignored. */
  receive(message: ServerMessage): void {
    switch (message.type) {
      case "status":
        this.#system = message.status;
        this.#takeLetters(message.status.deadLetters);
        this.#touch("system");
        break;
      case "deadLetters":
        this.#deadLetters = message.counts;
        this.#touch("system");
        break;
      case "telemetry":
        if (message.flow !== this.#flow) break;
        for (const [id, live] of Object.entries(message.nodes)) this.#takeNode(id, live, message.at);
        this.#requestFlush();
        break;
      case "debug":
        if (message.flow !== this.#flow) break;
        this.#debug.add(message.records, message.skipped);
        this.#touch("debug");
        break;
      case "flows":
        // A list that must be fetched again is rare and waited for: no need to collect.
        for (const listener of this.#listeners.flows) listener();
        break;
    }
  }

  /** Forgets the flow watched so far; what is remembered about nodes belongs to one flow. */
  watch(flow: string | null): void {
    if (flow === this.#flow) return;
    this.#flow = flow;
    this.#pending.clear();
    this.#history.clear();
    this.#debug.clear();
    const known = [...this.#nodes.keys()];
    this.#nodes.clear();
    for (const id of known) this.#notifyNode(id);
    this.#touch("debug");
  }

  /** Samples fetched when a flow opens. What the feed has already said is newer and stays. */
  seed(flow: string, nodes: Readonly<Record<string, NodeLive>>): void {
    if (flow !== this.#flow) return;
    for (const [id, live] of Object.entries(nodes)) {
      if (!this.#nodes.has(id) && !this.#pending.has(id)) this.#pending.set(id, live);
    }
    this.#requestFlush();
  }

  setConnection(state: ConnectionState): void {
    this.#connection = state;
    this.#touch("connection");
  }

  node(id: string): NodeLive | undefined {
    return this.#nodes.get(id);
  }

  /** Messages that arrived at a node during the last minutes, oldest first and thinned. */
  history(id: string): readonly SampleLive[] {
    return this.#history.of(id);
  }

  get system(): SystemStatus | undefined {
    return this.#system;
  }

  /** By flow. Another object whenever letters came or went, even if there are as many as before. */
  get deadLetters(): DeadLetterCounts | undefined {
    return this.#deadLetters;
  }

  get connection(): ConnectionState {
    return this.#connection;
  }

  get debug(): DebugView {
    return this.#debug.view;
  }

  pauseDebug(paused: boolean): void {
    this.#debug.pause(paused);
    this.#touch("debug");
  }

  clearDebug(): void {
    this.#debug.clear();
    this.#touch("debug");
  }

  /** @returns the way to stop listening */
  subscribeNode(id: string, listener: Listener): () => void {
    const listeners = this.#nodeListeners.get(id) ?? new Set();
    this.#nodeListeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#nodeListeners.get(id) === listeners) this.#nodeListeners.delete(id);
    };
  }

  subscribe(channel: Channel, listener: Listener): () => void {
    this.#listeners[channel].add(listener);
    return () => void this.#listeners[channel].delete(listener);
  }

  /** A status repeats what is known: that alone is no news. */
  #takeLetters(counts: DeadLetterCounts): void {
    if (JSON.stringify(counts) !== JSON.stringify(this.#deadLetters)) this.#deadLetters = counts;
  }

  #takeNode(id: string, live: NodeLive, at: number): void {
    this.#pending.set(id, live);
    this.#history.add(id, live, at);
  }

  #touch(channel: Channel): void {
    this.#dirty.add(channel);
    this.#requestFlush();
  }

  #requestFlush(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    const changed = [...this.#pending];
    this.#pending.clear();
    for (const [id, live] of changed) this.#nodes.set(id, live);
    for (const [id] of changed) this.#notifyNode(id);
    const channels = [...this.#dirty];
    this.#dirty.clear();
    for (const channel of channels) for (const listener of this.#listeners[channel]) listener();
  }

  #notifyNode(id: string): void {
    for (const listener of this.#nodeListeners.get(id) ?? []) listener();
  }
}

export type Channel = "system" | "debug" | "connection" | "flows";

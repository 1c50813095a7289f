/**
 * One browser on the live feed. While its connection is full nothing is queued for it: the newest state of each node
 * and peeked topic is remembered and sent when there is room again, debug lines are counted and left out.
 */
import { TopicTrie } from "../core/topic/trie.ts";
import type {
  DeadLetterCounts,
  DebugLine,
  NodeLive,
  PeekedMessage,
  PeekedTopic,
  ServerMessage,
  SystemStatus,
} from "../protocol/live.ts";
import { limits } from "./limits.ts";

/** The part of a WebSocket this needs. */
export interface Socket {
  readonly bufferedAmount: number;
  /** @param sent called when the text has left the buffer, or never will */
  send(text: string, sent: () => void): void;
}

export class LiveClient {
  readonly #socket: Socket;
  #watched: string | null = null;
  /** What is to be sent when there is room; at most one value per node, flow and kind. */
  readonly #nodes = new Map<string, NodeLive>();
  #at = 0;
  readonly #changedFlows = new Set<string>();
  #status: SystemStatus | undefined;
  #deadLetters: DeadLetterCounts | undefined;
  #debugSkipped = 0;
  #peeks: readonly PeekedTopic[] = [];
  #peekTries = new Map<string, TopicTrie<true>>();
  /** By connection and topic. */
  readonly #peeked = new Map<string, PeekedMessage>();

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get watched(): string | null {
    return this.#watched;
  }

  watch(flow: string | null): void {
    this.#watched = flow;
    this.#nodes.clear();
    this.#debugSkipped = 0;
  }

  get peeks(): readonly PeekedTopic[] {
    return this.#peeks;
  }

  /** Replaces what this client looks at on the brokers. */
  peek(topics: readonly PeekedTopic[]): void {
    this.#peeks = topics;
    this.#peekTries = new Map();
    this.#peeked.clear();
    for (const { connection, filter } of topics) {
      const trie = this.#peekTries.get(connection) ?? new TopicTrie();
      this.#peekTries.set(connection, trie);
      trie.add(filter, true);
    }
  }

  /** What came on any topic somebody looks at; this client hears of its own. */
  peeked(messages: readonly PeekedMessage[]): void {
    for (const message of messages) {
      const { connection, topic } = message;
      if ((this.#peekTries.get(connection)?.match(topic).length ?? 0) === 0) continue;
      this.#peeked.set(`${connection}\n${topic}`, message);
    }
    this.#flush();
  }

  telemetry(flow: string, at: number, nodes: Readonly<Record<string, NodeLive>>): void {
    if (flow !== this.#watched) return;
    for (const [node, live] of Object.entries(nodes)) this.#nodes.set(node, live);
    this.#at = at;
    this.#flush();
  }

  debug(flow: string, records: readonly DebugLine[], skipped: number): void {
    if (flow !== this.#watched) return;
    if (this.#isFull()) {
      this.#debugSkipped += records.length + skipped;
      return;
    }
    this.#send({ type: "debug", flow, records, skipped: skipped + this.#debugSkipped });
    this.#debugSkipped = 0;
  }

  status(status: SystemStatus): void {
    this.#status = status;
    this.#flush();
  }

  flowChanged(flow: string): void {
    this.#changedFlows.add(flow);
    this.#flush();
  }

  deadLetters(counts: DeadLetterCounts): void {
    this.#deadLetters = counts;
    this.#flush();
  }

  #flush(): void {
    if (this.#isFull()) return;
    if (this.#status) this.#send({ type: "status", status: this.#status });
    this.#status = undefined;
    for (const flow of this.#changedFlows) this.#send({ type: "flows", flow });
    this.#changedFlows.clear();
    if (this.#deadLetters !== undefined) this.#send({ type: "deadLetters", counts: this.#deadLetters });
    this.#deadLetters = undefined;
    if (this.#watched !== null && this.#nodes.size > 0) {
      const nodes = Object.fromEntries(this.#nodes);
      this.#nodes.clear();
      this.#send({ type: "telemetry", flow: this.#watched, at: this.#at, nodes });
    }
    if (this.#peeked.size > 0) {
      const messages = [...this.#peeked.values()];
      this.#peeked.clear();
      this.#send({ type: "peeked", messages });
    }
  }

  #isFull(): boolean {
    return this.#socket.bufferedAmount > limits.bufferedBytesMax;
  }

  #send(message: ServerMessage): void {
    this.#socket.send(JSON.stringify(message), () => this.#flush());
  }
}

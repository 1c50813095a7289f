/** Passes what the data plane and the flow store report on to every browser that wants it. */
import type {
  DeadLetterCounts,
  DebugLine,
  NodeLive,
  PeekedMessage,
  PeekedTopic,
  SystemStatus,
} from "../protocol/live.ts";
import type { LiveClient } from "./client.ts";

export interface HubOptions {
  /** Which flows anybody looks at: only those need be sampled. */
  readonly setWatched: (flows: readonly string[]) => void;
  /** The newest of every node, for a client that has just begun to look. */
  readonly samples: (flow: string) => Promise<Readonly<Record<string, NodeLive>>>;
  /** Looks at the topics anybody wants to see. @returns what is known of them already */
  readonly setPeeked: (topics: readonly PeekedTopic[]) => Promise<readonly PeekedMessage[]>;
  readonly status: () => SystemStatus;
  readonly now: () => number;
  /** Told about errors of ours. */
  readonly report: (what: string, error: unknown) => void;
}

export class LiveHub {
  readonly #options: HubOptions;
  readonly #clients = new Set<LiveClient>();

  constructor(options: HubOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#clients.size;
  }

  add(client: LiveClient): void {
    this.#clients.add(client);
    client.status(this.#options.status());
  }

  remove(client: LiveClient): void {
    this.#clients.delete(client);
    if (client.watched !== null) this.#tellWatched();
    if (client.peeks.length > 0) this.peek(client, []);
  }

  watch(client: LiveClient, flow: string | null): void {
    client.watch(flow);
    this.#tellWatched();
    if (flow === null) return;
    this.#options.samples(flow).then(
      (nodes) => client.telemetry(flow, this.#options.now(), nodes),
      (error) => this.#options.report(`sampling the flow "${flow}" failed`, error),
    );
  }

  peek(client: LiveClient, topics: readonly PeekedTopic[]): void {
    client.peek(topics);
    const all = [...this.#clients].flatMap((each) => each.peeks);
    const union = new Map(all.map((each) => [`${each.connection}\n${each.filter}`, each]));
    this.#options.setPeeked([...union.values()]).then(
      (messages) => client.peeked(messages),
      (error) => this.#options.report("peeking at topics failed", error),
    );
  }

  peeked(messages: readonly PeekedMessage[]): void {
    for (const client of this.#clients) client.peeked(messages);
  }

  telemetry(flow: string, at: number, nodes: Readonly<Record<string, NodeLive>>): void {
    for (const client of this.#clients) client.telemetry(flow, at, nodes);
  }

  debug(flow: string, records: readonly DebugLine[], skipped: number): void {
    for (const client of this.#clients) client.debug(flow, records, skipped);
  }

  status(): void {
    if (this.#clients.size === 0) return;
    const status = this.#options.status();
    for (const client of this.#clients) client.status(status);
  }

  flowChanged(flow: string): void {
    for (const client of this.#clients) client.flowChanged(flow);
  }

  deadLetters(counts: DeadLetterCounts): void {
    for (const client of this.#clients) client.deadLetters(counts);
  }

  #tellWatched(): void {
    const flows = new Set([...this.#clients].flatMap((client) => client.watched ?? []));
    this.#options.setWatched([...flows]);
  }
}

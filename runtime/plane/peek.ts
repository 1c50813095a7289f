import { isUtf8 } from "node:buffer";
import { TopicTrie } from "../core/topic/trie.ts";
import type { PeekedMessage, PeekedTopic } from "../protocol/live.ts";
import { limits } from "./limits.ts";

/**
 * What people look at on the brokers without a flow that listens: the newest message per topic, beside the engine.
 *
 * It never slows the rules down for long: only so many topics per filter are kept, they are handed over a few times a
 * second, and a flood makes it let go of the broker for a while. What nobody looks at any more is forgotten.
 */
export class Peek {
  readonly #listen: (topics: readonly PeekedTopic[]) => void;
  readonly #post: (messages: readonly PeekedMessage[]) => void;
  #watched = new Map<string, Watched>();
  #tries = new Map<string, TopicTrie<Watched>>();
  /** By connection and topic. */
  readonly #newest = new Map<string, Kept>();
  readonly #changed = new Set<string>();
  #taken = 0;
  #handover: NodeJS.Timeout | undefined;
  #rest: NodeJS.Timeout | undefined;

  /** @param listen replaces what the brokers are asked for */
  constructor(
    listen: (topics: readonly PeekedTopic[]) => void,
    post: (messages: readonly PeekedMessage[]) => void,
  ) {
    this.#listen = listen;
    this.#post = post;
  }

  /** Looks at these topics from now on. @returns the newest message of those that were looked at before, too */
  set(topics: readonly PeekedTopic[]): readonly PeekedMessage[] {
    const before = this.#watched;
    this.#watched = new Map();
    this.#tries = new Map();
    for (const { connection, filter } of topics.slice(0, limits.peekFiltersMax)) {
      const name = nameOf(connection, filter);
      const watched = before.get(name) ?? { connection, filter, topics: new Set() };
      this.#watched.set(name, watched);
      const trie = this.#tries.get(connection) ?? new TopicTrie();
      this.#tries.set(connection, trie);
      trie.add(filter, watched);
    }
    for (const [name, { connection, topic }] of this.#newest) {
      if (this.#matching(connection, topic).some((each) => each.topics.has(topic))) continue;
      this.#newest.delete(name);
      this.#changed.delete(name);
    }
    if (!this.#rest) this.#listen(this.#asked);
    return this.#choose([...this.#newest.keys()]).map((name) => messageOf(this.#newest.get(name)!));
  }

  /** A message that came. @param at ms since epoch */
  take(connection: string, topic: string, payload: Uint8Array, retained: boolean, at: number): void {
    if (this.#rest) return;
    this.#taken++;
    if (this.#taken > limits.peekFloodMessages) this.#letGo();
    this.#handover ??= setTimeout(() => this.#handOver(), limits.peekFirstMs);
    if (payload.length > limits.peekPayloadBytesMax) return;
    const shown = this.#matching(connection, topic).filter(({ topics }) => {
      if (topics.size < limits.peekTopicsPerFilterMax) topics.add(topic);
      return topics.has(topic);
    });
    if (shown.length === 0) return;
    const name = nameOf(connection, topic);
    // The bytes belong to a chunk of the socket that is not ours to keep.
    this.#newest.set(name, { connection, topic, payload: Buffer.from(payload), retained, at });
    this.#changed.add(name);
  }

  stop(): void {
    clearTimeout(this.#handover);
    clearTimeout(this.#rest);
  }

  #handOver(): void {
    this.#taken = 0;
    const names = this.#choose([...this.#changed]);
    for (const name of names) this.#changed.delete(name);
    // Nothing came since the last handover: the next message is the first after a silence.
    this.#handover = names.length > 0 ? setTimeout(() => this.#handOver(), limits.peekMs) : undefined;
    if (names.length > 0) this.#post(names.map((name) => messageOf(this.#newest.get(name)!)));
  }

  /** As many as one handover takes. */
  #choose(names: readonly string[]): readonly string[] {
    let bytes = 0;
    const fit = names.slice(0, limits.peekMessagesMax).findIndex((name) => {
      bytes += this.#newest.get(name)!.payload.length;
      return bytes > limits.peekBytesMax;
    });
    return names.slice(0, fit === -1 ? limits.peekMessagesMax : fit);
  }

  #letGo(): void {
    this.#listen([]);
    this.#rest = setTimeout(() => {
      this.#rest = undefined;
      this.#listen(this.#asked);
    }, limits.peekRestMs);
  }

  get #asked(): readonly PeekedTopic[] {
    return [...this.#watched.values()].map(({ connection, filter }) => ({ connection, filter }));
  }

  #matching(connection: string, topic: string): readonly Watched[] {
    return this.#tries.get(connection)?.match(topic) ?? [];
  }
}

interface Watched extends PeekedTopic {
  /** Topics shown of those it matches. */
  readonly topics: Set<string>;
}

interface Kept extends Omit<PeekedMessage, "payload" | "encoding"> {
  readonly payload: Buffer;
}

function messageOf({ payload, ...rest }: Kept): PeekedMessage {
  const encoding = isUtf8(payload) ? "utf8" : "base64";
  return { ...rest, payload: payload.toString(encoding), encoding };
}

/** Connection names and topics contain no line end that could be mistaken. */
function nameOf(connection: string, topic: string): string {
  return `${connection}\n${topic}`;
}

import type { PeekedInput } from "./preview.ts";

/** More topics than a drawing can show. */
const topicsMax = 200;
/** Enough for an average or a count to mean something; the runtime gives two a second at most. */
const messagesPerTopicMax = 20;
/** Of larger payloads only the newest is kept: all together stay below some 30 MB. */
const smallBytesMax = 4096;

/** The last messages of each topic. */
export class PeekedHistory {
  readonly #topics = new Map<string, PeekedInput[]>();

  /** @returns false for a message that is here already, or beyond what is kept */
  add(message: PeekedInput): boolean {
    const name = `${message.connection}\n${message.topic}`;
    let kept = this.#topics.get(name);
    if (!kept) {
      if (this.#topics.size >= topicsMax) return false;
      kept = [];
      this.#topics.set(name, kept);
    }
    if (message.at <= (kept.at(-1)?.at ?? Number.NEGATIVE_INFINITY)) return false;
    if (message.payload.length > smallBytesMax) kept.length = 0;
    kept.push(message);
    if (kept.length > messagesPerTopicMax) kept.shift();
    return true;
  }

  /** Oldest first. */
  inOrder(): readonly PeekedInput[] {
    return [...this.#topics.values()].flat().sort((a, b) => a.at - b.at);
  }
}

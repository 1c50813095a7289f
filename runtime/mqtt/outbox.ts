import type { PublishEffect } from "../core/effect.ts";
import { limits } from "./limits.ts";

/**
 * Publishes that wait for their connection, first in first out, bounded in number and bytes. When it is full the oldest
 * goes: after an outage the newest command is the one that matters. Nothing leaves uncounted.
 */
export class Outbox {
  readonly #dropped: (reason: string) => void;
  #waiting: PublishEffect[] = [];
  #first = 0;
  #bytes = 0;

  constructor(dropped: (reason: string) => void) {
    this.#dropped = dropped;
  }

  get length(): number {
    return this.#waiting.length - this.#first;
  }

  push(effect: PublishEffect): void {
    this.#waiting.push(effect);
    this.#bytes += effect.payload.length;
    while (
      this.length > limits.queuedPublishesMax ||
      (this.#bytes > limits.queuedBytesMax && this.length > 1)
    ) {
      this.#shift();
      this.#dropped("publish queue full");
    }
  }

  /** The next that is still worth sending, or undefined. @param now ms since epoch */
  next(now: number): PublishEffect | undefined {
    while (this.length > 0) {
      const effect = this.#shift();
      if (effect.expiresAt === undefined || effect.expiresAt > now) return effect;
      this.#dropped("publish expired");
    }
    return undefined;
  }

  takeAll(): readonly PublishEffect[] {
    const all = this.#waiting.slice(this.#first);
    this.#waiting = [];
    this.#first = 0;
    this.#bytes = 0;
    return all;
  }

  #shift(): PublishEffect {
    const effect = this.#waiting[this.#first]!;
    this.#first++;
    this.#bytes -= effect.payload.length;
    // Give the consumed head back once it outweighs the rest: amortised constant time.
    if (this.#first > 1024 && this.#first * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    return effect;
  }
}

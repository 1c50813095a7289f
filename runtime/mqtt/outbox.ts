import type { IssuedEffect } from "../core/effect.ts";
import { limits } from "./limits.ts";
import type { Outcome } from "./publisher.ts";

/**
 * Publishes that wait for their connection, first in first out, bounded in number and bytes. When it is full the oldest
 * goes: after an outage the newest command is the one that matters. Nothing leaves uncounted.
 */
export class Outbox {
  readonly #ended: (issued: IssuedEffect, outcome: Outcome, reason: string) => void;
  #waiting: IssuedEffect[] = [];
  #first = 0;
  #bytes = 0;

  /** @param ended told what leaves without being sent */
  constructor(ended: (issued: IssuedEffect, outcome: Outcome, reason: string) => void) {
    this.#ended = ended;
  }

  get length(): number {
    return this.#waiting.length - this.#first;
  }

  push(issued: IssuedEffect): void {
    this.#waiting.push(issued);
    this.#bytes += issued.effect.payload.length;
    while (
      this.length > limits.queuedPublishesMax ||
      (this.#bytes > limits.queuedBytesMax && this.length > 1)
    ) {
      this.#ended(this.#shift(), "dropped", "publish queue full");
    }
  }

  /** The next that is still worth sending, or undefined. @param now ms since epoch */
  next(now: number): IssuedEffect | undefined {
    while (this.length > 0) {
      const issued = this.#shift();
      const { expiresAt } = issued.effect;
      if (expiresAt === undefined || expiresAt > now) return issued;
      this.#ended(issued, "expired", "publish expired");
    }
    return undefined;
  }

  takeAll(): readonly IssuedEffect[] {
    const all = this.#waiting.slice(this.#first);
    this.#waiting = [];
    this.#first = 0;
    this.#bytes = 0;
    return all;
  }

  #shift(): IssuedEffect {
    const issued = this.#waiting[this.#first]!;
    this.#first++;
    this.#bytes -= issued.effect.payload.length;
    // Give the consumed head back once it outweighs the rest: amortised constant time.
    if (this.#first > 1024 && this.#first * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    return issued;
  }
}

/**
 * Messages that could not be processed, kept so that a person can see what came and why. The newest are kept.
 *
 * lmdb database: `deadLetters` arrival number → DeadLetterLine
 */
import type { Database, RootDatabase } from "lmdb";
import type { DeadLetterLine } from "../protocol/http.ts";

export class DeadLetters {
  readonly #root: RootDatabase;
  readonly #letters: Database<DeadLetterLine, number>;
  #first: number;
  /** Number of the next one. */
  #next: number;

  constructor(root: RootDatabase) {
    this.#root = root;
    this.#letters = root.openDB({ name: "deadLetters", encoding: "json" });
    const [first] = [...this.#letters.getKeys({ limit: 1 })];
    const [last] = [...this.#letters.getKeys({ limit: 1, reverse: true })];
    this.#first = first ?? 0;
    this.#next = (last ?? -1) + 1;
  }

  get total(): number {
    return this.#next - this.#first;
  }

  /** Newest first. */
  list(limit: number): DeadLetterLine[] {
    return [...this.#letters.getRange({ reverse: true, limit })].map((entry) => entry.value);
  }

  /** Beyond {@link keptMax} the oldest go. */
  async add(letters: readonly DeadLetterLine[]): Promise<void> {
    this.#root.transactionSync(() => {
      for (const each of letters) this.#letters.putSync(this.#next++, each);
      while (this.total > keptMax) this.#letters.removeSync(this.#first++);
    });
  }

  async clear(): Promise<void> {
    this.#root.transactionSync(() => {
      this.#letters.clearSync();
      this.#first = this.#next;
    });
  }
}

/** A day of one broken sensor that reports every ten seconds; with the longest payloads about 40 MB. */
export const keptMax = 10_000;

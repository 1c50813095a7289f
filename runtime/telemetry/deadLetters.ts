/**
 * Messages that could not be processed, kept so that a person can see what came and why, and have them processed again.
 * A letter is known by its id: one that a restart reports once more takes its own place. The newest are kept.
 *
 * lmdb database: `deadLetters` arrival number → DeadLetter as JSON text
 */
import type { Database, RootDatabase } from "lmdb";
import type { DeadLetter } from "../core/engine/output.ts";
import type { DeadLetterLine, DeadLetterPage } from "../protocol/http.ts";

/** Which letters; all that match. */
export interface LetterQuery {
  readonly flow?: string | undefined;
  readonly node?: string | undefined;
}

interface Entry {
  readonly id: string;
  readonly number: number;
  readonly flow: string;
  readonly node: string;
  readonly bytes: number;
}

export class DeadLetters {
  readonly #root: RootDatabase;
  readonly #letters: Database<string, number>;
  /** By id, oldest first. */
  readonly #entries = new Map<string, Entry>();
  readonly #counts = new Map<string, number>();
  #bytes = 0;
  /** Number of the next one. */
  #next = 0;

  constructor(root: RootDatabase) {
    this.#root = root;
    this.#letters = root.openDB({ name: "deadLetters", encoding: "string" });
    for (const { key, value } of this.#letters.getRange()) {
      const { id, flow, node } = JSON.parse(value) as DeadLetter;
      this.#know({ id, number: key, flow, node, bytes: value.length });
      this.#next = key + 1;
    }
  }

  get total(): number {
    return this.#entries.size;
  }

  /** How many there are, by flow; flows without any are left out. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** Newest first. @param before id of a letter: only older ones; unknown: there are none */
  page(query: LetterQuery, limit: number, before?: string): DeadLetterPage {
    const found = this.#matching(query).reverse();
    const start = before === undefined ? 0 : found.findIndex(({ id }) => id === before) + 1;
    const page = before !== undefined && start === 0 ? [] : found.slice(start, start + limit);
    const last = page.at(-1);
    return {
      letters: page.map(({ id }) => lineOf(this.get(id)!)),
      total: found.length,
      ...(last && start + page.length < found.length ? { next: last.id } : {}),
    };
  }

  get(id: string): DeadLetter | undefined {
    const entry = this.#entries.get(id);
    const text = entry && this.#letters.get(entry.number);
    return text === undefined ? undefined : (JSON.parse(text) as DeadLetter);
  }

  /** Oldest first: the order in which they are to be replayed. */
  ids(query: LetterQuery): readonly string[] {
    return this.#matching(query).map(({ id }) => id);
  }

  /**
   * On disk when this returns. Beyond {@link keptMax} and {@link keptBytesMax} the oldest go.
   * @param replayed ids of letters that their nodes have been given again: they are gone, or among the new ones
   */
  add(letters: readonly DeadLetter[], replayed: readonly string[] = []): void {
    this.#root.transactionSync(() => {
      for (const id of replayed) this.#forget(id);
      for (const letter of letters) this.#put(letter);
      for (const id of this.#entries.keys()) {
        if (this.total <= keptMax && this.#bytes <= keptBytesMax) break;
        this.#forget(id);
      }
    });
  }

  /** @returns false when there is none */
  discard(id: string): boolean {
    return this.#root.transactionSync(() => this.#forget(id));
  }

  clear(query: LetterQuery): void {
    this.#root.transactionSync(() => {
      for (const { id } of this.#matching(query)) this.#forget(id);
    });
  }

  #matching({ flow, node }: LetterQuery): Entry[] {
    return [...this.#entries.values()].filter(
      (each) => (flow === undefined || each.flow === flow) && (node === undefined || each.node === node),
    );
  }

  #put(letter: DeadLetter): void {
    const { id, flow, node } = letter;
    const known = this.#entries.get(id);
    const number = known?.number ?? this.#next++;
    if (known) this.#forget(id);
    const text = textOf(letter);
    this.#letters.putSync(number, text);
    this.#know({ id, number, flow, node, bytes: text.length });
  }

  #know(entry: Entry): void {
    this.#entries.set(entry.id, entry);
    this.#counts.set(entry.flow, (this.#counts.get(entry.flow) ?? 0) + 1);
    this.#bytes += entry.bytes;
  }

  #forget(id: string): boolean {
    const entry = this.#entries.get(id);
    if (!entry) return false;
    this.#entries.delete(id);
    this.#letters.removeSync(entry.number);
    this.#bytes -= entry.bytes;
    const left = this.#counts.get(entry.flow)! - 1;
    if (left === 0) this.#counts.delete(entry.flow);
    else this.#counts.set(entry.flow, left);
    return true;
  }
}

/** A day of one broken sensor that reports every ten seconds. */
export const keptMax = 10_000;

/** Characters of all letters together: what an SD card and a start, which reads them all, have room for. */
export const keptBytesMax = 64 * 1024 ** 2;

/** Characters of a payload in a list; a person opens the letter to see more. */
export const linePayloadMax = 2_048;

function lineOf(letter: DeadLetter): DeadLetterLine {
  const { id, flow, node, code, text, at, topic, key, payload } = letter;
  const size = payload === undefined ? 0 : JSON.stringify(payload).length;
  return {
    id,
    flow,
    node,
    code,
    text,
    at,
    topic,
    key,
    replayable: letter.port !== undefined,
    ...(size > linePayloadMax ? { payloadBytes: size } : { payload }),
  };
}

/** A payload that nodes have nested beyond what JSON can be made of is left out, and with it the way to replay it. */
function textOf(letter: DeadLetter): string {
  try {
    return JSON.stringify(letter);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const { port: _, ...rest } = letter;
    return JSON.stringify({ ...rest, payload: null });
  }
}

/**
 * Effects of QoS 1 and 2 that were decided and are not settled. What is on disk of it belongs to the same position as the
 * rest of the checkpoint; the journal tells what came and went since.
 *
 * An effect can be settled before it is known here: a flow that is behind decides it once more after a restart, while
 * the journal's head already says how it ended. Such marks are kept until the flow has come by.
 */
import type { IssuedEffect } from "../core/effect.ts";
import type { SnapshotRecord } from "../core/engine/output.ts";

/** What is on disk of it: an effect, or the id of one that was settled ahead of its flow. */
type Kept = IssuedEffect | { readonly settled: string };

interface Entry {
  readonly issued: IssuedEffect;
  /** Its place among all: what is sent to one topic is sent in this order, also after a restart. */
  readonly place: number;
}

export class Outbox {
  readonly #waiting = new Map<string, Entry>();
  /** Ids settled ahead, with their place on disk. */
  readonly #ahead = new Map<string, number>();
  #nextPlace = 0;
  /** Places whose record on disk is to be written or removed. */
  readonly #changed = new Map<number, Kept | null>();
  /** Places below this are on disk, as far as they have not been removed. */
  #savedBelow = 0;

  get size(): number {
    return this.#waiting.size;
  }

  restore(records: Iterable<SnapshotRecord>): void {
    const kept = [...records].map(({ address, value }) => ({
      place: Number(address[0]),
      value: value as Kept,
    }));
    for (const { place, value } of kept.sort((one, other) => one.place - other.place)) {
      if ("settled" in value) this.#ahead.set(value.settled, place);
      else this.#waiting.set(value.id, { issued: value, place });
      this.#nextPlace = place + 1;
    }
    this.#savedBelow = this.#nextPlace;
  }

  /** @returns false when it is settled already, and must not be published */
  add(issued: IssuedEffect): boolean {
    const ahead = this.#ahead.get(issued.id);
    if (ahead !== undefined) {
      this.#ahead.delete(issued.id);
      this.#forget(ahead);
      return false;
    }
    const place = this.#nextPlace++;
    this.#waiting.set(issued.id, { issued, place });
    this.#changed.set(place, issued);
    return true;
  }

  /** @param ahead may its flow still come by and decide it again? */
  settle(id: string, ahead: boolean): void {
    const entry = this.#waiting.get(id);
    if (entry) {
      this.#waiting.delete(id);
      this.#forget(entry.place);
    } else if (ahead && !this.#ahead.has(id)) {
      const place = this.#nextPlace++;
      this.#ahead.set(id, place);
      this.#changed.set(place, { settled: id });
    }
  }

  /** A flow is at the head of the journal, or gone: it decides nothing again. */
  caughtUp(flow: string): void {
    for (const [id, place] of this.#ahead) {
      if (flowOf(id) !== flow) continue;
      this.#ahead.delete(id);
      this.#forget(place);
    }
  }

  /** In the order in which they were decided. */
  *all(): Iterable<IssuedEffect> {
    for (const { issued } of this.#waiting.values()) yield issued;
  }

  /** What has changed since the last call. */
  snapshot(): SnapshotRecord[] {
    const records = [...this.#changed].map(([place, value]): SnapshotRecord => {
      return { address: [String(place)], value };
    });
    this.#changed.clear();
    this.#savedBelow = this.#nextPlace;
    return records;
  }

  #forget(place: number): void {
    // What came and went between two checkpoints never touches the disk.
    if (place < this.#savedBelow) this.#changed.set(place, null);
    else this.#changed.delete(place);
  }
}

/** The flow that decided an effect. */
export function flowOf(effect: string): string {
  return effect.slice(0, effect.indexOf("/"));
}

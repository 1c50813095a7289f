/** State of one node by key, with its timers; remembers which keys changed since the last snapshot. */
import type { Clock } from "../operator.ts";
import { TimerQueue } from "./timers.ts";

/** JSON form of one key: state absent when only timers are set. */
export interface KeyRecord {
  readonly state?: unknown;
  readonly timers?: readonly (readonly [name: string, at: number, clock: Clock])[];
}

interface Slot {
  readonly key: string;
  state: unknown;
  dirty: boolean;
}

export class KeyedState {
  readonly event = new TimerQueue();
  readonly processing = new TimerQueue();
  private readonly slots = new Map<string, Slot>();
  private dirty: Slot[] = [];

  get size(): number {
    return this.slots.size;
  }

  read(key: string): unknown {
    return this.slots.get(key)?.state;
  }

  /** @param state undefined forgets the state of the key */
  write(key: string, state: unknown): void {
    const slot = this.slot(key);
    slot.state = state;
    if (state === undefined) this.release(slot);
  }

  has(key: string): boolean {
    return this.slots.has(key);
  }

  setTimer(key: string, name: string, at: number, clock: Clock): void {
    this.slot(key);
    this[clock].set(key, name, at);
    // One name is one timer, whichever clock it was on before.
    this[clock === "event" ? "processing" : "event"].cancel(key, name);
  }

  cancelTimer(key: string, name: string): void {
    const cancelled = this.event.cancel(key, name) || this.processing.cancel(key, name);
    if (cancelled) this.release(this.slot(key));
  }

  /** A timer was taken from its queue: the key changed. */
  timerTaken(key: string): void {
    this.release(this.slot(key));
  }

  /** All keys, or those changed since the last call; undefined: the key is forgotten. */
  *records(dirtyOnly: boolean): Iterable<readonly [key: string, record: KeyRecord | undefined]> {
    const chosen = dirtyOnly ? this.dirty : [...this.slots.values()];
    for (const slot of this.dirty) slot.dirty = false;
    this.dirty = [];
    for (const slot of chosen) {
      const current = this.slots.get(slot.key);
      yield [slot.key, current && this.recordOf(current)];
    }
  }

  restore(key: string, record: KeyRecord): void {
    this.slots.set(key, { key, state: record.state, dirty: false });
    for (const [name, at, clock] of record.timers ?? []) this[clock].set(key, name, at);
  }

  keys(): Iterable<string> {
    return this.slots.keys();
  }

  private recordOf(slot: Slot): KeyRecord {
    const timers = (["event", "processing"] as const).flatMap((clock) =>
      [...this[clock].of(slot.key)].map(({ name, at }) => [name, at, clock] as const),
    );
    return {
      ...(slot.state === undefined ? {} : { state: slot.state }),
      ...(timers.length === 0 ? {} : { timers }),
    };
  }

  /** The slot of a key, marked as changed. */
  private slot(key: string): Slot {
    let slot = this.slots.get(key);
    if (!slot) {
      slot = { key, state: undefined, dirty: false };
      this.slots.set(key, slot);
    }
    if (!slot.dirty) {
      slot.dirty = true;
      this.dirty.push(slot);
    }
    return slot;
  }

  /** Lets go of a slot that holds nothing any more. */
  private release(slot: Slot): void {
    if (slot.state === undefined && !this.event.has(slot.key) && !this.processing.has(slot.key)) {
      this.slots.delete(slot.key);
    }
  }
}

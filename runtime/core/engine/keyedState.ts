/** State of one node by key, with its timers; remembers which keys changed since the last snapshot. */
import type { Clock } from "../operator.ts";
import { TimerQueue } from "./timers.ts";

/** JSON form of one key: state absent when only timers are set. */
export interface KeyRecord {
  readonly state?: unknown;
  readonly timers?: readonly (readonly [name: string, at: number, clock: Clock])[];
}

class Slot {
  readonly key: string;
  dirty = false;
  private value: unknown;
  /** JSON of a {@link KeyRecord} with the state, until somebody asks for it. */
  private text: string | undefined;

  constructor(key: string, value: unknown, text?: string) {
    this.key = key;
    this.value = value;
    this.text = text;
  }

  get state(): unknown {
    if (this.text !== undefined) {
      this.value = (JSON.parse(this.text) as KeyRecord).state;
      this.text = undefined;
    }
    return this.value;
  }

  set state(value: unknown) {
    this.value = value;
    this.text = undefined;
  }
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
    this.slots.set(key, new Slot(key, record.state));
    for (const [name, at, clock] of record.timers ?? []) this[clock].set(key, name, at);
  }

  /** @param text JSON of the record, as {@link records} gave it; its state is parsed when it is asked for */
  restoreText(key: string, text: string): void {
    // Inside of a JSON text quotes are escaped: where this is found, the timers end.
    const end = text.startsWith(timersFirst) ? text.indexOf(stateNext) : -1;
    const isBare = text.startsWith(stateFirst) && !text.includes(timersNext);
    if (end === -1 && !isBare) {
      this.restore(key, JSON.parse(text) as KeyRecord);
      return;
    }
    this.slots.set(key, new Slot(key, undefined, text));
    if (end === -1) return;
    const timers = JSON.parse(text.slice(timersFirst.length, end + 1)) as NonNullable<KeyRecord["timers"]>;
    for (const [name, at, clock] of timers) this[clock].set(key, name, at);
  }

  keys(): Iterable<string> {
    return this.slots.keys();
  }

  private recordOf(slot: Slot): KeyRecord {
    const timers = (["event", "processing"] as const).flatMap((clock) =>
      [...this[clock].of(slot.key)].map(({ name, at }) => [name, at, clock] as const),
    );
    // Timers first: that is how restoreText finds them.
    return {
      ...(timers.length === 0 ? {} : { timers }),
      ...(slot.state === undefined ? {} : { state: slot.state }),
    };
  }

  /** The slot of a key, marked as changed. */
  private slot(key: string): Slot {
    let slot = this.slots.get(key);
    if (!slot) {
      slot = new Slot(key, undefined);
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

const timersFirst = '{"timers":';
const stateNext = '],"state":';
const stateFirst = '{"state":';
/** Where timers came last, as older versions wrote them. */
const timersNext = ',"timers":[';

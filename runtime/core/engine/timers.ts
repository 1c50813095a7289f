/**
 * Named timers of one node on one clock, ordered by time. A timer that is moved or cancelled stays in the heap until
 * it surfaces and is skipped then: setting is O(log n), cancelling O(1).
 */
export interface PendingTimer {
  readonly at: number;
  readonly key: string;
  readonly name: string;
}

export class TimerQueue {
  /** Binary heap by time, then key, then name: an order that does not depend on when timers were set or restored. */
  private readonly heap: Entry[] = [];
  private readonly live = new Map<string, Map<string, Entry>>();

  set(key: string, name: string, at: number): void {
    let timers = this.live.get(key);
    if (!timers) {
      timers = new Map();
      this.live.set(key, timers);
    }
    const old = timers.get(name);
    if (old?.at === at) return;
    if (old) old.dead = true;
    const entry: Entry = { at, key, name, dead: false };
    timers.set(name, entry);
    this.push(entry);
  }

  cancel(key: string, name: string): boolean {
    const timers = this.live.get(key);
    const entry = timers?.get(name);
    if (!timers || !entry) return false;
    entry.dead = true;
    this.forget(timers, entry);
    return true;
  }

  /** When the earliest timer is due; Infinity without one. */
  earliest(): number {
    while (this.heap.length > 0 && this.heap[0]!.dead) this.pop();
    return this.heap.length > 0 ? this.heap[0]!.at : Number.POSITIVE_INFINITY;
  }

  /** Removes and returns the earliest timer. */
  take(): PendingTimer | undefined {
    if (this.earliest() === Number.POSITIVE_INFINITY) return undefined;
    const entry = this.pop();
    this.forget(this.live.get(entry.key)!, entry);
    return entry;
  }

  /** Timers of a key by name. */
  of(key: string): ReadonlyMap<string, { readonly at: number }> | undefined {
    return this.live.get(key);
  }

  keys(): Iterable<string> {
    return this.live.keys();
  }

  private forget(timers: Map<string, Entry>, entry: Entry): void {
    timers.delete(entry.name);
    if (timers.size === 0) this.live.delete(entry.key);
  }

  private push(entry: Entry): void {
    const { heap } = this;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = entry;
  }

  private pop(): Entry {
    const { heap } = this;
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return top;
  }
}

interface Entry extends PendingTimer {
  dead: boolean;
}

function before(one: Entry, other: Entry): boolean {
  if (one.at !== other.at) return one.at < other.at;
  if (one.key !== other.key) return one.key < other.key;
  return one.name < other.name;
}

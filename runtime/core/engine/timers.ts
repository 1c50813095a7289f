/**
 * Named timers of one node on one clock, ordered by time. A timer that is moved or cancelled stays in the heap until it
 * surfaces, or until half of the heap is dead: setting is O(log n), cancelling O(1) on average, and memory follows what
 * is set, not how often it was moved.
 */
export interface PendingTimer {
  readonly at: number;
  readonly key: string;
  readonly name: string;
}

export class TimerQueue {
  /** Binary heap by time, then key, then name: an order that does not depend on when timers were set or restored. */
  private heap: Entry[] = [];
  /** The newest timer of each key, which leads to the others: nearly all keys have one. */
  private readonly live = new Map<string, Entry>();
  private dead = 0;

  set(key: string, name: string, at: number): void {
    const first = this.live.get(key);
    const old = find(first, name);
    if (old?.at === at) return;
    if (old) this.remove(old);
    const entry: Entry = { at, key, name, dead: false, next: this.live.get(key) };
    this.live.set(key, entry);
    this.push(entry);
  }

  cancel(key: string, name: string): boolean {
    const entry = find(this.live.get(key), name);
    if (!entry) return false;
    this.remove(entry);
    return true;
  }

  /** When the earliest timer is due; Infinity without one. */
  earliest(): number {
    while (this.heap.length > 0 && this.heap[0]!.dead) {
      this.pop();
      this.dead--;
    }
    return this.heap.length > 0 ? this.heap[0]!.at : Number.POSITIVE_INFINITY;
  }

  /** Removes and returns the earliest timer. */
  take(): PendingTimer | undefined {
    if (this.earliest() === Number.POSITIVE_INFINITY) return undefined;
    const entry = this.pop();
    this.unlink(entry);
    return entry;
  }

  has(key: string): boolean {
    return this.live.has(key);
  }

  /** Timers of a key, the newest first. */
  *of(key: string): Iterable<PendingTimer> {
    for (let entry = this.live.get(key); entry; entry = entry.next) yield entry;
  }

  keys(): Iterable<string> {
    return this.live.keys();
  }

  private remove(entry: Entry): void {
    entry.dead = true;
    this.unlink(entry);
    if (++this.dead * 2 <= this.heap.length || this.dead < sweptMin) return;
    const living = this.heap.filter((each) => !each.dead);
    this.heap = [];
    this.dead = 0;
    for (const each of living) this.push(each);
  }

  private unlink(entry: Entry): void {
    const first = this.live.get(entry.key)!;
    if (first === entry) {
      if (entry.next) this.live.set(entry.key, entry.next);
      else this.live.delete(entry.key);
      return;
    }
    let before = first;
    while (before.next !== entry) before = before.next!;
    before.next = entry.next;
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
  next: Entry | undefined;
}

/** Fewer dead timers are not worth a sweep. */
const sweptMin = 64;

function find(first: Entry | undefined, name: string): Entry | undefined {
  let entry = first;
  while (entry && entry.name !== name) entry = entry.next;
  return entry;
}

function before(one: Entry, other: Entry): boolean {
  if (one.at !== other.at) return one.at < other.at;
  if (one.key !== other.key) return one.key < other.key;
  return one.name < other.name;
}

import type { JournalBatch } from "../../runtime/core/engine/journal.ts";
import { endOf } from "../../runtime/plane/batches.ts";
import type { Journal } from "../../runtime/plane/journal.ts";

/**
 * A journal in memory, whose disk is slow, stuck or lost as the test says. Hand it to the next plane for a restart; a
 * {@link crash} leaves what a disk would hold.
 */
export class MemoryJournal implements Journal {
  onCommitted: (() => void) | undefined;
  onProblem: ((text: string | undefined) => void) | undefined;
  committed = 0;
  pendingBytes = 0;
  readonly batches: JournalBatch[] = [];
  /** True: nothing is committed until the test does it. */
  held = false;
  first = 0;
  trims: [keepFrom: number, neverFrom: number][] = [];
  #waiting: (() => void)[] = [];

  get next(): number {
    return Math.max(this.first, ...this.batches.slice(-1).map(endOf));
  }

  append(batch: JournalBatch): void {
    if (batch.position < this.next) throw new Error(`position ${batch.position} is taken up to ${this.next}`);
    this.batches.push(structuredClone(batch));
    this.pendingBytes += batch.inputs.reduce(
      (sum, each) => sum + (each.kind === "mqtt" ? each.payload.length : 20),
      20,
    );
    if (!this.held) setImmediate(() => this.held || this.commit());
  }

  commit(upTo = this.next): void {
    this.committed = Math.max(this.committed, upTo);
    if (this.committed === this.next) this.pendingBytes = 0;
    for (const resolve of this.#waiting.splice(0)) resolve();
    this.onCommitted?.();
  }

  async flush(): Promise<void> {
    const upTo = this.next;
    while (this.committed < upTo) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  *read(from: number): Iterable<JournalBatch> {
    for (const batch of this.batches) {
      if (endOf(batch) > Math.max(from, this.first) && batch.position < this.committed)
        yield structuredClone(batch);
    }
  }

  trim(keepFrom: number, neverFrom: number): void {
    this.trims.push([keepFrom, neverFrom]);
  }

  async close(): Promise<void> {
    await this.flush();
  }

  /** What a restart finds: all that was committed, and as many batches behind it as the test says. */
  crash(uncommitted = 0): MemoryJournal {
    const left = new MemoryJournal();
    const safe = this.batches.filter((each) => each.position < this.committed);
    left.batches.push(...this.batches.slice(0, safe.length + uncommitted));
    left.first = this.first;
    left.committed = left.next;
    return left;
  }
}

/** Checkpoints in memory. A transaction waits until the simulation lets it go on, fails, or comes to pass in a crash. */
import type { SnapshotRecord } from "../../runtime/core/engine/output.ts";
import type { Changes, Checkpoints, Progress, TableName } from "../../runtime/plane/checkpoints.ts";

export class SimStore implements Checkpoints {
  progress: Progress | undefined;
  /** What a commit would do, of those that wait for it. */
  readonly waiting: { readonly commit: () => void; readonly goOn: (fails: boolean) => void }[] = [];
  #records = new Map<string, string>();
  readonly #unwritten = new Map<string, string>();

  *load(table: TableName): Iterable<SnapshotRecord> {
    for (const [key, value] of this.#records) {
      const [name, ...address] = JSON.parse(key) as string[];
      if (name === table) yield { address, value: JSON.parse(value) };
    }
  }

  async save(changes: Changes, progress: Progress, ready: Promise<unknown>): Promise<void> {
    for (const [table, records] of Object.entries(changes)) {
      for (const { address, value } of records)
        this.#unwritten.set(JSON.stringify([table, ...address]), JSON.stringify(value));
    }
    await ready;
    await new Promise<void>((resolve, reject) => {
      const commit = () => {
        for (const [key, value] of this.#unwritten) {
          if (value === "null") this.#records.delete(key);
          else this.#records.set(key, value);
        }
        this.#unwritten.clear();
        this.progress = { ...progress };
      };
      const goOn = (fails: boolean) => {
        this.waiting.splice(0);
        if (!fails) commit();
        if (fails) reject(new Error("MDB_MAP_FULL: injected"));
        else resolve();
      };
      this.waiting.push({ commit, goOn });
    });
  }

  /** What the next process finds. */
  crash(isCommitted: boolean): SimStore {
    if (isCommitted) this.waiting[0]?.commit();
    const next = new SimStore();
    next.progress = this.progress;
    next.#records = this.#records;
    this.#records = new Map();
    return next;
  }
}

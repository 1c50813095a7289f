import type { RootDatabase } from "lmdb";

/**
 * Writes that gather within one turn of the event loop share a transaction: many devices wait for one sync of the disk.
 * A group that the disk does not take is not written at all, and everyone in it learns why.
 */
export class GroupCommit {
  readonly #root: RootDatabase;
  readonly #problem: (text: string | undefined) => void;
  #writes: (() => void)[] = [];
  #group: Promise<void> | undefined;
  #failing = false;

  /** @param problem told once when writing begins to fail, and with undefined when it works again */
  constructor(root: RootDatabase, problem: (text: string | undefined) => void) {
    this.#root = root;
    this.#problem = problem;
  }

  /**
   * @param write puts and removes, called later
   * @returns when it is committed: a kill of the process cannot undo it any more. @throws what the disk says
   */
  add(write: () => void): Promise<void> {
    this.#writes.push(write);
    this.#group ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        try {
          this.#commit();
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
    return this.#group;
  }

  /** Like {@link add}, and a power cut cannot undo it either. */
  async addSynced(write: () => void): Promise<void> {
    await this.add(write);
    await this.#root.flushed;
  }

  /** For what does no harm when it is not written: the failure is reported, and not to the caller. */
  addLater(write: () => void): void {
    // The group has told its problem already.
    this.add(write).catch(() => undefined);
  }

  /** Writes what waits, now. */
  async close(): Promise<void> {
    if (this.#group) await this.#group.catch(() => undefined);
    await this.#root.close();
  }

  #commit(): void {
    const writes = this.#writes;
    this.#writes = [];
    this.#group = undefined;
    try {
      // Synchronous: an asynchronous commit that fails, on a full disk, rejects promises nobody can reach.
      this.#root.transactionSync(() => {
        for (const write of writes) write();
      });
      if (this.#failing) this.#problem(undefined);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#problem(error instanceof Error ? error.message : String(error));
      this.#failing = true;
      throw error;
    }
  }
}

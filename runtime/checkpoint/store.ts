/**
 * The checkpoint: what the engine knew at one moment, on disk. Each save is one lmdb transaction, so a crash leaves the
 * last complete checkpoint.
 *
 * Layout, one lmdb environment with two databases of string keys and JSON text values:
 *
 *     meta   "format"            version of this layout
 *            "progress"          {position, now}: the next free journal position, and the clock of the last step
 *            "session:NAME"      {clientId, filters}: what outlives the process for an MQTT connection
 *     state  address as JSON     value, for each SnapshotRecord; `["flow","node","key"]`
 *            "#" + SHA-256 hex   [address, value], for addresses beyond what an lmdb key can hold
 */
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { type Database, open, type RootDatabase } from "lmdb";
import type { SnapshotRecord } from "../core/engine/output.ts";

export interface Progress {
  /** The next free journal position. */
  readonly position: number;
  /** Processing time of the last step, ms since epoch. */
  readonly now: number;
}

export interface Session {
  readonly clientId: string;
  /** Filters the session may hold, with their subscription identifiers. */
  readonly filters: Readonly<Record<string, number>>;
}

const format = 1;

export class CheckpointStore {
  readonly #root: RootDatabase<string, string>;
  readonly #meta: Database<string, string>;
  readonly #state: Database<string, string>;

  /**
   * @param folder made when it does not exist
   * @throws CheckpointError when a newer Millrace wrote it, or it is not readable
   */
  constructor(folder: string) {
    try {
      mkdirSync(folder, { recursive: true });
      this.#root = open<string, string>({ path: folder, encoding: "string", maxDbs: 2 });
      this.#meta = this.#root.openDB<string, string>({ name: "meta", encoding: "string" });
      this.#state = this.#root.openDB<string, string>({ name: "state", encoding: "string" });
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      throw new CheckpointError("CHECKPOINT_UNREADABLE", `opening the checkpoint in ${folder}: ${cause}`);
    }
    const found = Number(this.#meta.get("format") ?? format);
    if (found > format) {
      void this.#root.close();
      throw new CheckpointError(
        "CHECKPOINT_NEWER",
        `the checkpoint in ${folder} has format ${found}, this Millrace knows up to ${format}: ` +
          "start the newer version, or move the folder away to begin without state",
      );
    }
  }

  /** Where the last checkpoint stopped; undefined before the first. */
  get progress(): Progress | undefined {
    const text = this.#meta.get("progress");
    return text === undefined ? undefined : (JSON.parse(text) as Progress);
  }

  /** All records, in no promised order. */
  *load(): Iterable<SnapshotRecord> {
    for (const { key, value } of this.#state.getRange()) {
      if (key.startsWith("#")) {
        const [address, hashed] = JSON.parse(value) as [string[], unknown];
        yield { address, value: hashed };
      } else {
        yield { address: JSON.parse(key) as string[], value: JSON.parse(value) };
      }
    }
  }

  /**
   * Replaces the records at their addresses; a null value forgets. Values are read before this returns, so the engine
   * may go on changing them.
   * @returns when it is on disk
   */
  async save(records: readonly SnapshotRecord[], progress: Progress): Promise<void> {
    const writes = records.map(encode);
    const text = JSON.stringify(progress);
    // Synchronous: an asynchronous commit that fails, on a full disk, rejects promises inside lmdb that nobody can reach.
    this.#root.transactionSync(() => {
      for (const { key, value } of writes) {
        if (value === undefined) this.#state.removeSync(key);
        else this.#state.putSync(key, value);
      }
      this.#meta.putSync("progress", text);
      this.#meta.putSync("format", String(format));
    });
    await this.#root.flushed;
  }

  session(connection: string): Session | undefined {
    const text = this.#meta.get(`session:${connection}`);
    return text === undefined ? undefined : (JSON.parse(text) as Session);
  }

  /** On disk when this returns: a session must not outlive the knowledge of it. */
  saveSession(connection: string, session: Session): void {
    this.#meta.putSync(`session:${connection}`, JSON.stringify(session));
  }

  async close(): Promise<void> {
    await this.#root.close();
  }
}

/** Why a checkpoint cannot be used. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
  readonly code: "CHECKPOINT_NEWER" | "CHECKPOINT_UNREADABLE";

  constructor(code: CheckpointError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** lmdb keys hold 1,978 bytes; three bytes are the most a UTF-16 unit of JSON text takes in UTF-8. */
const keyLengthMax = 650;

function encode({ address, value }: SnapshotRecord): { key: string; value: string | undefined } {
  const key = JSON.stringify(address);
  if (key.length <= keyLengthMax) return { key, value: value === null ? undefined : JSON.stringify(value) };
  const hash = createHash("sha256").update(key).digest("hex");
  return { key: `#${hash}`, value: value === null ? undefined : JSON.stringify([address, value]) };
}

/**
 * The checkpoint: what the data plane knew at one position of the journal, on disk. Each save is one lmdb transaction, so
 * a crash leaves the last complete checkpoint.
 *
 * Layout, one lmdb environment with databases of string keys and JSON text values:
 *
 *     meta         "format"            version of this layout
 *                  "progress"          {position, now, journaled}: where the journal goes on from it
 *                  "quarantine"        [{position, flow, node, cause}]: inputs left out for a flow
 *                  "session:NAME"      {clientId, filters}: what outlives the process for an MQTT connection
 *     state        address as JSON     value, for each record of the engine; `["flow","node","key"]`
 *     flows        address as JSON     the flows that run, with version and place; `["flow"]`
 *     outbox       address as JSON     what is to be published and was not confirmed; `["place"]`
 *     deliveries   address as JSON     what tells repeated deliveries from new ones; `["connection",…]`
 *
 * In the last four an address beyond what an lmdb key can hold is `"#" + SHA-256 hex`, its value `[address, value]`.
 * Format 1 had meta and state alone.
 */
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { type Database, open, type RootDatabase } from "lmdb";
import type { SnapshotRecord } from "../core/engine/output.ts";
import type { QuarantinedInput } from "../core/engine/quarantine.ts";
import { beforeReading, problemOf, readWell } from "./probe.ts";

export interface Progress {
  /** The next free journal position. */
  readonly position: number;
  /** Processing time of the last step, ms since epoch. */
  readonly now: number;
  /** False: there was no journal behind it. */
  readonly journaled: boolean;
}

const tables = ["state", "flows", "outbox", "deliveries"] as const;
export type TableName = (typeof tables)[number];

export interface Session {
  readonly clientId: string;
  /** Filters the session may hold, with their subscription identifiers. */
  readonly filters: Readonly<Record<string, number>>;
}

const format = 2;

export class CheckpointStore {
  readonly #folder: string;
  readonly #root: RootDatabase<string, string>;
  readonly #meta: Database<string, string>;
  readonly #tables: Readonly<Record<TableName, Database<string, string>>>;
  /** By table, key and then text; undefined forgets. */
  #unwritten = noWrites();

  /**
   * @param folder made when it does not exist
   * @throws CheckpointError when a newer Millrace wrote it, or it is not readable
   */
  constructor(folder: string) {
    const problem = problemOf(folder);
    if (problem) throw unreadable(folder, problem);
    this.#folder = folder;
    try {
      mkdirSync(folder, { recursive: true });
      beforeReading(folder);
      this.#root = open<string, string>({ path: folder, encoding: "string", maxDbs: 1 + tables.length });
      this.#meta = this.#root.openDB<string, string>({ name: "meta", encoding: "string" });
      const opened = tables.map(
        (name) => [name, this.#root.openDB<string, string>({ name, encoding: "string" })] as const,
      );
      this.#tables = Object.fromEntries(opened) as Record<TableName, Database<string, string>>;
    } catch (error) {
      throw unreadable(folder, error instanceof Error ? error.message : String(error));
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
    if (text === undefined) return undefined;
    const { position, now, journaled = false } = JSON.parse(text) as Partial<Progress>;
    return { position: position!, now: now!, journaled };
  }

  /** All records of a table, in no promised order. Those of the engine come as text, which it parses when it needs them. */
  *load(table: TableName): Iterable<SnapshotRecord> {
    try {
      yield* this.#read(table);
    } catch (error) {
      throw unreadable(this.#folder, error instanceof Error ? error.message : String(error));
    }
  }

  /** All was read, and the process lives. */
  readWell(): void {
    readWell(this.#folder);
  }

  *#read(table: TableName): Iterable<SnapshotRecord> {
    for (const { key, value } of this.#tables[table].getRange()) {
      if (key.startsWith("#")) {
        const [address, hashed] = JSON.parse(value) as [string[], unknown];
        yield { address, value: hashed };
      } else if (table === "state") {
        yield new StoredRecord(key, value);
      } else {
        yield { address: JSON.parse(key) as string[], value: JSON.parse(value) };
      }
    }
  }

  /**
   * Replaces the records at their addresses, of all tables in one transaction; a null value forgets. Values are read
   * before this returns, so the engine may go on changing them. What cannot be written is written with the next save.
   * @param ready when it may be written
   * @returns when it is on disk
   */
  async save(
    changes: Readonly<Record<TableName, readonly SnapshotRecord[]>>,
    progress: Progress,
    ready: Promise<unknown> = Promise.resolve(),
  ): Promise<void> {
    for (const table of tables) {
      for (const record of changes[table]) {
        const { key, value } = encode(record);
        this.#unwritten[table].set(key, value);
      }
    }
    await ready;
    // Synchronous: an asynchronous commit that fails, on a full disk, rejects promises inside lmdb that nobody can reach.
    this.#root.transactionSync(() => {
      for (const table of tables) {
        for (const [key, value] of this.#unwritten[table]) {
          if (value === undefined) this.#tables[table].removeSync(key);
          else this.#tables[table].putSync(key, value);
        }
      }
      this.#meta.putSync("progress", JSON.stringify(progress));
      this.#meta.putSync("format", String(format));
    });
    this.#unwritten = noWrites();
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

  /**
   * Remembers inputs to be left out, on disk when this returns: a replay must leave them out as well.
   * @returns all of them, the newest at the end
   */
  quarantine(more: readonly QuarantinedInput[]): readonly QuarantinedInput[] {
    const known = JSON.parse(this.#meta.get("quarantine") ?? "[]") as QuarantinedInput[];
    const news = more.filter(
      (each) => !known.some(({ position, flow }) => position === each.position && flow === each.flow),
    );
    if (news.length === 0) return known;
    const all = [...known, ...news].slice(-quarantinedMax);
    this.#meta.putSync("quarantine", JSON.stringify(all));
    return all;
  }

  async close(): Promise<void> {
    await this.#root.close();
  }
}

/** Parsed as far as it is asked for. */
class StoredRecord implements SnapshotRecord {
  readonly address: readonly string[];
  readonly text: string;

  constructor(key: string, text: string) {
    this.address = JSON.parse(key) as string[];
    this.text = text;
  }

  get value(): unknown {
    return JSON.parse(this.text);
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

function unreadable(folder: string, cause: string): CheckpointError {
  return new CheckpointError(
    "CHECKPOINT_UNREADABLE",
    `the checkpoint in ${folder} cannot be read: ${cause}. Restore it from a backup, or move the folder away: Millrace then begins with what its journal still holds`,
  );
}

/** Each has cost two crashes. What a replay can still come to is far less. */
const quarantinedMax = 1000;

/** lmdb keys hold 1,978 bytes; three bytes are the most a UTF-16 unit of JSON text takes in UTF-8. */
const keyLengthMax = 650;

function encode({ address, value }: SnapshotRecord): { key: string; value: string | undefined } {
  const key = JSON.stringify(address);
  if (key.length <= keyLengthMax) return { key, value: value === null ? undefined : JSON.stringify(value) };
  const hash = createHash("sha256").update(key).digest("hex");
  return { key: `#${hash}`, value: value === null ? undefined : JSON.stringify([address, value]) };
}

function noWrites(): Record<TableName, Map<string, string | undefined>> {
  return { state: new Map(), flows: new Map(), outbox: new Map(), deliveries: new Map() };
}

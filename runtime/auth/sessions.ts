/**
 * Browser sessions. They survive a restart and end seven days after their last use. Only the hash of a session's
 * token is stored: whoever reads the database cannot log in with it.
 *
 * lmdb database: `sessions` hash → StoredSession
 */
import { createHash, randomBytes } from "node:crypto";
import type { Database, RootDatabase } from "lmdb";

interface StoredSession {
  readonly expiresAt: number;
}

export class Sessions {
  readonly #database: Database<StoredSession, string>;
  readonly #now: () => number;

  constructor(root: RootDatabase, now: () => number) {
    this.#database = root.openDB({ name: "sessions", encoding: "json" });
    this.#now = now;
  }

  /** @returns the token for the cookie */
  async create(): Promise<string> {
    this.#removeExpired();
    const token = randomBytes(32).toString("base64url");
    this.#database.putSync(hash(token), { expiresAt: this.#now() + lifetimeMs });
    return token;
  }

  /**
   * Uses a session, which prolongs it.
   * @returns its id, or undefined when there is none or it has ended
   */
  use(token: string): string | undefined {
    const id = hash(token);
    const session = this.#database.get(id);
    const now = this.#now();
    if (!session || session.expiresAt <= now) return undefined;
    if (session.expiresAt - now < lifetimeMs - prolongEveryMs) {
      this.#database.putSync(id, { expiresAt: now + lifetimeMs });
    }
    return id;
  }

  isOpen(id: string): boolean {
    const session = this.#database.get(id);
    return session !== undefined && session.expiresAt > this.#now();
  }

  async end(id: string): Promise<void> {
    this.#database.removeSync(id);
  }

  #removeExpired(): void {
    const now = this.#now();
    for (const { key, value } of this.#database.getRange()) {
      if (value.expiresAt <= now) this.#database.removeSync(key);
    }
  }
}

const lifetimeMs = 7 * 24 * 3600 * 1000;
/** A write per request would wear an SD card for nothing. */
const prolongEveryMs = 3600 * 1000;

function hash(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

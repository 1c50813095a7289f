/**
 * Flows on disk: the draft people edit, the documents that were deployed, and which of them is live. Every change is
 * one transaction. Nothing is written over a revision the caller has not seen.
 *
 * lmdb databases: `flows` id → FlowRecord · `drafts` id → FlowDocument · `versions` [id, version] → StoredVersion
 */
import { createHash } from "node:crypto";
import type { Database, RootDatabase } from "lmdb";
import { type FlowDocument, formatFlow } from "../core/flow/document.ts";
import { Refusal } from "../protocol/refusal.ts";

/** What the list of flows shows, kept apart from the documents so that listing reads none of them. */
export interface FlowRecord {
  readonly id: string;
  readonly name: string;
  readonly nodes: number;
  /** Counts saves of the draft, from 1. */
  readonly revision: number;
  readonly updatedAt: number;
  /** Counts deploys; 0: never deployed. */
  readonly version: number;
  readonly live: boolean;
  readonly deployedAt?: number;
  /** Of the logic alone: moving a card changes nothing that runs. */
  readonly draftHash: string;
  readonly deployedHash?: string;
}

export interface StoredVersion {
  readonly version: number;
  readonly at: number;
  readonly document: FlowDocument;
}

export class FlowStore {
  readonly #root: RootDatabase;
  readonly #flows: Database<FlowRecord, string>;
  readonly #drafts: Database<FlowDocument, string>;
  readonly #versions: Database<StoredVersion, [string, number]>;

  constructor(root: RootDatabase) {
    this.#root = root;
    this.#flows = root.openDB({ name: "flows", encoding: "json" });
    this.#drafts = root.openDB({ name: "drafts", encoding: "json" });
    this.#versions = root.openDB({ name: "versions", encoding: "json" });
  }

  /** By id. */
  list(): FlowRecord[] {
    return [...this.#flows.getRange()].map((entry) => entry.value);
  }

  has(id: string): boolean {
    return this.#flows.get(id) !== undefined;
  }

  /** @throws Refusal FLOW_UNKNOWN */
  record(id: string): FlowRecord {
    const record = this.#flows.get(id);
    if (!record) throw unknownFlow(id);
    return record;
  }

  /** @throws Refusal FLOW_UNKNOWN */
  draft(id: string): FlowDocument {
    const draft = this.#drafts.get(id);
    if (!draft) throw unknownFlow(id);
    return draft;
  }

  version(id: string, version: number): StoredVersion | undefined {
    return this.#versions.get([id, version]);
  }

  /** The document that should run. @throws Refusal FLOW_UNKNOWN */
  liveDocument(id: string): FlowDocument | undefined {
    const { live, version } = this.record(id);
    return live ? this.version(id, version)?.document : undefined;
  }

  /** Newest first; the last {@link versionsKeptMax}. */
  versions(id: string): StoredVersion[] {
    const range = this.#versions.getRange({
      start: [id, Number.MAX_SAFE_INTEGER],
      end: [id, 0],
      reverse: true,
    });
    return [...range].map((entry) => entry.value);
  }

  /** @throws Refusal FLOW_EXISTS */
  async create(draft: FlowDocument, at: number): Promise<FlowRecord> {
    return this.#root.transactionSync(() => {
      const found = this.#flows.get(draft.id);
      if (found) {
        throw new Refusal(
          "FLOW_EXISTS",
          `There is a flow with the id "${draft.id}" already. Choose another id.`,
          {
            current: found,
          },
        );
      }
      return this.#put({ ...describe(draft), revision: 1, updatedAt: at, version: 0, live: false }, draft);
    });
  }

  /**
   * Saving what is there already changes nothing and conflicts with nothing, so a save whose answer got lost can be
   * sent again.
   * @param revision the one the caller's draft is based on
   * @throws Refusal FLOW_UNKNOWN, FLOW_CONFLICT
   */
  async save(draft: FlowDocument, revision: number, at: number): Promise<FlowRecord> {
    return this.#root.transactionSync(() => {
      const found = this.record(draft.id);
      if (formatFlow(this.draft(draft.id)) === formatFlow(draft)) return found;
      if (found.revision !== revision) throw staleDraft(found);
      return this.#put({ ...found, ...describe(draft), revision: revision + 1, updatedAt: at }, draft);
    });
  }

  /** @throws Refusal FLOW_UNKNOWN, FLOW_CONFLICT */
  async remove(id: string, revision: number): Promise<void> {
    return this.#root.transactionSync(() => {
      const found = this.record(id);
      if (found.revision !== revision) throw staleDraft(found);
      for (const each of this.versions(id)) this.#versions.removeSync([id, each.version]);
      this.#drafts.removeSync(id);
      this.#flows.removeSync(id);
    });
  }

  /** Keeps the document as the next version and makes it the live one. */
  async recordDeploy(document: FlowDocument, at: number): Promise<FlowRecord> {
    return this.#root.transactionSync(() => {
      const found = this.record(document.id);
      const version = found.version + 1;
      this.#versions.putSync([document.id, version], { version, at, document });
      this.#versions.removeSync([document.id, version - versionsKeptMax]);
      const record = { ...found, version, live: true, deployedAt: at, deployedHash: logicHash(document) };
      this.#flows.putSync(document.id, record);
      return record;
    });
  }

  async recordUndeploy(id: string): Promise<FlowRecord> {
    return this.#root.transactionSync(() => {
      const record = { ...this.record(id), live: false };
      this.#flows.putSync(id, record);
      return record;
    });
  }

  #put(record: FlowRecord, draft: FlowDocument): FlowRecord {
    this.#drafts.putSync(draft.id, draft);
    this.#flows.putSync(draft.id, record);
    return record;
  }
}

/** Enough to go back to last week, small enough to never matter on an SD card. */
export const versionsKeptMax = 50;

/** @param found what is there now, told to the caller with the refusal */
export function staleDraft(found: FlowRecord): Refusal {
  return new Refusal(
    "FLOW_CONFLICT",
    `The flow "${found.name}" was changed elsewhere: its draft is at revision ${found.revision}. Load it, or save yours as a copy.`,
    { current: { revision: found.revision, version: found.version } },
  );
}

/** Equal for documents that run the same. */
export function logicHash(document: FlowDocument): string {
  return createHash("sha256")
    .update(formatFlow({ ...document, layout: {} }))
    .digest("base64url");
}

function describe(draft: FlowDocument) {
  return { id: draft.id, name: draft.name, nodes: draft.nodes.length, draftHash: logicHash(draft) };
}

function unknownFlow(id: string): Refusal {
  return new Refusal("FLOW_UNKNOWN", `There is no flow with the id "${id}". It may have been deleted.`);
}

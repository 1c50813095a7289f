/**
 * What can be done with flows: the store's drafts and versions, joined with the checks of the core and the data plane
 * that runs them. Deploys and undeploys happen one after the other.
 */
import { type Diagnostic, hasErrors } from "../core/diagnostic.ts";
import type { FlowDocument } from "../core/flow/document.ts";
import type { DeployResult, FlowDetail, FlowSummary, SaveResult, VersionSummary } from "../protocol/http.ts";
import { Refusal } from "../protocol/refusal.ts";
import { type FlowRecord, type FlowStore, logicHash, staleDraft } from "./store.ts";

/** The core's checks, with the catalogue of node types and the platform filled in. */
export interface FlowChecks {
  parse(value: unknown): { readonly flow?: FlowDocument; readonly diagnostics: readonly Diagnostic[] };
  validate(flow: FlowDocument): readonly Diagnostic[];
}

/** Where flows run. */
export interface FlowHost {
  deploy(flow: FlowDocument, version: number): Promise<DeployOutcome>;
  undeploy(flow: string): Promise<void>;
}

export interface DeployOutcome {
  /** With an error among them nothing was deployed. */
  readonly diagnostics: readonly Diagnostic[];
  readonly kept: readonly string[];
  readonly reset: readonly string[];
}

export interface FlowsOptions {
  readonly store: FlowStore;
  readonly checks: FlowChecks;
  readonly host: FlowHost;
  readonly now: () => number;
  /** The summary of a flow changed, or the flow came or went. */
  readonly onChange: (flow: string) => void;
}

export class Flows {
  readonly #store: FlowStore;
  readonly #checks: FlowChecks;
  readonly #host: FlowHost;
  readonly #now: () => number;
  readonly #onChange: (flow: string) => void;
  /** Why a flow that should be live is not. */
  readonly #problems = new Map<string, string>();
  /** Flows the host has taken on. */
  readonly #hosted = new Set<string>();
  /** Why a flow that was running has stopped, as the host says. */
  #faults: Readonly<Record<string, string>> = {};
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: FlowsOptions) {
    this.#store = options.store;
    this.#checks = options.checks;
    this.#host = options.host;
    this.#now = options.now;
    this.#onChange = options.onChange;
  }

  list(): FlowSummary[] {
    return this.#store.list().map((record) => this.#summarize(record));
  }

  has(id: string): boolean {
    return this.#store.has(id);
  }

  /** @throws Refusal FLOW_UNKNOWN, as everything here that takes an id */
  summary(id: string): FlowSummary {
    return this.#summarize(this.#store.record(id));
  }

  open(id: string): FlowDetail {
    const record = this.#store.record(id);
    const draft = this.#store.draft(id);
    const deployed = this.#live(record);
    const diagnostics = [...this.#checks.validate(draft)];
    return { summary: this.#summarize(record), draft, ...(deployed ? { deployed } : {}), diagnostics };
  }

  /** @throws Refusal FLOW_NOT_LIVE */
  deployed(id: string): FlowDocument {
    const found = this.#live(this.#store.record(id));
    if (!found) throw new Refusal("FLOW_NOT_LIVE", `The flow "${id}" is not live. Deploy it first.`);
    return found;
  }

  versions(id: string): VersionSummary[] {
    this.#store.record(id);
    return this.#store.versions(id).map(({ version, at, document }) => {
      return { version, deployedAt: at, name: document.name, nodes: document.nodes.length };
    });
  }

  /** @throws Refusal VERSION_UNKNOWN */
  version(id: string, version: number): FlowDocument {
    this.#store.record(id);
    const found = this.#store.version(id, version);
    if (found) return found.document;
    throw new Refusal(
      "VERSION_UNKNOWN",
      `Version ${version} of the flow "${id}" is not kept. See its list of versions.`,
    );
  }

  validate(value: unknown): readonly Diagnostic[] {
    const { flow, diagnostics } = this.#checks.parse(value);
    return flow ? [...diagnostics, ...this.#checks.validate(flow)] : diagnostics;
  }

  /** @throws Refusal FLOW_INVALID when the value is no flow document, FLOW_EXISTS */
  async create(value: unknown): Promise<SaveResult> {
    const draft = this.#parse(value);
    const record = await this.#store.create(draft, this.#now());
    this.#onChange(draft.id);
    return { summary: this.#summarize(record) };
  }

  /**
   * A draft with mistakes in its nodes is saved all the same: people go home with unfinished work.
   * @throws Refusal FLOW_INVALID, FLOW_CONFLICT
   */
  async save(id: string, revision: number, value: unknown): Promise<SaveResult> {
    const draft = this.#parse(value);
    if (draft.id !== id) {
      throw new Refusal("BAD_REQUEST", `The document has the id "${draft.id}", the address says "${id}".`);
    }
    const record = await this.#store.save(draft, revision, this.#now());
    this.#onChange(id);
    return { summary: this.#summarize(record) };
  }

  /** @throws Refusal FLOW_CONFLICT */
  remove(id: string, revision: number): Promise<void> {
    return this.#exclusively(async () => {
      const record = this.#store.record(id);
      if (record.revision !== revision) throw staleDraft(record);
      if (record.live) await this.#host.undeploy(id);
      await this.#store.remove(id, revision);
      this.#forget(id);
    });
  }

  /**
   * Makes the draft live.
   * @param revision the draft the caller has seen
   * @param onto the version it should replace, 0 for none
   * @throws Refusal FLOW_CONFLICT, FLOW_INVALID
   */
  deploy(id: string, revision: number, onto: number): Promise<DeployResult> {
    return this.#exclusively(async () => {
      const record = this.#store.record(id);
      if (record.revision !== revision) throw staleDraft(record);
      if (record.version !== onto) throw staleDeploy(record, onto);
      return this.#deploy(this.#store.draft(id));
    });
  }

  undeploy(id: string): Promise<FlowSummary> {
    return this.#exclusively(async () => {
      this.#store.record(id);
      await this.#host.undeploy(id);
      const record = await this.#store.recordUndeploy(id);
      this.#forget(id);
      return this.#summarize(record);
    });
  }

  /**
   * Deploys a document that comes from a file: the file wins over draft and live version.
   * @returns false when it is live as it is
   * @throws Refusal FLOW_INVALID
   */
  deployDocument(document: FlowDocument): Promise<boolean> {
    return this.#exclusively(async () => {
      const found = this.#store.has(document.id) ? this.#store.record(document.id) : undefined;
      const running = found?.live && !this.#problems.has(document.id);
      if (running && found.deployedHash === logicHash(document)) return false;
      if (found) await this.#store.save(document, found.revision, this.#now());
      else await this.#store.create(document, this.#now());
      await this.#deploy(document);
      return true;
    });
  }

  /**
   * Deploys every live flow that the host does not run: all of them at start, and after the host was down those it
   * missed. One flow's trouble does not stop the others.
   */
  async resume(): Promise<void> {
    for (const { id } of this.#store.list()) await this.#exclusively(() => this.#resume(id));
  }

  async #resume(id: string): Promise<void> {
    if (this.#hosted.has(id) || !this.#store.has(id)) return;
    const record = this.#store.record(id);
    const document = this.#live(record);
    if (!document) return;
    try {
      const { diagnostics } = await this.#host.deploy(document, record.version);
      if (hasErrors(diagnostics)) this.#setProblem(id, firstError(diagnostics));
      else this.#setHosted(id);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#setProblem(id, error.message);
    }
  }

  /** @param faults flows that stopped by a fault of ours, by id, with what happened */
  setFaults(faults: Readonly<Record<string, string>>): void {
    const changed = [...Object.keys(faults), ...Object.keys(this.#faults)].filter(
      (id) => faults[id] !== this.#faults[id],
    );
    this.#faults = faults;
    for (const id of new Set(changed)) this.#onChange(id);
  }

  /** The first live flow that does not run, with the reason. */
  get problem(): string | undefined {
    const found = this.list().find((each) => each.live && each.problem !== undefined);
    return found && `"${found.name}" does not run: ${found.problem}`;
  }

  /** Names of live flows with a node on this connection. */
  usersOf(connection: string): string[] {
    const live = this.#store.list().flatMap((record) => this.#live(record) ?? []);
    return live
      .filter((flow) => flow.nodes.some((node) => node.config.connection === connection))
      .map((flow) => flow.name);
  }

  async #deploy(document: FlowDocument): Promise<DeployResult> {
    const before = this.#store.record(document.id);
    const { diagnostics, kept, reset } = await this.#host.deploy(document, before.version + 1);
    if (hasErrors(diagnostics)) {
      const count = diagnostics.filter((each) => each.severity === "error").length;
      const problems = count === 1 ? "a problem" : `${count} problems`;
      throw new Refusal("FLOW_INVALID", `"${document.name}" has ${problems}: ${firstError(diagnostics)}`, {
        diagnostics,
      });
    }
    const record = await this.#recordDeploy(document, before);
    this.#setHosted(document.id);
    return {
      summary: this.#summarize(record),
      diagnostics: [...diagnostics],
      kept: [...kept],
      reset: [...reset],
    };
  }

  /** What runs must be what the disk says: when it cannot be written down, the last version runs again. */
  async #recordDeploy(document: FlowDocument, before: FlowRecord): Promise<FlowRecord> {
    try {
      return await this.#store.recordDeploy(document, this.#now());
    } catch (error) {
      const last = this.#live(before);
      if (last) await this.#host.deploy(last, before.version);
      else await this.#host.undeploy(document.id);
      throw error;
    }
  }

  #parse(value: unknown): FlowDocument {
    const { flow, diagnostics } = this.#checks.parse(value);
    if (flow) return flow;
    throw new Refusal("FLOW_INVALID", `This is not a flow document: ${firstError(diagnostics)}`, {
      diagnostics,
    });
  }

  #live(record: FlowRecord): FlowDocument | undefined {
    return record.live ? this.#store.version(record.id, record.version)?.document : undefined;
  }

  #setHosted(id: string): void {
    this.#hosted.add(id);
    this.#problems.delete(id);
    this.#onChange(id);
  }

  #forget(id: string): void {
    this.#hosted.delete(id);
    this.#problems.delete(id);
    this.#onChange(id);
  }

  #setProblem(id: string, problem: string): void {
    this.#problems.set(id, problem);
    this.#onChange(id);
  }

  #summarize(record: FlowRecord): FlowSummary {
    const { id, name, revision, version, live, nodes, updatedAt, deployedAt } = record;
    const problem = this.#problems.get(id) ?? this.#faults[id];
    return {
      id,
      name,
      revision,
      version,
      live,
      changed: record.draftHash !== record.deployedHash,
      nodes,
      updatedAt,
      ...(deployedAt === undefined ? {} : { deployedAt }),
      ...(problem === undefined ? {} : { problem }),
    };
  }

  #exclusively<Result>(task: () => Promise<Result>): Promise<Result> {
    const run = this.#last.then(task);
    // The caller gets the error; here it only must not stop the next task.
    this.#last = run.catch(() => undefined);
    return run;
  }
}

function staleDeploy(found: FlowRecord, onto: number): Refusal {
  const seen = onto === 0 ? "it had not been deployed" : `version ${onto} was the last`;
  return new Refusal(
    "FLOW_CONFLICT",
    `"${found.name}" was deployed elsewhere: version ${found.version} is there now, ${seen} when you opened it. Look at what changed, then deploy again.`,
    { current: { revision: found.revision, version: found.version } },
  );
}

function firstError(diagnostics: readonly Diagnostic[]): string {
  const first = diagnostics.find((each) => each.severity === "error");
  if (!first) return "it has no flow in it.";
  return first.node === undefined ? first.message : `${first.node}: ${first.message}`;
}

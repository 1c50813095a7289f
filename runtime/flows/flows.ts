/** What the API can do with flows: drafts with the checks of the core, versions of the past, and what runs. */
import type { Diagnostic } from "../core/diagnostic.ts";
import type { FlowDocument } from "../core/flow/document.ts";
import type {
  DeployPreview,
  DeployResult,
  FlowDetail,
  FlowSummary,
  SaveResult,
  VersionSummary,
} from "../protocol/http.ts";
import { Refusal } from "../protocol/refusal.ts";
import { Deployments, type FlowHost } from "./deployments.ts";
import type { FlowRecord, FlowStore } from "./store.ts";
import { firstError } from "./summary.ts";

/** The core's checks, with the catalogue of node types and the platform filled in. */
export interface FlowChecks {
  parse(value: unknown): { readonly flow?: FlowDocument; readonly diagnostics: readonly Diagnostic[] };
  validate(flow: FlowDocument): readonly Diagnostic[];
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
  readonly deployments: Deployments;
  readonly #store: FlowStore;
  readonly #checks: FlowChecks;
  readonly #host: FlowHost;
  readonly #now: () => number;
  readonly #onChange: (flow: string) => void;

  constructor(options: FlowsOptions) {
    this.#store = options.store;
    this.#checks = options.checks;
    this.#host = options.host;
    this.#now = options.now;
    this.#onChange = options.onChange;
    this.deployments = new Deployments(options.store, options.host, options.now, options.onChange);
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
    const deployed = this.#store.liveDocument(id);
    const diagnostics = [...this.#checks.validate(draft)];
    return { summary: this.#summarize(record), draft, ...(deployed ? { deployed } : {}), diagnostics };
  }

  /** @throws Refusal FLOW_NOT_LIVE */
  deployed(id: string): FlowDocument {
    const found = this.#store.liveDocument(id);
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
    return this.deployments.remove(id, revision);
  }

  /** See {@link Deployments.deploy}. */
  deploy(id: string, revision: number, onto: number): Promise<DeployResult> {
    return this.deployments.deploy(id, revision, onto);
  }

  /**
   * What deploying this document would do to what the flow's nodes know.
   * @throws Refusal FLOW_INVALID when the value is no flow document
   */
  async previewDeploy(id: string, value: unknown): Promise<DeployPreview> {
    this.#store.record(id);
    const { diagnostics, nodes } = await this.#host.previewDeploy({ ...this.#parse(value), id });
    return { diagnostics: [...diagnostics], nodes: [...nodes] };
  }

  /** See {@link Deployments.pause}. */
  pause(id: string): Promise<FlowSummary> {
    return this.deployments.pause(id);
  }

  resume(id: string, missed: "catch up" | "skip"): Promise<FlowSummary> {
    return this.deployments.resumePaused(id, missed);
  }

  undeploy(id: string): Promise<FlowSummary> {
    return this.deployments.undeploy(id);
  }

  /** The first live flow that does not run, with the reason. */
  get problem(): string | undefined {
    const found = this.list().find((each) => each.live && each.problem !== undefined);
    return found && `"${found.name}" does not run: ${found.problem}`;
  }

  /** Names of live flows with a node on this connection. */
  usersOf(connection: string): string[] {
    const live = this.#store.list().flatMap((record) => this.#store.liveDocument(record.id) ?? []);
    return live
      .filter((flow) => flow.nodes.some((node) => node.config.connection === connection))
      .map((flow) => flow.name);
  }

  #parse(value: unknown): FlowDocument {
    const { flow, diagnostics } = this.#checks.parse(value);
    if (flow) return flow;
    throw new Refusal("FLOW_INVALID", `This is not a flow document: ${firstError(diagnostics)}`, {
      diagnostics,
    });
  }

  #summarize(record: FlowRecord): FlowSummary {
    return this.deployments.summarize(record);
  }
}

/**
 * Which flows run: deploys and undeploys happen one after the other, the store and the host change together, and every
 * flow that should run and does not has a reason.
 */
import { type Diagnostic, hasErrors } from "../core/diagnostic.ts";
import type { NodeFate } from "../core/engine/output.ts";
import type { FlowDocument } from "../core/flow/document.ts";
import type { DeployResult, FlowLag, FlowSummary } from "../protocol/http.ts";
import { Refusal } from "../protocol/refusal.ts";
import { type FlowRecord, type FlowStore, logicHash, staleDraft } from "./store.ts";
import { firstError, summarize } from "./summary.ts";

/** Where flows run. */
export interface FlowHost {
  deploy(flow: FlowDocument, version: number): Promise<DeployOutcome>;
  /** What deploying it would do to what nodes know. Changes nothing. */
  previewDeploy(flow: FlowDocument): Promise<DeployPreview>;
  /** The flow stands still until it is resumed; paused already, nothing happens. */
  pause(flow: string): Promise<void>;
  resume(flow: string, missed: "catch up" | "skip"): Promise<void>;
  undeploy(flow: string): Promise<void>;
}

export interface DeployPreview {
  readonly diagnostics: readonly Diagnostic[];
  readonly nodes: readonly NodeFate[];
}

export interface DeployOutcome {
  /** With an error among them nothing was deployed. */
  readonly diagnostics: readonly Diagnostic[];
  readonly kept: readonly string[];
  readonly reset: readonly string[];
}

export class Deployments {
  readonly #store: FlowStore;
  readonly #host: FlowHost;
  readonly #now: () => number;
  readonly #onChange: (flow: string) => void;
  /** Flows the host has taken on. */
  readonly #hosted = new Set<string>();
  /** Why the host did not take on a flow that should run. */
  readonly #problems = new Map<string, string>();
  /** Why a flow that was running has stopped, as the host says. */
  #faults: ReadonlyMap<string, string> = new Map();
  /** Flows that are paused or catch up, as the host says. */
  #lags: Readonly<Record<string, FlowLag>> = {};
  #last: Promise<unknown> = Promise.resolve();

  /** @param onChange told the flow whose summary changed */
  constructor(store: FlowStore, host: FlowHost, now: () => number, onChange: (flow: string) => void) {
    this.#store = store;
    this.#host = host;
    this.#now = now;
    this.#onChange = onChange;
  }

  /** Why a flow that should run does not. */
  problemOf(id: string): string | undefined {
    return this.#problems.get(id) ?? this.#faults.get(id);
  }

  /**
   * Makes the draft live.
   * @param revision the draft the caller has seen
   * @param onto the version it should replace, 0 for none
   * @throws Refusal FLOW_UNKNOWN, FLOW_CONFLICT, FLOW_INVALID
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
      return this.summarize(record);
    });
  }

  /**
   * The flow stands still, and goes on standing still over restarts and deploys; what comes meanwhile is kept.
   * @throws Refusal FLOW_UNKNOWN, FLOW_NOT_LIVE
   */
  pause(id: string): Promise<FlowSummary> {
    return this.#exclusively(async () => {
      const record = this.#live(id);
      await this.#host.pause(id);
      const lag = this.#lags[id] ?? { lagMessages: 0, lagMs: 0 };
      this.setLags({ ...this.#lags, [id]: { ...lag, paused: true } });
      return this.summarize(record);
    });
  }

  /** A paused flow goes on. One that catches up can skip the rest. @throws Refusal FLOW_UNKNOWN, FLOW_NOT_LIVE */
  resumePaused(id: string, missed: "catch up" | "skip"): Promise<FlowSummary> {
    return this.#exclusively(async () => {
      const record = this.#live(id);
      await this.#host.resume(id, missed);
      const { [id]: lag, ...others } = this.#lags;
      this.setLags(missed === "skip" || !lag ? others : { ...others, [id]: { ...lag, paused: false } });
      return this.summarize(record);
    });
  }

  /** Stops and deletes a flow. @throws Refusal FLOW_UNKNOWN, FLOW_CONFLICT */
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
      try {
        await this.#deploy(document);
      } catch (error) {
        // It should be live, says its file: the list of flows tells why it is not.
        if (error instanceof Refusal) this.#setProblem(document.id, error.message);
        throw error;
      }
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
    const document = this.#store.liveDocument(id);
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
  setFaults(faults: ReadonlyMap<string, string>): void {
    const changed = [...faults.keys(), ...this.#faults.keys()].filter(
      (id) => faults.get(id) !== this.#faults.get(id),
    );
    this.#faults = faults;
    for (const id of new Set(changed)) this.#onChange(id);
  }

  /** @param lags flows that are paused or catch up, by id */
  setLags(lags: Readonly<Record<string, FlowLag>>): void {
    const ids = new Set([...Object.keys(lags), ...Object.keys(this.#lags)]);
    const changed = [...ids].filter((id) => lags[id]?.paused !== this.#lags[id]?.paused);
    this.#lags = lags;
    // How far behind they are changes all the time, and is told with the status.
    for (const id of changed) this.#onChange(id);
  }

  #live(id: string): FlowRecord {
    const record = this.#store.record(id);
    if (record.live) return record;
    throw new Refusal("FLOW_NOT_LIVE", `The flow "${record.name}" is not live. Deploy it first.`);
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
      summary: this.summarize(record),
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
      const last = this.#store.liveDocument(before.id);
      if (last) await this.#host.deploy(last, before.version);
      else await this.#host.undeploy(document.id);
      throw error;
    }
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

  summarize(record: FlowRecord): FlowSummary {
    return summarize(record, this.problemOf(record.id), this.#lags[record.id]);
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

import { EventEmitter } from "node:events";
import { Worker } from "node:worker_threads";
import type { ReplayInput } from "../core/engine/input.ts";
import type { DeadLetter } from "../core/engine/output.ts";
import type { FlowDocument } from "../core/flow/document.ts";
import type { DebugLine, NodeLive, PeekedMessage, PeekedTopic } from "../protocol/live.ts";
import { limits } from "./limits.ts";
import {
  type CallName,
  type Calls,
  type ConnectionSpec,
  type DeployOutcome,
  type DeployPreview,
  type FromPlane,
  PlaneError,
  type PlaneEvent,
  type PlaneSettings,
  type PlaneStatus,
  type ToPlane,
} from "./messages.ts";

export type PlaneState = "running" | "starting" | "restarting" | "stopped";

interface DataPlaneEvents {
  state: [state: PlaneState];
  /** At most four times a second for watched flows; changed nodes only, all nodes at first and after a restart. */
  telemetry: [flow: string, nodes: Readonly<Record<string, NodeLive>>, at: number];
  /** Once a second and when a connection changes. */
  status: [status: PlaneStatus];
  debug: [flow: string, records: readonly DebugLine[], skipped: number];
  /** @param replayed ids of letters that are done with */
  deadLetters: [letters: readonly DeadLetter[], replayed: readonly string[]];
  /** At most twice a second: topics that have a newer message. */
  peeked: [messages: readonly PeekedMessage[]];
  /** Something a person should see. */
  problem: [text: string];
  /** The worker died; it starts again with the last checkpoint after the wait. */
  crash: [error: Error, restartInMs: number];
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * The control plane's end of the data plane: starts the worker, talks to it by messages, and starts it again with the
 * last checkpoint, the deployed flows and the connections when it dies.
 *
 * Deploy the stored flows before the first {@link setConnections}: a persistent session delivers what waited as soon as
 * it is connected, and a message that no flow listens to is gone.
 */
export class DataPlane extends EventEmitter<DataPlaneEvents> {
  readonly #entry: URL;
  readonly #settings: PlaneSettings;
  #worker: Worker | undefined;
  #state: PlaneState = "stopped";
  #lastId = 0;
  readonly #pending = new Map<number, Pending>();
  /** What a new worker is told, in this order: flows, connections, watched, peeked. */
  readonly #flows = new Map<string, { readonly flow: FlowDocument; readonly version: number }>();
  #connections: readonly ConnectionSpec[] | undefined;
  #watched: readonly string[] = [];
  #peeked: readonly PeekedTopic[] = [];
  #crashes = 0;
  #restart: NodeJS.Timeout | undefined;
  #stable: NodeJS.Timeout | undefined;

  /** @param entry the built `worker.js` */
  constructor(entry: URL, settings: PlaneSettings) {
    super();
    this.#entry = entry;
    this.#settings = settings;
  }

  get state(): PlaneState {
    return this.#state;
  }

  /** @throws PlaneError when it cannot start, such as a checkpoint written by a newer Millrace */
  async start(): Promise<void> {
    this.#setState("starting");
    await this.#startWorker();
    this.#setState("running");
  }

  /** Runs a flow in place of the one with its id. Errors among the diagnostics: nothing has changed. */
  async deploy(flow: FlowDocument, version: number): Promise<DeployOutcome> {
    const outcome = await this.#call("deploy", { flow, version });
    if (!outcome.diagnostics.some((each) => each.severity === "error"))
      this.#flows.set(flow.id, { flow, version });
    return outcome;
  }

  /** Stops a flow and forgets its state, for good: deployed again, it starts afresh. */
  async undeploy(flow: string): Promise<void> {
    await this.#call("undeploy", { flow });
    this.#flows.delete(flow);
  }

  /**
   * Presses the button of a node.
   * @param payload a JSON value in place of the node's own; undefined: the node's own
   * @throws PlaneError for an unknown flow or node, or one without a button
   */
  async inject(flow: string, node: string, payload?: unknown): Promise<void> {
    await this.#call("inject", { flow, node, ...(payload === undefined ? {} : { payload }) });
  }

  /**
   * Gives dead letters of one flow to their nodes again.
   * @returns ids of those that are on their way; the others' nodes are gone, or do not listen there any more
   * @throws PlaneError for a flow that is not deployed, or paused
   */
  async replay(flow: string, letters: readonly ReplayInput[]): Promise<readonly string[]> {
    return this.#call("replay", { flow, letters });
  }

  /** What a deploy would do to what the flow's nodes know; changes nothing. */
  async previewDeploy(flow: FlowDocument): Promise<DeployPreview> {
    return this.#call("previewDeploy", { flow });
  }

  /** The flow stands still; what it would have received stays in the journal. */
  async pause(flow: string): Promise<void> {
    await this.#call("pause", { flow });
  }

  /** A paused flow goes on, with what it missed or with what comes next. */
  async resume(flow: string, missed: "catch up" | "skip"): Promise<void> {
    await this.#call("resume", { flow, missed });
  }

  /** Makes these the MQTT connections there are, now or when it runs again. Those that are as before stay up. */
  async setConnections(connections: readonly ConnectionSpec[]): Promise<void> {
    this.#connections = connections;
    if (this.#state === "running") await this.#call("setConnections", { connections });
  }

  /** Telemetry and debug of these flows, now or when it runs again, until the next call. */
  async setWatched(flows: readonly string[]): Promise<void> {
    this.#watched = flows;
    if (this.#state === "running") await this.#call("setWatched", { flows });
  }

  /**
   * Looks at these topics, now or when it runs again, until the next call. Flows never see what is only peeked at.
   * @returns what is known of them already
   */
  async setPeeked(topics: readonly PeekedTopic[]): Promise<readonly PeekedMessage[]> {
    this.#peeked = topics;
    return this.#state === "running" ? this.#call("setPeeked", { topics }) : [];
  }

  /** @throws PlaneError for a flow that is not deployed */
  async latestSamples(flow: string): Promise<Readonly<Record<string, NodeLive>>> {
    return this.#call("latestSamples", { flow });
  }

  /** Sends what waits, says goodbye to the brokers, saves a last checkpoint. @throws PlaneError when it died doing so */
  async stop(): Promise<void> {
    const worker = this.#worker;
    const wasRunning = this.#state === "running";
    this.#setState("stopped");
    clearTimeout(this.#restart);
    clearTimeout(this.#stable);
    if (!worker) return;
    const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    const timer = setTimeout(() => void worker.terminate(), limits.stopTimeoutMs);
    try {
      if (wasRunning) await this.#send(worker, "stop", {});
      else void worker.terminate();
      await exited;
    } finally {
      clearTimeout(timer);
    }
  }

  async #call<Name extends CallName>(call: Name, args: Calls[Name]["args"]): Promise<Calls[Name]["result"]> {
    if (this.#state !== "running" || !this.#worker) {
      throw new PlaneError("PLANE_NOT_RUNNING", `the data plane is ${this.#state}: try again in a moment`);
    }
    return this.#send(this.#worker, call, args);
  }

  #send<Name extends CallName>(
    worker: Worker,
    call: Name,
    args: Calls[Name]["args"],
  ): Promise<Calls[Name]["result"]> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (result: unknown) => void, reject });
      worker.postMessage({ id, call, args } as ToPlane);
    });
  }

  #startWorker(): Promise<void> {
    const worker = new Worker(this.#entry, { workerData: this.#settings, name: "millrace-data-plane" });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      let failure: Error | undefined;
      worker.on("message", (message: FromPlane) => {
        if (message.type === "ready") this.#bringUp(worker).then(resolve, reject);
        else if (message.type === "failed") failure = new PlaneError(message.code, message.message);
        else this.#receive(message);
      });
      worker.on("error", (error: Error) => {
        failure = error;
      });
      worker.on("exit", () => {
        this.#worker = undefined;
        clearTimeout(this.#stable);
        const error = failure ?? new Error("the data plane's thread ended");
        this.#rejectAll(error);
        reject(error);
        if (this.#state === "running" || this.#state === "restarting") this.#crashed(error);
        else if (this.#state === "starting") this.#setState("stopped");
      });
    });
  }

  /** Tells a fresh worker what the last one knew. */
  async #bringUp(worker: Worker): Promise<void> {
    for (const each of this.#flows.values()) await this.#send(worker, "deploy", each);
    if (this.#connections) await this.#send(worker, "setConnections", { connections: this.#connections });
    if (this.#watched.length > 0) await this.#send(worker, "setWatched", { flows: this.#watched });
    if (this.#peeked.length > 0) await this.#send(worker, "setPeeked", { topics: this.#peeked });
    this.#stable = setTimeout(() => {
      this.#crashes = 0;
    }, limits.stableAfterMs);
    this.#stable.unref();
  }

  #crashed(error: Error): void {
    const waitMs = Math.min(
      limits.restartLongestMs,
      limits.restartFirstMs * 2 ** Math.min(this.#crashes, 10),
    );
    this.#crashes++;
    this.#setState("restarting");
    this.emit("crash", error, waitMs);
    this.#restart = setTimeout(() => {
      // A start that fails ends the worker, and its exit comes back here.
      this.#startWorker().then(
        () => this.#setState("running"),
        (failure: Error) => this.emit("problem", `starting the data plane again: ${failure.message}`),
      );
    }, waitMs);
  }

  #receive(message: Exclude<FromPlane, { type: "ready" | "failed" }>): void {
    if (message.type === "answer" || message.type === "refusal") {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.type === "answer") pending?.resolve(message.result);
      else pending?.reject(new PlaneError(message.code, message.message));
    } else this.#announce(message);
  }

  #announce(event: PlaneEvent): void {
    switch (event.type) {
      case "telemetry":
        this.emit("telemetry", event.flow, event.nodes, event.at);
        break;
      case "status":
        this.emit("status", event.status);
        break;
      case "debug":
        this.emit("debug", event.flow, event.records, event.skipped);
        break;
      case "deadLetters":
        this.emit("deadLetters", event.letters, event.replayed);
        break;
      case "peeked":
        this.emit("peeked", event.messages);
        break;
      case "problem":
        this.emit("problem", event.text);
        break;
    }
  }

  #rejectAll(error: Error): void {
    for (const { reject } of this.#pending.values()) {
      reject(new PlaneError("PLANE_CRASHED", `the data plane has crashed: ${error.message}`));
    }
    this.#pending.clear();
  }

  #setState(state: PlaneState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.emit("state", state);
  }
}

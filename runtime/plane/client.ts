import { EventEmitter } from "node:events";
import { totalmem } from "node:os";
import { Worker } from "node:worker_threads";
import type { ReplayInput } from "../core/engine/input.ts";
import type { DeadLetter } from "../core/engine/output.ts";
import type { QuarantinedInput } from "../core/engine/quarantine.ts";
import type { FlowDocument } from "../core/flow/document.ts";
import type { DebugLine, NodeLive, PeekedMessage, PeekedTopic } from "../protocol/live.ts";
import { Blame } from "./blame.ts";
import { limits } from "./limits.ts";
import { type AtWork, Mark, MarkReader } from "./mark.ts";
import {
  type Birth,
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
  /** The worker died; it starts again from checkpoint and journal after the wait. */
  crash: [error: Error, restartInMs: number];
  /** An input has made the worker die or hang twice, and is left out. */
  quarantine: [input: QuarantinedInput];
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * The control plane's end of the data plane: starts the worker, talks to it by messages, and starts it again when it dies
 * or gives no sign of life. An input that made it do so twice is left out from then on, for the flow it happened in.
 *
 * It never waits for a data plane that restarts: what is undone by stopping a flow is remembered and done when it is back,
 * other calls are refused.
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
  /** Flows to pause or to let go on, wished for while no worker ran. */
  readonly #later = new Map<string, Wish>();
  #watched: readonly string[] = [];
  #peeked: readonly PeekedTopic[] = [];
  #crashes = 0;
  readonly #blame = new Blame();
  #watchdog: NodeJS.Timeout | undefined;
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

  /** What a deploy would do to what the flow's nodes know. */
  async previewDeploy(flow: FlowDocument): Promise<DeployPreview> {
    return this.#call("previewDeploy", { flow });
  }

  /**
   * Stops a flow and forgets its state, for good: deployed again, it starts afresh. Now or when it runs again: a new
   * worker lets go of flows that it is not told of.
   */
  async undeploy(flow: string): Promise<void> {
    this.#flows.delete(flow);
    this.#later.delete(flow);
    await this.#callOr("undeploy", { flow }, undefined);
  }

  /** Has a flow stand still, now or when it runs again; what it would receive stays in the journal. */
  async pause(flow: string): Promise<void> {
    this.#remember(flow, { call: "pause", args: { flow } });
    await this.#callOr("pause", { flow }, undefined);
  }

  /** Has a paused flow go on, with what it missed or with what comes next, now or when it runs again. */
  async resume(flow: string, missed: "catch up" | "skip"): Promise<void> {
    this.#remember(flow, { call: "resume", args: { flow, missed } });
    await this.#callOr("resume", { flow, missed }, undefined);
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

  /** Makes these the MQTT connections there are, now or when it runs again. Those that are as before stay up. */
  async setConnections(connections: readonly ConnectionSpec[]): Promise<void> {
    this.#connections = connections;
    await this.#callOr("setConnections", { connections }, undefined);
  }

  /** Telemetry and debug of these flows, now or when it runs again, until the next call. */
  async setWatched(flows: readonly string[]): Promise<void> {
    this.#watched = flows;
    await this.#callOr("setWatched", { flows }, undefined);
  }

  /**
   * Looks at these topics, now or when it runs again, until the next call. Flows never see what is only peeked at.
   * @returns what is known of them already
   */
  async setPeeked(topics: readonly PeekedTopic[]): Promise<readonly PeekedMessage[]> {
    this.#peeked = topics;
    return this.#callOr("setPeeked", { topics }, []);
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

  /** A call whose wish is remembered for the next worker: while none runs, or when this one dies over it, it is done then. */
  async #callOr<Name extends CallName>(
    call: Name,
    args: Calls[Name]["args"],
    otherwise: Calls[Name]["result"],
  ): Promise<Calls[Name]["result"]> {
    if (this.#state !== "running") return otherwise;
    try {
      return await this.#call(call, args);
    } catch (error) {
      if (error instanceof PlaneError && error.code === "PLANE_CRASHED") return otherwise;
      throw error;
    }
  }

  /** While no worker runs: what the next one is told of a flow. */
  #remember(flow: string, wish: Wish): void {
    if (this.#state !== "running") this.#later.set(flow, wish);
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
    const mark = Mark.memory();
    const reader = new MarkReader(mark);
    const birth: Birth = { mark, quarantined: this.#blame.quarantined, isCareful: this.#crashes > 0 };
    const worker = new Worker(this.#entry, {
      workerData: { ...this.#settings, ...birth },
      name: "millrace-data-plane",
      resourceLimits: { maxOldGenerationSizeMb: this.#settings.memoryMb ?? defaultMemoryMb() },
    });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      let failure: Error | undefined;
      this.#watch(reader, () => {
        failure ??= new Error(`it gave no sign of life for ${limits.silentChecksMax} seconds`);
        void worker.terminate();
      });
      worker.on("message", (message: FromPlane) => {
        if (message.type === "ready") this.#bringUp(worker).then(resolve, reject);
        else if (message.type === "failed") failure = new PlaneError(message.code, message.message);
        else this.#receive(message);
      });
      worker.on("error", (error: Error) => {
        failure ??= error;
      });
      worker.on("exit", () => {
        this.#worker = undefined;
        clearInterval(this.#watchdog);
        clearTimeout(this.#stable);
        const error = failure ?? new Error("the data plane's thread ended");
        this.#rejectAll(error);
        reject(error);
        if (this.#state === "running" || this.#state === "restarting") this.#crashed(error, reader.atWork);
        else if (this.#state === "starting") this.#setState("stopped");
      });
    });
  }

  /**
   * Counts its own checks and looks at no clock: a machine that slept, or a process that was stopped, has missed checks
   * as well as signs.
   */
  #watch(reader: MarkReader, onSilent: () => void): void {
    let beats = reader.beats;
    let silentChecks = 0;
    this.#watchdog = setInterval(() => {
      silentChecks = reader.beats === beats ? silentChecks + 1 : 0;
      beats = reader.beats;
      if (silentChecks === limits.silentChecksMax) onSilent();
    }, limits.checkMs);
    this.#watchdog.unref();
  }

  /** Tells a fresh worker what the last one knew. */
  async #bringUp(worker: Worker): Promise<void> {
    const told = [...this.#flows];
    for (const [, each] of told) await this.#send(worker, "deploy", each);
    // Stopped while the worker was told of them.
    for (const [flow] of told) if (!this.#flows.has(flow)) await this.#send(worker, "undeploy", { flow });
    for (const [flow, { call, args }] of this.#later) {
      if (this.#flows.has(flow)) await this.#send(worker, call, args);
    }
    this.#later.clear();
    if (this.#connections) await this.#send(worker, "setConnections", { connections: this.#connections });
    if (this.#watched.length > 0) await this.#send(worker, "setWatched", { flows: this.#watched });
    if (this.#peeked.length > 0) await this.#send(worker, "setPeeked", { topics: this.#peeked });
    this.#stable = setTimeout(() => {
      this.#crashes = 0;
    }, limits.stableAfterMs);
    this.#stable.unref();
  }

  #crashed(error: Error, at: AtWork | undefined): void {
    const quarantined = this.#blame.take(at, error.message);
    if (quarantined) this.emit("quarantine", quarantined);
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

type Wish = {
  [Name in "pause" | "resume"]: { readonly call: Name; readonly args: Calls[Name]["args"] };
}["pause" | "resume"];

/** Half of the machine's memory: the other half is for payloads, which lie outside of the heap, and for the rest of it. */
function defaultMemoryMb(): number {
  return Math.min(limits.memoryMbMax, Math.round(totalmem() / 2 / 1024 / 1024));
}

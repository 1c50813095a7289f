import type { Catalogue } from "../core/catalogue.ts";
import type { Engine } from "../core/engine/engine.ts";
import type { FlowDocument } from "../core/flow/document.ts";
import { compileFlow } from "../core/plan/compile.ts";
import type { Platform } from "../core/platform.ts";
import type { Checkpoints } from "./checkpoints.ts";
import { Feed } from "./feed.ts";
import { Host, type Signs } from "./host.ts";
import type { Journal } from "./journal.ts";
import { limits } from "./limits.ts";
import { type CallName, type Calls, PlaneError, type PlaneEvent, type PlaneStatus } from "./messages.ts";
import { Peek } from "./peek.ts";
import type { Inlet, Transport } from "./transport.ts";

export interface PlaneParts {
  readonly engine: Engine;
  readonly catalogue: Catalogue;
  readonly platform: Platform;
  readonly store: Checkpoints;
  readonly journal: Journal;
  /** The journal writes: a restart finds all of it. */
  readonly journaled: boolean;
  /** Inputs are stepped when they are on disk, not before. */
  readonly isCareful: boolean;
  readonly signs: Signs;
  /** ms since epoch. */
  readonly clock: () => number;
  readonly transport: (inlet: Inlet) => Transport;
  readonly post: (event: PlaneEvent) => void;
}

/**
 * The data plane: flows on an engine, fed by a transport, answering the control plane's calls. Born with the flows of its
 * last checkpoint; those the control plane has not named again by the first connections are not wanted any more.
 */
export class Plane {
  readonly #parts: PlaneParts;
  readonly #host: Host;
  readonly #feed: Feed;
  readonly #peek: Peek;
  readonly #transport: Transport;
  readonly #wanted = new Set<string>();
  #isConnected = false;
  readonly #drops = new Map<string, number>();
  readonly #timers: NodeJS.Timeout[];
  #statusDue = false;
  #counted = { inputs: 0, at: 0 };
  #inputsPerSecond = 0;

  constructor(parts: PlaneParts) {
    const { engine, clock, post } = parts;
    this.#parts = parts;
    this.#transport = parts.transport({
      message: (connection, topic, payload, retained, packetId) => {
        this.#host.add(
          packetId === undefined
            ? { kind: "mqtt", connection, topic, payload, retained }
            : { kind: "mqtt", connection, topic, payload, retained, packetId },
        );
      },
      peeked: (connection, topic, payload, retained) =>
        this.#peek.take(connection, topic, payload, retained, clock()),
      settled: (id) => this.#host.settle(id),
      statusChanged: () => this.#statusSoon(),
      dropped: (reason) => this.#drop(reason, 1),
    });
    this.#feed = new Feed({
      post,
      read: (flow) => engine.telemetry(flow),
      dropped: (reason, count) => this.#drop(reason, count),
    });
    this.#peek = new Peek(
      (topics) => this.#transport.peek(topics),
      (messages) => post({ type: "peeked", messages }),
    );
    this.#host = new Host({
      ...parts,
      compile: (flow) => this.#compile(flow),
      outside: {
        publish: (issued) => this.#transport.publish(issued),
        report: (result) => this.#feed.take(result),
        acknowledge: (connection, count) => this.#transport.acknowledge(connection, count),
        dropped: (reason) => this.#drop(reason, 1),
        congested: (isCongested) => this.#transport.congested(isCongested),
        snapshot: () => this.#transport.snapshot(),
        restore: (records) => this.#transport.restore(records),
        recall: (delivery) => this.#transport.recall(delivery),
      },
      problem: (text) => post({ type: "problem", text }),
    });
    this.#transport.subscribe(engine.subscriptions());
    this.#host.start();
    this.#timers = [
      setInterval(() => this.#feed.flush(this.#host.now), limits.telemetryMs),
      setInterval(() => this.#second(), limits.statusMs),
    ];
  }

  /** Answers a call. @throws PlaneError when it cannot be done as asked */
  async answer<Name extends CallName>(call: Name, args: Calls[Name]["args"]): Promise<Calls[Name]["result"]> {
    return this.#calls[call](args);
  }

  readonly #calls: { [Name in CallName]: (args: Calls[Name]["args"]) => Promise<Calls[Name]["result"]> } = {
    deploy: async ({ flow, version }) => {
      this.#wanted.add(flow.id);
      const { plan, diagnostics } = this.#compile(flow);
      if (!plan) return { diagnostics, kept: [], reset: [] };
      if (this.#host.roster.runs(flow, version)) {
        const fates = this.#host.roster.preview(plan).filter(({ fate, keys }) => fate === "kept" && keys > 0);
        return { diagnostics, kept: fates.map(({ node }) => node), reset: [] };
      }
      const { kept, reset } = this.#host.change({ kind: "deploy", flow, version });
      this.#transport.subscribe(this.#parts.engine.subscriptions());
      return { diagnostics, kept, reset };
    },
    previewDeploy: async ({ flow }) => {
      const { plan, diagnostics } = this.#compile(flow);
      return { diagnostics, nodes: plan ? this.#host.roster.preview(plan) : [] };
    },
    undeploy: async ({ flow }) => {
      this.#remove(flow);
      return undefined;
    },
    pause: async ({ flow }) => {
      this.#deployed(flow);
      if (!this.#host.roster.place(flow)?.paused) this.#host.change({ kind: "pause", flow });
      return undefined;
    },
    resume: async ({ flow, missed }) => {
      this.#deployed(flow);
      if (this.#host.roster.place(flow)) this.#host.change({ kind: "resume", flow, missed });
      return undefined;
    },
    inject: async ({ flow: id, node: nodeId, ...press }) => {
      const flow = this.#deployed(id);
      const node = flow.nodes.find((each) => each.id === nodeId);
      if (!node) throw new PlaneError("NODE_UNKNOWN", `the deployed flow ${id} has no node ${nodeId}`);
      if (node.disabled) throw new PlaneError("NODE_DISABLED", `the node ${nodeId} is disabled`);
      if (this.#parts.catalogue.get(node.type)?.button === undefined) {
        throw new PlaneError(
          "NODE_WITHOUT_BUTTON",
          `the node ${nodeId} (${node.type}) has no button to press`,
        );
      }
      const fault = this.#parts.engine.fault(id);
      if (fault) throw new PlaneError("FLOW_STOPPED", `the flow ${id} has stopped: ${fault.text}`);
      this.#host.add({ kind: "inject", flow: id, node: nodeId, ...press });
      return undefined;
    },
    replay: async ({ flow, letters }) => {
      this.#deployed(flow);
      if (this.#host.roster.place(flow)?.paused)
        throw new PlaneError("FLOW_PAUSED", `the flow ${flow} is paused: resume it first`);
      const taken = letters.filter((each) => this.#parts.engine.canReplay(each));
      for (const each of taken) this.#host.add(each);
      return taken.map(({ letter }) => letter);
    },
    setConnections: async ({ connections }) => {
      if (!this.#isConnected) this.#forgetUnwanted();
      await this.#transport.set(connections);
      this.#host.connected();
      return undefined;
    },
    setWatched: async ({ flows }) => {
      this.#feed.watch(flows, this.#host.now);
      return undefined;
    },
    setPeeked: async ({ topics }) => this.#peek.set(topics),
    latestSamples: async ({ flow }) => {
      this.#deployed(flow);
      return this.#feed.latest(flow, this.#host.now);
    },
    stop: async () => {
      for (const timer of this.#timers) clearInterval(timer);
      this.#peek.stop();
      // What waits still goes out, then the brokers hear goodbye, then everything is saved.
      await this.#host.quiet();
      await within(limits.lastPublishMs, this.#transport.stop());
      await this.#host.stop();
      this.#feed.flush(this.#host.now);
      this.#postStatus();
      return undefined;
    },
  };

  #compile(flow: FlowDocument) {
    return compileFlow(flow, this.#parts.catalogue, this.#parts.platform);
  }

  /** @throws PlaneError */
  #deployed(id: string): FlowDocument {
    const flow = this.#host.roster.flow(id);
    if (!flow) throw new PlaneError("FLOW_NOT_DEPLOYED", `the flow ${id} is not deployed`);
    return flow;
  }

  #remove(flow: string): void {
    this.#wanted.delete(flow);
    if (!this.#host.roster.flow(flow)) return;
    this.#host.change({ kind: "remove", flow });
    this.#transport.subscribe(this.#parts.engine.subscriptions());
  }

  /** Flows of the checkpoint that the control plane has let go of, while nobody could tell the data plane. */
  #forgetUnwanted(): void {
    this.#isConnected = true;
    for (const flow of this.#host.roster.flows) if (!this.#wanted.has(flow)) this.#remove(flow);
  }

  #second(): void {
    const at = this.#parts.clock();
    const inputs = this.#host.inputs;
    const elapsedMs = at - this.#counted.at;
    this.#inputsPerSecond =
      elapsedMs > 0 ? Math.round(((inputs - this.#counted.inputs) * 1000) / elapsedMs) : 0;
    this.#counted = { inputs, at };
    this.#postStatus();
  }

  /** Soon, and once for all that changes together. */
  #statusSoon(): void {
    if (this.#statusDue) return;
    this.#statusDue = true;
    setImmediate(() => {
      this.#statusDue = false;
      this.#postStatus();
    });
  }

  #postStatus(): void {
    const { engine, post } = this.#parts;
    const faults = engine.flows.flatMap((id) => {
      const fault = engine.fault(id);
      return fault ? [[id, fault] as const] : [];
    });
    post({
      type: "status",
      status: {
        connections: this.#transport.statuses,
        inputsPerSecond: this.#inputsPerSecond,
        lag: this.#host.lag,
        unsettled: this.#host.unsettled,
        behind: this.#behind(),
        ...(this.#host.trouble === undefined ? {} : { journalProblem: this.#host.trouble }),
        drops: {
          ...Object.fromEntries(this.#drops),
          ...(engine.unrouted > 0 ? { "no flow listens": engine.unrouted } : {}),
        },
        faults: Object.fromEntries(faults),
      },
    });
  }

  #behind(): PlaneStatus["behind"] {
    const { roster, head, now } = this.#host;
    return Object.fromEntries(
      roster.flows.flatMap((id) => {
        const place = roster.place(id);
        if (!place) return [];
        const lag = { lagInputs: head - place.at, lagMs: Math.max(0, now - place.now) };
        return [[id, { paused: place.paused, ...lag }] as const];
      }),
    );
  }

  #drop(reason: string, count: number): void {
    this.#drops.set(reason, (this.#drops.get(reason) ?? 0) + count);
  }
}

/** A broker that does not answer must not keep the last checkpoint from being saved. */
function within(ms: number, task: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    task.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

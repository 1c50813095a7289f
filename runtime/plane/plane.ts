import type { Catalogue } from "../core/catalogue.ts";
import type { Engine } from "../core/engine/engine.ts";
import type { FlowDocument } from "../core/flow/document.ts";
import { compileFlow } from "../core/plan/compile.ts";
import type { Platform } from "../core/platform.ts";
import { Feed } from "./feed.ts";
import { Host, type StateStore } from "./host.ts";
import { limits } from "./limits.ts";
import { type CallName, type Calls, PlaneError, type PlaneEvent } from "./messages.ts";
import { Peek } from "./peek.ts";
import type { Inlet, Transport } from "./transport.ts";

export interface PlaneParts {
  readonly engine: Engine;
  readonly catalogue: Catalogue;
  readonly platform: Platform;
  readonly store: StateStore;
  /** ms since epoch. */
  readonly clock: () => number;
  readonly transport: (inlet: Inlet) => Transport;
  readonly post: (event: PlaneEvent) => void;
}

/** The data plane: flows on an engine, fed by a transport, answering the control plane's calls. */
export class Plane {
  readonly #parts: PlaneParts;
  readonly #host: Host;
  readonly #feed: Feed;
  readonly #peek: Peek;
  readonly #transport: Transport;
  readonly #flows = new Map<string, FlowDocument>();
  readonly #drops = new Map<string, number>();
  readonly #timers: NodeJS.Timeout[];
  #statusDue = false;
  #counted = { inputs: 0, at: 0 };
  #inputsPerSecond = 0;

  constructor(parts: PlaneParts) {
    const { engine, clock, store, post } = parts;
    this.#parts = parts;
    this.#transport = parts.transport({
      message: (connection, topic, payload, retained, packetId) => {
        this.#host.add(
          packetId === undefined
            ? { kind: "mqtt", connection, topic, payload, retained }
            : { kind: "mqtt", connection, topic, payload, retained, packetId },
        );
        if (packetId !== undefined) this.#transport.acknowledge(connection, 1);
      },
      peeked: (connection, topic, payload, retained) =>
        this.#peek.take(connection, topic, payload, retained, clock()),
      settled: () => undefined,
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
      engine,
      store,
      clock,
      dispatch: (issued) => this.#transport.publish(issued),
      report: (result) => this.#feed.take(result),
      problem: (text) => post({ type: "problem", text }),
    });
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
    deploy: async ({ flow }) => {
      const { engine, catalogue, platform } = this.#parts;
      const { plan, diagnostics } = compileFlow(flow, catalogue, platform);
      if (!plan) return { diagnostics, kept: [], reset: [] };
      this.#host.drain();
      const { kept, reset } = engine.deploy(plan, this.#host.now);
      this.#flows.set(flow.id, flow);
      this.#host.drain();
      this.#transport.subscribe(engine.subscriptions());
      return { diagnostics, kept, reset };
    },
    undeploy: async ({ flow }) => {
      this.#host.drain();
      this.#parts.engine.remove(flow);
      this.#flows.delete(flow);
      this.#transport.subscribe(this.#parts.engine.subscriptions());
      // On disk before it is answered: a flow of this id that is deployed later must not find the old state.
      await this.#host.checkpoint();
      return undefined;
    },
    inject: async ({ flow: id, node: nodeId, ...press }) => {
      const flow = this.#flows.get(id);
      if (!flow) throw new PlaneError("FLOW_NOT_DEPLOYED", `the flow ${id} is not deployed`);
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
    setConnections: async ({ connections }) => {
      await this.#transport.set(connections);
      return undefined;
    },
    setWatched: async ({ flows }) => {
      this.#feed.watch(flows, this.#host.now);
      return undefined;
    },
    setPeeked: async ({ topics }) => this.#peek.set(topics),
    latestSamples: async ({ flow }) => {
      if (!this.#flows.has(flow))
        throw new PlaneError("FLOW_NOT_DEPLOYED", `the flow ${flow} is not deployed`);
      return this.#feed.latest(flow, this.#host.now);
    },
    stop: async () => {
      for (const timer of this.#timers) clearInterval(timer);
      this.#peek.stop();
      // What waits still goes out, then the brokers hear goodbye, then everything is saved.
      this.#host.drain();
      await this.#transport.stop();
      await this.#host.stop();
      this.#feed.flush(this.#host.now);
      this.#postStatus();
      return undefined;
    },
  };

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
        lag: this.#host.waiting,
        drops: {
          ...Object.fromEntries(this.#drops),
          ...(engine.unrouted > 0 ? { "no flow listens": engine.unrouted } : {}),
        },
        faults: Object.fromEntries(faults),
      },
    });
  }

  #drop(reason: string, count: number): void {
    this.#drops.set(reason, (this.#drops.get(reason) ?? 0) + count);
  }
}

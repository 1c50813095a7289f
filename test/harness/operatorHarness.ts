/**
 * Drives one node type by hand, inside the real engine: messages in, clock and watermark by the test, outputs out.
 * `restart()` takes a snapshot, sends it through JSON and goes on in a fresh engine.
 */
import {
  type AnyNodeType,
  config,
  defineNode,
  type Effect,
  field,
  inputsOf,
  type Message,
  type NodeStatus,
  noParams,
  outputsOf,
} from "../../runtime/core/api.ts";
import { createCatalogue } from "../../runtime/core/catalogue.ts";
import { Engine } from "../../runtime/core/engine/engine.ts";
import type { Input } from "../../runtime/core/engine/input.ts";
import type { DeadLetter, SnapshotRecord } from "../../runtime/core/engine/output.ts";
import { type FlowDocument, flowFormat } from "../../runtime/core/flow/document.ts";
import { compileFlow } from "../../runtime/core/plan/compile.ts";
import { fillDefaults } from "../../runtime/core/plan/config.ts";
import { fillTopic } from "../../runtime/core/topic/template.ts";
import { testPlatform } from "./platform.ts";

export interface SendOptions {
  readonly key?: string;
  /** Event time, ms since epoch; also moves the clock there if it is ahead. Default: the clock. */
  readonly at?: number;
  readonly topic?: string;
  /** Input port, subscription port or "button". Default: the first input, else the first subscription. */
  readonly port?: string;
  readonly params?: Readonly<Record<string, string>>;
}

export interface Output {
  readonly port: string;
  readonly payload: unknown;
  readonly key: string;
  readonly time: number;
  readonly message: Message;
}

export interface HarnessOptions {
  /** Bound on disorder of the messages sent to input ports, ms. */
  readonly maxDelayMs?: number;
  /** Where the clock starts, ms since epoch. */
  readonly startAt?: number;
  readonly errorPort?: boolean;
}

export type Harness = ReturnType<typeof createHarness>;

export function createHarness(type: AnyNodeType, nodeConfig: object, options: HarnessOptions = {}) {
  const { maxDelayMs = 0, startAt = 0, errorPort = false } = options;
  const outputs: Output[] = [];
  const effects: Effect[] = [];
  const deadLetters: DeadLetter[] = [];
  const probe = probeType(outputs);
  const feed = feedType(maxDelayMs);
  const catalogue = createCatalogue([type, probe, feed]);
  const flow = flowAround(type, nodeConfig, errorPort);
  let now = startAt;
  let position = 0;
  let engine = start([]);

  function start(records: SnapshotRecord[]): Engine {
    const next = new Engine(testPlatform);
    next.restore(records);
    const { plan, diagnostics } = compileFlow(flow, catalogue, testPlatform);
    if (!plan)
      throw new Error(`the node does not compile: ${diagnostics.map((each) => each.message).join(" ")}`);
    next.deploy(plan, now);
    return next;
  }

  function step(inputs: readonly Input[]): void {
    const result = engine.step({ now, position, inputs });
    position += inputs.length + 1;
    effects.push(...result.effects.map(({ effect }) => effect));
    deadLetters.push(...result.deadLetters);
    for (const { message } of result.debug) outputs.push(outputOf("debug", message));
  }

  function bytes(value: unknown, format: string): Uint8Array {
    const text = format === "json" ? JSON.stringify(value) : String(value);
    return value instanceof Uint8Array ? value : new TextEncoder().encode(text);
  }

  step([]);
  const complete = fillDefaults(type.config, nodeConfig);
  const inputs = inputsOf(type, complete);
  const subscriptions = type.subscriptions?.(complete) ?? [];
  return {
    /** The processing clock, ms. */
    get now() {
      return now;
    },
    send(payload: unknown, send: SendOptions = {}): void {
      const port = send.port ?? inputs[0]?.name ?? subscriptions[0]?.port ?? "button";
      const at = send.at ?? now;
      now = Math.max(now, at);
      const subscription = subscriptions.find((each) => each.port === port);
      if (port === "button") {
        step([{ kind: "inject", flow: "test", node: "node", ...(payload === undefined ? {} : { payload }) }]);
      } else if (subscription) {
        const topic = send.topic ?? fillTopic(subscription.topic, send.params ?? {}) ?? subscription.topic;
        const { connection, format } = subscription;
        step([{ kind: "mqtt", connection, topic, payload: bytes(payload, format), retained: false }]);
      } else {
        const { key = "key", topic = "test", params = noParams } = send;
        const wrapped = { port, time: isoText(at), message: { payload, key, topic, params } };
        step([
          {
            kind: "mqtt",
            connection: "harness",
            topic: "feed",
            payload: bytes(wrapped, "json"),
            retained: false,
          },
        ]);
      }
    },
    /** Moves clock and watermark to `ms`: every timer due by then has fired. */
    advanceTo(ms: number): void {
      now = Math.max(now, ms);
      step([]);
      this.watermark(ms);
    },
    /** Moves event time alone: the watermark reaches `ms`. */
    watermark(ms: number): void {
      const control = { time: isoText(ms + maxDelayMs + 1) };
      step([
        {
          kind: "mqtt",
          connection: "harness",
          topic: "feed",
          payload: bytes(control, "json"),
          retained: false,
        },
      ]);
    },
    /** What left the node since the last call, on one port or all, in order. */
    outputs(port?: string): Output[] {
      const taken = outputs.splice(0);
      return port === undefined ? taken : taken.filter((each) => each.port === port);
    },
    effects: (): Effect[] => effects.splice(0),
    deadLetters: (): DeadLetter[] => deadLetters.splice(0),
    drops: (): Readonly<Record<string, number>> => engine.telemetry("test").node!.drops,
    status: (): NodeStatus | undefined => engine.telemetry("test").node!.status,
    telemetry: () => engine.telemetry("test").node!,
    restart(): void {
      const snapshot = JSON.parse(JSON.stringify(engine.snapshot(false))) as SnapshotRecord[];
      engine = start(snapshot);
      step([]);
    },
  };
}

/** feed → node → a probe per output port. */
function flowAround(type: AnyNodeType, nodeConfig: object, errorPort: boolean): FlowDocument {
  const complete = fillDefaults(type.config, nodeConfig);
  const inputs = inputsOf(type, complete);
  const ports = outputsOf(type, complete, errorPort);
  const node = { id: "node", type: type.type, version: type.version, config: { ...nodeConfig } };
  return {
    format: flowFormat,
    id: "test",
    name: "test",
    nodes: [
      {
        id: "feed",
        type: "harness-feed",
        version: 1,
        config: { ports: inputs.map((port) => port.name) },
      },
      errorPort ? { ...node, errorPort: true } : node,
      ...ports.map((port) => ({
        id: `probe-${port.name}`,
        type: "harness-probe",
        version: 1,
        config: { port: port.name },
      })),
    ],
    wires: [
      ...inputs.map((port) => `feed.${port.name} -> node.${port.name}`),
      ...ports.map((port) => `node.${port.name} -> probe-${port.name}.in`),
    ],
    layout: {},
    tests: [],
  };
}

function feedType(maxDelayMs: number): AnyNodeType {
  return {
    ...stub("harness-feed", config({ ports: field.list(field.text({ title: "Port" }), { title: "Ports" }) })),
    outputs: (given: { ports: readonly string[] }) => given.ports.map((name) => ({ name, title: name })),
    subscriptions: () => [
      {
        port: "feed",
        connection: "harness",
        topic: "feed",
        qos: 0,
        format: "json",
        time: {
          from: "expression",
          expression: "payload.time",
          maxDelayMs,
          idleAfterMs: 1e15,
          whenIdle: "hold",
        },
        retained: false,
      },
    ],
    operator: () => ({
      onMessage({ payload, time, id }, _port, ctx) {
        const wrapped = payload as { port?: string; message?: Omit<Message, "time" | "id"> };
        if (wrapped.port && wrapped.message) ctx.emit(wrapped.port, { ...wrapped.message, time, id });
      },
    }),
  };
}

function probeType(outputs: Output[]): AnyNodeType {
  return {
    ...stub("harness-probe", config({ port: field.text({ title: "Port" }) })),
    inputs: [{ name: "in", title: "in" }],
    operator: (given: { port: string }) => ({
      onMessage(message) {
        outputs.push(outputOf(given.port, message));
      },
    }),
  };
}

function outputOf(port: string, message: Message): Output {
  const { payload, key, time } = message;
  return { port, payload, key, time, message };
}

/** Times in tests may be small numbers, which would read as seconds: ISO text is unambiguous. */
function isoText(ms: number): string {
  return new Date(ms).toISOString();
}

function stub(type: string, schema: AnyNodeType["config"]): AnyNodeType {
  return defineNode({
    type,
    version: 1,
    category: "structure",
    title: type,
    purpose: "",
    icon: "",
    config: schema,
    docs: "",
    examples: [],
    inputs: [],
    outputs: [],
    summary: () => "",
    stateVersion: 1,
    operator: () => ({ onMessage: () => undefined }),
  });
}

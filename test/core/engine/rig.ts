/** Small node types and an engine to drive by hand, for the tests of the engine itself. */
import {
  type AnyNodeType,
  config,
  defineNode,
  field,
  type Message,
  type Operator,
} from "../../../runtime/core/api.ts";
import { createCatalogue } from "../../../runtime/core/catalogue.ts";
import { Engine } from "../../../runtime/core/engine/engine.ts";
import type { Input } from "../../../runtime/core/engine/input.ts";
import type { SnapshotRecord } from "../../../runtime/core/engine/output.ts";
import { emptyFlow, type FlowDocument } from "../../../runtime/core/flow/document.ts";
import { compileFlow } from "../../../runtime/core/plan/compile.ts";
import { testPlatform } from "../../harness/platform.ts";

export type Log = string[];

export function nodeType(
  type: string,
  operator: (config: never) => Operator<never>,
  more: Partial<AnyNodeType> = {},
): AnyNodeType {
  return {
    ...defineNode({
      type,
      version: 1,
      category: "structure",
      title: type,
      purpose: "",
      icon: "",
      config: config({ label: field.optional(field.text({ title: "Label" })) }),
      docs: "",
      examples: [],
      inputs: [{ name: "in", title: "in" }],
      outputs: [{ name: "out", title: "out" }],
      summary: () => "",
      stateVersion: 1,
      operator: () => ({ onMessage: () => undefined }),
    }),
    operator: operator as unknown as AnyNodeType["operator"],
    ...more,
  };
}

export function source(type: string, time: object, topic = "in/{device}"): AnyNodeType {
  return nodeType(type, () => ({ onMessage: (message, _port, ctx) => ctx.emit("out", message) }), {
    inputs: [],
    subscriptions: () => [
      {
        port: "mqtt",
        connection: "default",
        topic,
        qos: 0,
        format: "json",
        time: time as never,
        retained: true,
      },
    ],
  });
}

export const arrival = { from: "arrival" };
export const timed = {
  from: "expression",
  expression: "payload.t",
  maxDelayMs: 0,
  idleAfterMs: 60_000,
  whenIdle: "follow",
};

/** Starts well above 1e11, below which numbers read as seconds. */
export const base = 1_800_000_000_000;

export class Rig {
  readonly log: Log = [];
  engine = new Engine(testPlatform);
  now = base;
  position = 0;
  private readonly catalogue;

  constructor(types: (log: Log) => AnyNodeType[]) {
    this.catalogue = createCatalogue(types(this.log));
  }

  deploy(
    nodes: [id: string, type: string, config?: object][],
    wires: string[],
    more: Partial<FlowDocument> = {},
  ) {
    const flow = {
      ...emptyFlow("flow", "Flow"),
      nodes: nodes.map(([id, type, given = {}]) => ({ id, type, version: 1, config: { ...given } })),
      wires,
      ...more,
    };
    const { plan, diagnostics } = compileFlow(flow, this.catalogue, testPlatform);
    if (!plan) throw new Error(JSON.stringify(diagnostics));
    return this.engine.deploy(plan, this.now);
  }

  step(inputs: Input[] = []) {
    const result = this.engine.step({ now: this.now, position: this.position, inputs });
    this.position += inputs.length + 1;
    return result;
  }

  send(payload: unknown, topic = "in/a") {
    return this.step([mqtt(topic, payload)]);
  }

  restart(): void {
    const snapshot = JSON.parse(JSON.stringify(this.engine.snapshot(false))) as SnapshotRecord[];
    this.engine = new Engine(testPlatform);
    this.engine.restore(snapshot);
  }

  taken(): string[] {
    return this.log.splice(0);
  }
}

export function mqtt(topic: string, payload: unknown): Input {
  const bytes = new TextEncoder().encode(typeof payload === "string" ? payload : JSON.stringify(payload));
  return { kind: "mqtt", connection: "default", topic, payload: bytes, retained: false };
}

export function logger(log: Log): AnyNodeType {
  return nodeType("log", (given: { label?: string }) => ({
    onMessage: (message: Message, _port, ctx) => {
      log.push(
        `${given.label ?? ""}${message.key}:${JSON.stringify(message.payload)}@${message.time - base}`,
      );
      ctx.emit("out", message);
    },
  }));
}

import { nodeTypes } from "../../nodes/index.ts";
import { createCatalogue } from "../../runtime/core/catalogue.ts";
import { Engine } from "../../runtime/core/engine/engine.ts";
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import { compileFlow } from "../../runtime/core/plan/compile.ts";
import { testPlatform } from "../harness/platform.ts";

export interface Published {
  readonly topic: string;
  readonly payload: unknown;
}

/** A flow on the real engine with a hand-driven clock: MQTT messages in, publications out. */
export class FlowRun {
  /** Everything that went wrong with a message so far; sound examples have none. */
  readonly deadLetters: unknown[] = [];
  readonly #engine = new Engine(testPlatform);
  readonly #flow: string;
  #now = 1_800_000_000_000;
  #position = 1;
  #published: Published[] = [];

  constructor(flow: FlowDocument) {
    const { plan, diagnostics } = compileFlow(flow, createCatalogue(nodeTypes), testPlatform);
    if (!plan) throw new Error(`${flow.id} does not compile: ${JSON.stringify(diagnostics)}`);
    this.#flow = flow.id;
    this.#engine.deploy(plan, this.#now);
  }

  /** A message that arrives now. */
  receive(topic: string, payload: unknown): void {
    const bytes = new TextEncoder().encode(JSON.stringify(payload));
    this.#step([{ kind: "mqtt", connection: "default", topic, payload: bytes, retained: false }]);
  }

  /** Lets time pass, in steps of a tenth of a second at most. */
  advance(ms: number): void {
    const end = this.#now + ms;
    while (this.#now < end) {
      this.#now = Math.min(this.#now + 100, end);
      this.#step([]);
    }
  }

  /** Publications since the last call. */
  published(): readonly Published[] {
    const published = this.#published;
    this.#published = [];
    return published;
  }

  /** How many messages left by a port so far. */
  count(node: string, port: string): number {
    return this.#engine.telemetry(this.#flow)[node]?.outputs[port]?.count ?? 0;
  }

  #step(inputs: Parameters<Engine["step"]>[0]["inputs"]): void {
    const result = this.#engine.step({ now: this.#now, position: this.#position, inputs });
    this.#position += 1 + inputs.length;
    this.deadLetters.push(...result.deadLetters);
    for (const { effect } of result.effects) {
      this.#published.push({ topic: effect.topic, payload: JSON.parse(effect.payload) });
    }
  }
}

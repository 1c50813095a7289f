/**
 * What the draft would do with the messages that come now: the runtime's own engine, in the page, fed with what was
 * peeked. Effects go nowhere.
 *
 * A preview is a function of the drawing and the messages kept: each new drawing starts a fresh engine and plays them
 * again in their own time, so a change shows what it means for the last messages at once.
 */
import type { Catalogue } from "../../runtime/core/catalogue.ts";
import { Engine } from "../../runtime/core/engine/engine.ts";
import type { MqttInput } from "../../runtime/core/engine/input.ts";
import type { NodeTelemetry } from "../../runtime/core/engine/output.ts";
import type { ExpressionLimits } from "../../runtime/core/expression/limits.ts";
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import type { FlowPlan } from "../../runtime/core/plan/compile.ts";
import type { Platform } from "../../runtime/core/platform.ts";
import { topicFilter } from "../../runtime/core/topic/template.ts";
import { PeekedHistory } from "./peekedHistory.ts";
import { largestValidPart } from "./validPart.ts";

/** An MQTT input with the time it arrived, ms since epoch. */
export interface PeekedInput extends Omit<MqttInput, "kind"> {
  readonly at: number;
}

export interface PreviewTopic {
  readonly connection: string;
  /** MQTT topic filter. */
  readonly filter: string;
}

export class Preview {
  readonly #catalogue: Catalogue;
  #platform: Platform;
  readonly #history = new PeekedHistory();
  #engine: Engine;
  #flow: FlowDocument | undefined;
  #now = 0;
  #position = 0;
  /** What came to each node last, also before the present drawing. */
  #inputs = new Map<string, NodeTelemetry["inputs"]>();
  #told = new Map<string, string>();

  constructor(catalogue: Catalogue, platform: Platform) {
    this.#catalogue = catalogue;
    this.#platform = platform;
    this.#engine = new Engine(platform);
  }

  /** From the next drawing on: the limits of the runtime. */
  keepTo(expressionLimits: ExpressionLimits): void {
    this.#platform = { ...this.#platform, expressionLimits };
  }

  /**
   * Previews another drawing: the largest part of it that is without mistakes.
   * @param now ms since epoch
   * @returns the topics it listens to
   */
  draw(flow: FlowDocument, now: number): readonly PreviewTopic[] {
    this.#flow = flow;
    this.#told.clear();
    this.#engine = new Engine(this.#platform);
    const messages = this.#history.inOrder();
    this.#now = Math.min(now, messages[0]?.at ?? now);
    const plan = largestValidPart(flow, this.#catalogue, this.#platform);
    if (!plan) return [];
    this.#engine.deploy(plan, this.#now);
    for (const message of messages) this.#step(message.at, message);
    this.pass(now);
    return topicsOf(plan);
  }

  /** Messages that were taken before are left out. */
  take(messages: readonly PeekedInput[]): void {
    const fresh = messages.filter((each) => this.#history.add(each));
    for (const message of fresh.toSorted((a, b) => a.at - b.at)) this.#step(message.at, message);
  }

  /** Time passes: timers fire. */
  pass(now: number): void {
    this.#step(now);
  }

  /**
   * Nodes of the drawing whose telemetry changed since the last call. One that is left out because of mistakes keeps
   * what came to it, for its expressions to be tried on while they are being written.
   */
  changed(): Readonly<Record<string, NodeTelemetry>> {
    const running = this.#flow ? this.#engine.telemetry(this.#flow.id) : {};
    const changed: Record<string, NodeTelemetry> = {};
    for (const { id } of this.#flow?.nodes ?? []) {
      const node = running[id] ?? { inputs: this.#inputs.get(id) ?? {}, outputs: {}, failed: 0, drops: {} };
      const mark = markOf(node);
      if (this.#told.get(id) === mark) continue;
      this.#told.set(id, mark);
      this.#inputs.set(id, node.inputs);
      changed[id] = node;
    }
    return changed;
  }

  #step(at: number, message?: PeekedInput): void {
    // Messages can come late, and the clocks of runtime and browser differ: time never goes back.
    this.#now = Math.max(this.#now, at);
    const inputs: MqttInput[] = message ? [{ kind: "mqtt", ...message }] : [];
    this.#engine.step({ now: this.#now, position: this.#position, inputs });
    this.#position += 1 + inputs.length;
  }
}

function topicsOf(plan: FlowPlan): readonly PreviewTopic[] {
  const found = new Map<string, PreviewTopic>();
  for (const { connection, topic } of plan.nodes.flatMap((node) => node.subscriptions)) {
    const filter = topicFilter(topic);
    found.set(`${connection}\n${filter}`, { connection, filter });
  }
  return [...found.values()];
}

/** Two with one mark look the same within one drawing: a message is known by its count. */
function markOf({ inputs, outputs, failed, lastError, drops, status }: NodeTelemetry): string {
  const ports = [inputs, outputs].map((side) => Object.values(side).map(({ count }) => count));
  return JSON.stringify([ports, failed, lastError?.at, drops, status]);
}

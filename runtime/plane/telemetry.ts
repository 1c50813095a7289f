import type { NodeTelemetry, PortTelemetry, Sample } from "../core/engine/output.ts";
import type { NodeLive, PortLive, SampleLive } from "../protocol/live.ts";
import { limits } from "./limits.ts";
import { Rate } from "./rate.ts";

/** Turns the engine's counters of one flow into what the editor shows: rates, small samples, changed nodes only. */
export class FlowTelemetry {
  readonly #rates = new Map<string, Rate>();
  readonly #sent = new Map<string, string>();

  /** Every node. @param at ms since epoch */
  all(nodes: Readonly<Record<string, NodeTelemetry>>, at: number): Record<string, NodeLive> {
    return Object.fromEntries(Object.entries(nodes).map(([id, node]) => [id, this.#live(id, node, at)]));
  }

  /** Nodes that differ from what this returned before. */
  changed(nodes: Readonly<Record<string, NodeTelemetry>>, at: number): Record<string, NodeLive> {
    const changed: Record<string, NodeLive> = {};
    for (const [id, node] of Object.entries(nodes)) {
      const live = this.#live(id, node, at);
      const mark = markOf(live);
      if (this.#sent.get(id) === mark) continue;
      this.#sent.set(id, mark);
      changed[id] = live;
    }
    return changed;
  }

  #live(id: string, node: NodeTelemetry, at: number): NodeLive {
    return {
      inputs: this.#ports(`${id}.in`, node.inputs, at),
      outputs: this.#ports(`${id}.out`, node.outputs, at),
      failed: node.failed,
      drops: node.drops,
      ...(node.lastError === undefined ? {} : { lastError: node.lastError }),
      ...(node.status === undefined ? {} : { status: node.status }),
    };
  }

  #ports(side: string, ports: Readonly<Record<string, PortTelemetry>>, at: number): Record<string, PortLive> {
    const live: Record<string, PortLive> = {};
    for (const [name, port] of Object.entries(ports)) {
      const key = `${side}.${name}`;
      let rate = this.#rates.get(key);
      if (!rate) {
        rate = new Rate();
        this.#rates.set(key, rate);
      }
      live[name] = {
        count: port.count,
        rate: rate.perSecond(port.count, at),
        ...(port.last === undefined ? {} : { last: sampleLive(port.last) }),
      };
    }
    return live;
  }
}

/** A sample for the wire; a payload that is too large is left out and its size told. */
export function sampleLive({ message, at }: Sample): SampleLive {
  const { topic, key, time, params, id } = message;
  const size = payloadSize(message.payload);
  const payload =
    size.bytes > limits.samplePayloadBytesMax ? { payloadBytes: size.bytes } : { payload: message.payload };
  return { topic, key, time, params, id, at, ...payload };
}

/** Payloads are shared and never change, so their size is worked out once. */
function payloadSize(payload: unknown): { readonly bytes: number } {
  if (typeof payload === "string") return { bytes: payload.length + 2 };
  if (typeof payload !== "object" || payload === null) return { bytes: 8 };
  const known = sizes.get(payload);
  if (known) return known;
  const size = { bytes: textLength(payload) };
  sizes.set(payload, size);
  return size;
}

/** A payload that nodes have nested or multiplied beyond what JSON can be made of must not end the data plane. */
function textLength(payload: object): number {
  try {
    return JSON.stringify(payload).length;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return textLengthMax;
  }
}

/** What V8 can hold in one text. */
const textLengthMax = 2 ** 29 - 24;

const sizes = new WeakMap<object, { readonly bytes: number }>();

/** Two lives with one mark look the same. A sample is known by its count, so payloads need no comparing. */
function markOf(live: NodeLive): string {
  const ports = [live.inputs, live.outputs].map((side) =>
    Object.values(side).map((port) => [port.count, port.rate]),
  );
  return JSON.stringify([ports, live.failed, live.lastError?.at, live.drops, live.status]);
}

/** The engine alone, without sockets or journal: a source, one operator, and readings of devices as bytes. */
import { nodeTypes } from "../../nodes/index.ts";
import { createCatalogue } from "../../runtime/core/catalogue.ts";
import { Engine } from "../../runtime/core/engine/engine.ts";
import type { MqttInput } from "../../runtime/core/engine/input.ts";
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import { compileFlow } from "../../runtime/core/plan/compile.ts";
import { platform } from "../../runtime/plane/platform.ts";

const catalogue = createCatalogue(nodeTypes);

/** A source on one root topic, and one operator, fed at some of its ports in turn of the devices. */
export interface Flow {
  readonly id: string;
  readonly root: string;
  readonly type: string;
  readonly config: object;
  /** Device d is heard at port d modulo their number. */
  readonly ports: readonly string[];
}

export function engineOf(flows: readonly Flow[], now: number): Engine {
  const engine = new Engine(platform);
  for (const each of flows) {
    const { plan, diagnostics } = compileFlow(documentOf(each), catalogue, platform);
    if (!plan) throw new Error(`${each.type}: ${diagnostics[0]?.message}`);
    engine.deploy(plan, now);
  }
  return engine;
}

export function reading(root: string, device: number | string, value: number): MqttInput {
  const payload = Buffer.from(String(value));
  return { kind: "mqtt", connection: "bench", topic: `${root}/${device}`, payload, retained: false };
}

function documentOf({ id, root, type, config, ports }: Flow): FlowDocument {
  const sources = ports.map((port) => ({ id: `source-${port}`, topic: topicOf(root, port, ports) }));
  return {
    format: 1,
    id,
    name: id,
    nodes: [
      ...sources.map(({ id: source, topic }) => ({
        id: source,
        type: "mqtt-in",
        version: 1,
        config: { topic, format: "number", connection: "bench" },
      })),
      { id: "operator", type, version: 1, config: { ...config } },
    ],
    wires: ports.map((port) => `source-${port}.out -> operator.${port}`),
    layout: {},
    tests: [],
  };
}

/** With one port `in/{device}`, else `in/left/{device}`. */
function topicOf(root: string, port: string, ports: readonly string[]): string {
  return ports.length === 1 ? `${root}/{device}` : `${root}/${port}/{device}`;
}

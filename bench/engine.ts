/** The engine alone, without sockets: what operators cost, and what a thousand idle flows cost the one that works. */
import { nodeTypes } from "../nodes/index.ts";
import { createCatalogue } from "../runtime/core/catalogue.ts";
import { Engine } from "../runtime/core/engine/engine.ts";
import type { MqttInput } from "../runtime/core/engine/input.ts";
import type { FlowDocument } from "../runtime/core/flow/document.ts";
import { compileFlow } from "../runtime/core/plan/compile.ts";
import { platform } from "../runtime/plane/platform.ts";

const catalogue = createCatalogue(nodeTypes);
const warmUpMs = 500;
const measureMs = 1500;
const keys = 100;
const batchInputs = 256;
/** The clock of the test runs this fast: 100 keys with a reading every 100 ms each. */
const msPerBatch = batchInputs;

type Step = readonly [type: string, config: Record<string, unknown>];

const tumbling: Step = ["window", { size: "1 min", aggregates: average() }];
const sliding: Step = ["window", { size: "1 h", hop: "1 s", aggregates: average() }];
const threshold: Step = ["threshold", { value: "payload", when: "above", setPoint: 25 }];

const oneFlow = nsPerMessage([flow("f", "in", threshold)]);
const rows: [string, string, string][] = [["messages/s, one core", "", "at least"]];
rows.push(["threshold", perSecond(oneFlow), "1,000,000"]);
const tumblingNs = nsPerMessage([flow("f", "in", tumbling)]);
rows.push(["window 1 min", perSecond(tumblingNs), "1,000,000"]);
const slidingNs = nsPerMessage([flow("f", "in", sliding)]);
rows.push(["window 1 h by 1 s", perSecond(slidingNs), ""]);
rows.push(["cost as ratio", "", "at most"]);
rows.push(["window 1 h by 1 s / 1 min", (slidingNs / tumblingNs).toFixed(2), "3"]);
const thousand = Array.from({ length: 1000 }, (_, index) =>
  flow(`f${index}`, index === 0 ? "in" : `idle${index}`, threshold),
);
rows.push(["1,000 flows, one matches / 1 flow", (nsPerMessage(thousand) / oneFlow).toFixed(2), "1.2"]);
for (const [name, value, bound] of rows)
  console.log(name.padEnd(36) + value.padStart(12) + bound.padStart(12));

function average(): unknown {
  return [{ name: "avg", function: "avg", value: "payload" }];
}

/** A source on one root topic, and one operator. */
function flow(id: string, root: string, [type, config]: Step): FlowDocument {
  const source = { topic: `${root}/{device}`, format: "number", connection: "bench" };
  return {
    format: 1,
    id,
    name: id,
    nodes: [
      { id: "source", type: "mqtt-in", version: 1, config: source },
      { id: "operator", type, version: 1, config },
    ],
    wires: ["source.out -> operator.in"],
    layout: {},
    tests: [],
  };
}

function nsPerMessage(flows: readonly FlowDocument[]): number {
  const engine = new Engine(platform);
  let now = Date.UTC(2026, 0, 5);
  for (const each of flows) {
    const { plan, diagnostics } = compileFlow(each, catalogue, platform);
    if (!plan) throw new Error(diagnostics[0]?.message);
    engine.deploy(plan, now);
  }
  const inputs = Array.from({ length: keys * 20 }, (_, index) => reading(index));
  let position = 0;
  let messages = 0;
  const run = (forMs: number) => {
    messages = 0;
    const began = performance.now();
    while (performance.now() - began < forMs) {
      const from = messages % (inputs.length - batchInputs);
      now += msPerBatch;
      engine.step({ now, position, inputs: inputs.slice(from, from + batchInputs) });
      engine.nextTimerAt();
      position += 1 + batchInputs;
      messages += batchInputs;
    }
    return ((performance.now() - began) * 1e6) / messages;
  };
  run(warmUpMs);
  return run(measureMs);
}

function reading(index: number): MqttInput {
  const payload = Buffer.from(String(20 + (Math.floor(index / keys) % 10) + (index % 7) / 10));
  return { kind: "mqtt", connection: "bench", topic: `in/dev-${index % keys}`, payload, retained: false };
}

function perSecond(ns: number): string {
  return Math.round(1e9 / ns).toLocaleString("en");
}

/** A restart after kill −9: from the start of the data plane to flows that process again, with a million keyed states. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeTypes } from "../nodes/index.ts";
import { CheckpointStore } from "../runtime/checkpoint/store.ts";
import { createCatalogue } from "../runtime/core/catalogue.ts";
import { Engine } from "../runtime/core/engine/engine.ts";
import type { Input } from "../runtime/core/engine/input.ts";
import { type FlowDocument, flowFormat } from "../runtime/core/flow/document.ts";
import { compileFlow } from "../runtime/core/plan/compile.ts";
import { Journal } from "../runtime/journal/journal.ts";
import { DataPlane } from "../runtime/plane/client.ts";
import { platform } from "../runtime/plane/platform.ts";

const keys = 1_000_000;
/** Behind the checkpoint: a second of a fast stream. */
const replayed = 100_000;
const perBatch = 256;

/** One state per key: half of them wait for a timer. */
const flow: FlowDocument = {
  format: flowFormat,
  id: "restart",
  name: "restart",
  nodes: [
    { id: "in", type: "mqtt-in", version: 1, config: { topic: "in/{device}", format: "number" } },
    {
      id: "hot",
      type: "threshold",
      version: 1,
      config: { value: "payload", when: "above", setPoint: 26, clearPoint: 25, for: "1 h" },
    },
  ],
  wires: ["in.out -> hot.in"],
  layout: {},
  tests: [],
};

const folder = mkdtempSync(join(tmpdir(), "millrace-bench-"));
try {
  await prepare();
  await measure();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function inputOf(n: number): Input {
  const payload = Buffer.from(n % 2 === 0 ? "20" : "27");
  return { kind: "mqtt", connection: "default", topic: `in/device-${n % keys}`, payload, retained: false };
}

async function prepare(): Promise<void> {
  const engine = new Engine(platform);
  const { plan, diagnostics } = compileFlow(flow, createCatalogue(nodeTypes), platform);
  if (!plan) throw new Error(diagnostics[0]?.message);
  const now = Date.now();
  engine.deploy(plan, now);
  let position = 0;
  const batches = (count: number, take: (inputs: Input[]) => void) => {
    for (let n = 0; n < count; n += perBatch) {
      const inputs = Array.from({ length: Math.min(perBatch, count - n) }, (_, index) => inputOf(n + index));
      take(inputs);
      position += 1 + inputs.length;
    }
  };
  batches(keys, (inputs) => engine.step({ now, position, inputs }));
  const store = new CheckpointStore(join(folder, "checkpoint"));
  await store.save(
    {
      state: engine.snapshot(false),
      flows: [{ address: [flow.id], value: { flow, version: 1 } }],
      outbox: [],
      deliveries: [],
    },
    { position, now, journaled: true },
  );
  await store.close();
  const journal = openJournal();
  batches(replayed, (inputs) => journal.append({ now, position, inputs }));
  await journal.close();
}

async function measure(): Promise<void> {
  const { files, ...options } = journalOptions();
  const plane = new DataPlane(new URL("../runtime/worker.js", import.meta.url), {
    checkpointFolder: join(folder, "checkpoint"),
    journal: { folder: files, ...options },
  });
  const began = performance.now();
  const cpu = process.cpuUsage();
  await plane.start();
  const { kept } = await plane.deploy(flow, 1);
  const tookMs = performance.now() - began;
  if (kept.length === 0) throw new Error("the flow did not go on");
  const { user, system } = process.cpuUsage(cpu);
  console.log(`its processor time, ms             ${((user + system) / 1000).toFixed(0).padStart(8)}`);
  await plane.stop();
  console.log(`restart with ${keys} states, ms   ${tookMs.toFixed(0).padStart(8)}   at most 5000`);
}

function journalOptions() {
  return { files: join(folder, "journal"), mode: "sync", ageMsMax: 3_600_000, sizeBytesMax: 4e9 } as const;
}

function openJournal(): Journal {
  return new Journal({ ...journalOptions(), notice: (text) => console.log(text) });
}

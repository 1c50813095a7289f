/**
 * The reference flow, MQTT → JSONata transform → threshold → MQTT, through real sockets, against a hand-written loop over
 * MQTT.js in the same run. Load and sink are one thread, the client under test is another; the ratios carry from machine
 * to machine, the rates do not. There is no journal yet: checkpoints once a second are in.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { DataPlane } from "../runtime/plane/client.ts";
import { runRawLoop } from "./load/rawLoop.ts";
import { referenceFlow } from "./load/reading.ts";
import { type LoadResult, LoadServer, type LoadSettings } from "./load/server.ts";

type Role = { role: "load"; settings: LoadSettings } | { role: "raw"; port: number; qos: 0 | 1 };

const warmUpMs = 1000;
const measureMs = 2500;
/** Of ten messages one makes an output, see reading.ts. */
const messagesPerOutput = 10;

if (isMainThread) await compare();
else await play(workerData as Role);

async function compare(): Promise<void> {
  console.log("messages/s, best of two      raw MQTT.js    Millrace    ratio   at least");
  for (const [qos, least] of [
    [0, 0.75],
    [1, 0.85],
  ] as const) {
    const settings = { qos, perSecond: 0, perPhase: 10 };
    let raw = 0;
    let ours = 0;
    for (let round = 0; round < 2; round++) {
      raw = Math.max(raw, rateOf(await measureRaw(settings)));
      ours = Math.max(ours, rateOf(await measureOurs(settings)));
    }
    const ratio = (ours / raw).toFixed(2);
    console.log(`QoS ${qos}                      ${column(raw)}${column(ours)}    ${ratio}     ${least}`);
  }
  const paced = { qos: 0, perSecond: 5000, perPhase: 1 } as const;
  console.log("reading to command at 5,000 messages/s, ms           p50     p99");
  for (const [name, measure] of [
    ["raw MQTT.js", measureRaw],
    ["Millrace", measureOurs],
  ] as const) {
    const { latencies } = await measure(paced);
    const at = (share: number) => (latencies[Math.floor(latencies.length * share)] ?? Number.NaN).toFixed(2);
    console.log(`${name.padEnd(48)}${at(0.5).padStart(8)}${at(0.99).padStart(8)}`);
  }
}

function rateOf({ outputs, elapsedMs }: LoadResult): number {
  return (outputs * messagesPerOutput * 1000) / elapsedMs;
}

function column(value: number): string {
  return Math.round(value).toLocaleString("en").padStart(12);
}

async function measureRaw(settings: LoadSettings): Promise<LoadResult> {
  const load = await startLoad(settings);
  const role: Role = { role: "raw", port: load.port, qos: settings.qos };
  const raw = new Worker(new URL(import.meta.url), { workerData: role });
  const result = await load.measure();
  await raw.terminate();
  await load.stop();
  return result;
}

async function measureOurs(settings: LoadSettings): Promise<LoadResult> {
  const load = await startLoad(settings);
  const folder = mkdtempSync(join(tmpdir(), "millrace-bench-"));
  const plane = new DataPlane(new URL("../runtime/worker.js", import.meta.url), { checkpointFolder: folder });
  await plane.start();
  const { diagnostics } = await plane.deploy(referenceFlow(settings.qos), 1);
  if (diagnostics.length > 0) throw new Error(`the reference flow: ${diagnostics[0]?.message}`);
  const url = `mqtt://127.0.0.1:${load.port}`;
  const config = { name: "bench", url, protocol: "3.1.1", keepaliveS: 60, persistentSession: false } as const;
  await plane.setConnections([{ config, secrets: {}, embedded: false }]);
  const result = await load.measure();
  await plane.stop();
  await load.stop();
  rmSync(folder, { recursive: true, force: true });
  return result;
}

interface Load {
  readonly port: number;
  measure(): Promise<LoadResult>;
  stop(): Promise<unknown>;
}

async function startLoad(settings: LoadSettings): Promise<Load> {
  const role: Role = { role: "load", settings };
  const worker = new Worker(new URL(import.meta.url), { workerData: role });
  const next = <T>() => new Promise<T>((resolve) => worker.once("message", resolve));
  const port = await next<number>();
  return {
    port,
    measure: async () => {
      await new Promise((resolve) => setTimeout(resolve, warmUpMs));
      worker.postMessage("reset");
      await new Promise((resolve) => setTimeout(resolve, measureMs));
      const result = next<LoadResult>();
      worker.postMessage("result");
      return result;
    },
    stop: () => worker.terminate(),
  };
}

async function play(role: Role): Promise<void> {
  if (role.role === "raw") {
    runRawLoop(role.port, role.qos);
    return;
  }
  const load = new LoadServer(role.settings);
  parentPort!.on("message", (message: "reset" | "result") => {
    if (message === "reset") load.reset();
    else parentPort!.postMessage(load.result());
  });
  parentPort!.postMessage(await load.start());
}

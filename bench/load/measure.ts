/**
 * One client under load through real sockets: load and sink are one thread, the client is another. A benchmark's file is
 * the entry of these threads too: it calls {@link playRole} when it is not the main thread.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { DataPlane } from "../../runtime/plane/client.ts";
import { runRawLoop } from "./rawLoop.ts";
import { referenceFlow } from "./reading.ts";
import { type LoadResult, LoadServer, type LoadSettings } from "./server.ts";

type Role =
  | { readonly role: "load"; readonly settings: LoadSettings }
  | { readonly role: "raw"; readonly port: number; readonly qos: 0 | 1 };

export type Measure = (entry: URL, settings: LoadSettings) => Promise<LoadResult>;

const warmUpMs = 700;
const measureMs = 1300;

/** The hand-written loop over MQTT.js. */
export async function measureRaw(entry: URL, settings: LoadSettings): Promise<LoadResult> {
  const load = await startLoad(entry, settings);
  const raw = startRole(entry, { role: "raw", port: load.port, qos: settings.qos });
  const result = await load.measure();
  await raw.terminate();
  await load.stop();
  return result;
}

/** The reference flow in the data plane. */
export async function measureMillrace(entry: URL, settings: LoadSettings): Promise<LoadResult> {
  const load = await startLoad(entry, settings);
  const folder = mkdtempSync(join(tmpdir(), "millrace-bench-"));
  const plane = new DataPlane(new URL("../runtime/worker.js", entry), {
    checkpointFolder: join(folder, "checkpoint"),
    journal: { folder: join(folder, "journal"), mode: "sync", ageMsMax: 3_600_000, sizeBytesMax: 4e9 },
  });
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

/** What a thread of a benchmark does that is not its main one. */
export async function playRole(): Promise<void> {
  const role = workerData as Role;
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

interface Load {
  readonly port: number;
  measure(): Promise<LoadResult>;
  stop(): Promise<unknown>;
}

async function startLoad(entry: URL, settings: LoadSettings): Promise<Load> {
  const worker = startRole(entry, { role: "load", settings });
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

function startRole(entry: URL, role: Role): Worker {
  return new Worker(entry, { workerData: role });
}

/**
 * The command line: starts the parts in order, and stops them in the other. With runtime/start/, which brings the parts
 * together, the only one that knows everybody. Nobody imports this file.
 */
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { RootDatabase } from "lmdb";
import type { BuildingWorkerData } from "../examples/building/worker.ts";
import { demoFlowDocuments } from "../examples/documents.ts";
import { version } from "../package.json";
import { limits } from "./api/limits.ts";
import { closeServer, ListenError, listen } from "./api/listen.ts";
import { type Config, isLoopback, parseCommandLine } from "./config.ts";
import { KeyError } from "./connections/cipher.ts";
import type { FlowDocument } from "./core/flow/document.ts";
import { parseFlowText } from "./core/flow/parse.ts";
import { openDatabase } from "./data/database.ts";
import { type DataFolder, DataFolderError, openDataFolder } from "./data/folder.ts";
import type { Flows } from "./flows/flows.ts";
import { deployFlowFolder, FlowFolderError } from "./flows/folder.ts";
import { type Part, StartError, stopParts, toldToStop } from "./lifecycle.ts";
import { LiveServer } from "./live/server.ts";
import type { DataPlane } from "./plane/client.ts";
import { PlaneError } from "./plane/messages.ts";
import { createControlApp } from "./start/app.ts";
import { startBroker } from "./start/broker.ts";
import { assemble } from "./start/control.ts";
import { banner } from "./telemetry/banner.ts";
import { createLog, type Log } from "./telemetry/log.ts";

/** Beside the built file: the worker threads in dist/runtime, the editor in dist/editor. */
const beside = (path: string) => new URL(path, import.meta.url);

main();

function main(): void {
  const line = parseCommandLine(process.argv.slice(2), process.env, process.cwd());
  if (line.kind === "help") {
    process.stdout.write(line.text);
  } else if (line.kind === "mistake") {
    process.stderr.write(`millrace: ${line.message}\n`);
    process.exitCode = 2;
  } else {
    void run(line.config);
  }
}

/** Runs until a signal, then ends the process. */
async function run(config: Config): Promise<void> {
  const log = createLog((text) => process.stdout.write(text), Date.now);
  for (const secret of [config.token, config.password, config.secret, config.mqtt?.password]) {
    if (secret !== undefined) log.hide(secret);
  }
  const parts: Part[] = [];
  const told = toldToStop(log);
  // Whatever else fails in a start that was told to stop is of no interest.
  const failure = await Promise.race([start(config, log, parts).then(() => undefined, asError), told]);
  const failed = failure instanceof Error;
  if (failed && isExplained(failure)) process.stderr.write(`millrace: ${failure.message}\n`);
  else if (failed) log.error("Millrace cannot start", failure);
  const code = failed ? 1 : await told;
  await stopParts(parts, log);
  if (code === 0) log.info("Stopped.");
  process.exit(code);
}

function isExplained(error: Error): boolean {
  return [StartError, DataFolderError, FlowFolderError, KeyError, ListenError].some(
    (each) => error instanceof each,
  );
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}

async function start(config: Config, log: Log, parts: Part[]): Promise<void> {
  const folder = openDataFolder(config.dataDir);
  parts.push({ name: "data folder", stop: () => folder.release() });
  const database = openDatabase(folder.controlPath);
  parts.push({ name: "database", stop: () => database.close() });
  const brokerUrl =
    config.mqtt?.url ?? (await startBroker(config, beside("./broker.js"), folder.brokerPath, log, parts));
  const control = assemble({
    config,
    log,
    folder,
    database,
    brokerUrl,
    worker: beside("./worker.js"),
    now: Date.now,
  });
  const { plane, flows, connections, access } = control;

  const server = createServer(
    { requestTimeout: limits.requestTimeoutMs },
    createControlApp(control, fileURLToPath(beside("../editor")), log),
  );
  const live = new LiveServer(server, control.hub, access, (what, error) => log.error(what, error));
  const port = await listen(server, config.host, config.port);
  access.setPort(port);
  parts.push({ name: "HTTP server", stop: () => closeServer(server) });
  parts.push({ name: "live feed", stop: () => live.stop() });

  parts.push({ name: "data plane", stop: () => plane.stop() });
  await startPlane(plane, folder);
  await flows.deployments.resume();
  if (config.flowsDir) await deployFlowFolder(config.flowsDir, parseFlowText, flows.deployments, log);
  if (config.demo) await giveDemoFlows(flows, database);
  control.resumed = true;
  // Only now: a broker may have kept messages for us, and each must find its flow.
  control.applyConnections(connections.all());
  for (const each of flows.list().filter((flow) => flow.live && flow.problem)) {
    log.warn(`The flow "${each.name}" does not run. ${each.problem}`);
  }
  if (!isLoopback(config.host)) {
    log.warn(
      `${config.host} is reached without encryption. On a network you do not trust, put a TLS proxy in front.`,
    );
  }
  if (config.demo) parts.push(startBuilding(brokerUrl, log));
  process.stdout.write(banner({ ...config, port, version, brokerUrl, linkToken: access.createLinkToken() }));
}

/** Once, and never over flows of somebody's own: whoever deletes one does not find it again after a restart. */
async function giveDemoFlows(flows: Flows, database: RootDatabase): Promise<void> {
  const meta = database.openDB<boolean, string>({ name: "meta", encoding: "json" });
  if (meta.get("demoGiven")) return;
  if (flows.list().length === 0) {
    for (const flow of demoFlowDocuments) await flows.deployments.deployDocument(flow as FlowDocument);
  }
  meta.putSync("demoGiven", true);
}

async function startPlane(plane: DataPlane, folder: DataFolder): Promise<void> {
  try {
    await plane.start();
  } catch (error) {
    if (!(error instanceof PlaneError)) throw error;
    throw new StartError(`The data plane does not start on ${folder.planePath}: ${error.message}.`);
  }
}

/** A simulated building whose devices talk to the embedded broker like real ones. */
function startBuilding(url: string, log: Log): Part {
  const worker = new Worker(beside("./building.js"), {
    workerData: { url } satisfies BuildingWorkerData,
    name: "demo-building",
  });
  worker.on("error", (error) => log.error("The simulated building stopped; the rest runs on", error));
  const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  return {
    name: "demo building",
    stop: () => {
      worker.postMessage("stop");
      return exited;
    },
  };
}

/**
 * Composition root of the control plane, and the command line: brings the parts together, starts them in order, and
 * stops them in the other. Nobody imports this file.
 */
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Express } from "express";
import type { RootDatabase } from "lmdb";
import type { BuildingWorkerData } from "../examples/building/worker.ts";
import { demoFlowDocuments, templateDocuments } from "../examples/documents.ts";
import { nodeTypes } from "../nodes/index.ts";
import { version } from "../package.json";
import { createApp } from "./api/app.ts";
import { editorFiles } from "./api/editorFiles.ts";
import { limits } from "./api/limits.ts";
import { closeServer, ListenError, listen } from "./api/listen.ts";
import { describeNodes } from "./api/nodeDescriptions.ts";
import { Access } from "./auth/access.ts";
import { isLoggedIn, loginRoutes } from "./auth/loginRoutes.ts";
import { Sessions } from "./auth/sessions.ts";
import { BrokerError, EmbeddedBroker } from "./broker/embeddedBroker.ts";
import { type Config, isLoopback, parseCommandLine } from "./config.ts";
import { builtinConnection } from "./connections/builtin.ts";
import { connectionDiagnostics } from "./connections/check.ts";
import { createCipher, KeyError, keyFromFile, keyFromSecret } from "./connections/cipher.ts";
import { type Connection, Connections } from "./connections/connections.ts";
import { createCatalogue } from "./core/catalogue.ts";
import { hasErrors } from "./core/diagnostic.ts";
import type { FlowDocument } from "./core/flow/document.ts";
import { parseFlow, parseFlowText } from "./core/flow/parse.ts";
import { fillDefaults } from "./core/plan/config.ts";
import { validateFlow } from "./core/plan/validate.ts";
import { openDatabase } from "./data/database.ts";
import { type DataFolder, DataFolderError, openDataFolder } from "./data/folder.ts";
import { Flows } from "./flows/flows.ts";
import { deployFlowFolder, FlowFolderError } from "./flows/folder.ts";
import { FlowStore } from "./flows/store.ts";
import { type Part, stopParts, toldToStop } from "./lifecycle.ts";
import { LiveHub } from "./live/hub.ts";
import { LiveServer } from "./live/server.ts";
import { DataPlane } from "./plane/client.ts";
import { PlaneError } from "./plane/messages.ts";
import { platform } from "./plane/platform.ts";
import type { Template } from "./protocol/http.ts";
import { Refusal } from "./protocol/refusal.ts";
import { banner } from "./telemetry/banner.ts";
import { ConnectionLog } from "./telemetry/connectionLog.ts";
import { DeadLetters } from "./telemetry/deadLetters.ts";
import { createLog, type Log } from "./telemetry/log.ts";
import { StatusBoard } from "./telemetry/statusBoard.ts";

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

/** What went wrong and what to do, for the person who started it. */
class StartError extends Error {}

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
  const brokerUrl = config.mqtt?.url ?? (await startBroker(config, folder.brokerPath, log, parts));
  const control = assemble(config, log, folder, database, brokerUrl);
  const { plane, flows, connections, access } = control;

  const server = createServer({ requestTimeout: limits.requestTimeoutMs }, createControlApp(control, log));
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

/** The parts of the control plane, wired to each other and to the data plane, not started yet. */
interface Control {
  readonly plane: DataPlane;
  readonly flows: Flows;
  readonly connections: Connections;
  readonly applyConnections: (connections: readonly Connection[]) => void;
  readonly letters: DeadLetters;
  readonly board: StatusBoard;
  readonly hub: LiveHub;
  readonly access: Access;
  /** The flows that were live at the end of the last run are deployed. */
  resumed: boolean;
}

function assemble(
  config: Config,
  log: Log,
  folder: DataFolder,
  database: RootDatabase,
  brokerUrl: string,
): Control {
  const settings = {
    checkpointFolder: folder.planePath,
    journal: { folder: folder.journalPath, ...config.journal },
    expressionLimits: config.expressionLimits,
  };
  const plane = new DataPlane(beside("./worker.js"), settings);
  const letters = new DeadLetters(database);
  const board = new StatusBoard(Date.now, () => letters.total, config.expressionLimits);
  const hub: LiveHub = new LiveHub({
    setWatched: (watched) => tellPlane("choosing what to sample failed", plane.setWatched(watched), log),
    samples: (flow) => plane.latestSamples(flow).catch(whileDown({})),
    setPeeked: (topics) => plane.setPeeked(topics).catch(whileDown([])),
    status: () => board.report(),
    now: Date.now,
    report: (what, error) => log.error(what, error),
  });
  const check = (flow: FlowDocument) =>
    connectionDiagnostics(flow, new Set(connections.list().map((each) => each.config.name)));
  const catalogue = createCatalogue(nodeTypes);
  const flows = new Flows({
    store: new FlowStore(database),
    checks: {
      parse: parseFlow,
      validate: (flow) => [...validateFlow(flow, catalogue, platform), ...check(flow)],
    },
    host: {
      deploy: async (flow, number) => {
        const outcome = await answered(plane.deploy(flow, number));
        if (!hasErrors(outcome.diagnostics)) log.info(`"${flow.name}" runs as version ${number}.`);
        return { ...outcome, diagnostics: [...outcome.diagnostics, ...check(flow)] };
      },
      undeploy: async (flow) => {
        await answered(plane.undeploy(flow));
        log.info(`The flow "${flow}" is stopped.`);
      },
    },
    now: Date.now,
    onChange: (flow) => hub.flowChanged(flow),
  });
  const applyConnections = (all: readonly Connection[]) => {
    for (const secret of all.flatMap((each) => Object.values(each.secrets))) log.hide(secret);
    board.setConnections(all.map(({ config: { name, url }, embedded }) => ({ name, url, embedded })));
    tellPlane("setting the connections failed", plane.setConnections(all), log);
  };
  const connections: Connections = new Connections({
    database,
    cipher: createCipher(config.secret ? keyFromSecret(config.secret) : keyFromFile(folder.keyFile)),
    builtin: builtinConnection(brokerUrl, config.mqtt),
    usersOf: (name) => flows.usersOf(name),
    apply: async (all) => applyConnections(all),
  });
  const access = new Access({
    sessions: new Sessions(database, Date.now),
    loopback: isLoopback(config.host),
    ...(config.token ? { token: config.token } : {}),
    ...(config.password ? { password: config.password } : {}),
  });
  const services = { plane, flows, connections, letters, board, hub, access };
  const control = { ...services, applyConnections, resumed: false };
  follow(control, log);
  return control;
}

/** What the data plane reports, to whom it concerns. */
function follow(control: Control, log: Log): void {
  const { plane, flows, letters, board, hub } = control;
  const connectionLog = new ConnectionLog(log);
  plane.on("state", (state) => {
    board.setState(state);
    hub.status();
    if (state === "running" && control.resumed) {
      flows.deployments
        .resume()
        .catch((error: unknown) => log.error("Deploying what a restart missed failed", error));
    }
  });
  plane.on("status", (status) => {
    board.setPlane(status);
    connectionLog.update(status.connections);
    const faults = Object.entries(status.faults).map(
      ([flow, { node, text }]) => [flow, `${node}: ${text}`] as const,
    );
    flows.deployments.setFaults(new Map(faults));
    hub.status();
  });
  plane.on("telemetry", (flow, nodes, at) => hub.telemetry(flow, at, nodes));
  plane.on("debug", (flow, records, skipped) => hub.debug(flow, records, skipped));
  plane.on("deadLetters", (received) => {
    letters.add(received).then(
      () => hub.deadLetters(letters.total),
      (error) => log.error("Keeping dead letters failed", error),
    );
  });
  plane.on("peeked", (messages) => hub.peeked(messages));
  plane.on("problem", (text) => log.warn(text));
  plane.on("quarantine", ({ position, flow, node, cause }) => {
    log.error(
      `The data plane has crashed twice at input ${position}, in node "${node}" of the flow "${flow}": ${cause}. The input is left out for this flow; it is among the dead letters`,
    );
  });
  plane.on("crash", (error, restartInMs) => {
    const text = `The data plane crashed and starts again in ${restartInMs / 1000} s from checkpoint and journal`;
    log.error(text, error);
  });
}

function createControlApp(control: Control, log: Log): Express {
  const { plane, flows, connections, letters, board, hub, access } = control;
  return createApp({
    services: {
      flows,
      connections,
      plane: {
        status: () => board.report(),
        samples: (flow) => answered(plane.latestSamples(flow)),
        inject: (flow, node, payload) => answered(plane.inject(flow, node, payload)),
        deadLetters: async (limit) => letters.list(limit),
        clearDeadLetters: async () => {
          await letters.clear();
          hub.deadLetters(letters.total);
        },
      },
      nodes: describeNodes(nodeTypes, (type) => fillDefaults(type.config, {})),
      templates: templateDocuments as readonly Template[],
      unready: () => {
        if (board.state !== "running") return `The data plane is ${board.state}.`;
        return control.resumed ? flows.problem : "The flows are being deployed.";
      },
    },
    gate: access,
    login: loginRoutes(access),
    editor: editorFiles(fileURLToPath(beside("../editor")), (request) => isLoggedIn(access, request)),
    version,
    report: (what, error) => log.error(what, error),
  });
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

/** A data plane that is down is told everything again by its client when it is back. */
function tellPlane(what: string, task: Promise<unknown>, log: Log): void {
  task.catch((error: unknown) => {
    if (!(error instanceof PlaneError)) log.error(what, error);
  });
}

/** A flow that is not deployed has no samples; a data plane that restarts reports and peeks again by itself. */
function whileDown<Nothing>(nothing: Nothing): (error: unknown) => Nothing {
  return (error) => {
    if (error instanceof PlaneError) return nothing;
    throw error;
  };
}

/** @returns the url its clients use */
async function startBroker(config: Config, folder: string, log: Log, parts: Part[]): Promise<string> {
  const broker = new EmbeddedBroker(beside("./broker.js"), folder);
  const port = await broker.start(config.mqttPort).catch((error: unknown) => {
    if (!(error instanceof BrokerError)) throw error;
    if (error.code !== "EADDRINUSE")
      throw new StartError(
        `The embedded MQTT broker does not start: ${error.message}. Choose another port with --mqtt-port PORT.`,
      );
    throw new StartError(
      `Port ${error.port} for the embedded MQTT broker is in use. If a broker of yours is there, use it with --mqtt mqtt://127.0.0.1:${error.port}; or choose another port with --mqtt-port PORT.`,
    );
  });
  broker.on("notice", (text) => log.info(text));
  let retry: NodeJS.Timeout | undefined;
  const restart = () =>
    broker
      .start(port)
      .catch((error: unknown) => log.error("The embedded broker does not start again", error));
  broker.on("crash", (error) => {
    log.error("The embedded broker crashed and starts again", error);
    retry = setTimeout(restart, brokerRestartMs);
  });
  parts.push({
    name: "embedded broker",
    stop: () => {
      clearTimeout(retry);
      return broker.stop();
    },
  });
  return `mqtt://127.0.0.1:${port}`;
}

/** Long enough not to spin, short enough that clients hardly notice. */
const brokerRestartMs = 1_000;

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

/** What could not be told to the data plane, as an answer of the API. */
async function answered<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof PlaneError)) throw error;
    const code = error.code.startsWith("PLANE_") ? "DATA_PLANE_DOWN" : "FLOW_NOT_LIVE";
    throw new Refusal(code, `This was not done: ${error.message}.`);
  }
}

/** Brings the parts of the control plane together. */
import type { RootDatabase } from "lmdb";
import { nodeTypes } from "../../nodes/index.ts";
import { Access } from "../auth/access.ts";
import { Sessions } from "../auth/sessions.ts";
import { type Config, isLoopback } from "../config.ts";
import { builtinConnection } from "../connections/builtin.ts";
import { connectionDiagnostics } from "../connections/check.ts";
import { createCipher, keyFromFile, keyFromSecret } from "../connections/cipher.ts";
import { type Connection, Connections } from "../connections/connections.ts";
import { createCatalogue } from "../core/catalogue.ts";
import { hasErrors } from "../core/diagnostic.ts";
import type { FlowDocument } from "../core/flow/document.ts";
import { parseFlow } from "../core/flow/parse.ts";
import { validateFlow } from "../core/plan/validate.ts";
import type { DataFolder } from "../data/folder.ts";
import { Flows } from "../flows/flows.ts";
import { FlowStore } from "../flows/store.ts";
import { LiveHub } from "../live/hub.ts";
import { DataPlane } from "../plane/client.ts";
import { PlaneError } from "../plane/messages.ts";
import { platform } from "../plane/platform.ts";
import { Refusal } from "../protocol/refusal.ts";
import { ConnectionLog } from "../telemetry/connectionLog.ts";
import { DeadLetters } from "../telemetry/deadLetters.ts";
import type { Log } from "../telemetry/log.ts";
import { Replays } from "../telemetry/replays.ts";
import { lagsOf, StatusBoard } from "../telemetry/statusBoard.ts";

/** The parts of the control plane, wired to each other and to the data plane, not started yet. */
export interface Control {
  readonly plane: DataPlane;
  readonly flows: Flows;
  readonly connections: Connections;
  readonly applyConnections: (connections: readonly Connection[]) => void;
  readonly letters: DeadLetters;
  readonly replays: Replays;
  readonly board: StatusBoard;
  readonly hub: LiveHub;
  readonly access: Access;
  /** The flows that were live at the end of the last run are deployed. */
  resumed: boolean;
}

export interface Surroundings {
  readonly config: Config;
  readonly log: Log;
  readonly folder: DataFolder;
  readonly database: RootDatabase;
  /** Of the connection that is always there. */
  readonly brokerUrl: string;
  /** The built `worker.js`. */
  readonly worker: URL;
  /** ms since epoch. */
  readonly now: () => number;
}

export function assemble({ config, log, folder, database, brokerUrl, worker, now }: Surroundings): Control {
  const settings = {
    checkpointFolder: folder.planePath,
    journal: { folder: folder.journalPath, ...config.journal },
    expressionLimits: config.expressionLimits,
  };
  const plane = new DataPlane(worker, settings);
  const letters = new DeadLetters(database);
  const replays = new Replays(letters, (flow, inputs) => answered(plane.replay(flow, inputs)));
  const board = new StatusBoard(now, () => letters.counts, config.expressionLimits);
  const hub: LiveHub = new LiveHub({
    setWatched: (watched) => tellPlane("choosing what to sample failed", plane.setWatched(watched), log),
    samples: (flow) => plane.latestSamples(flow).catch(whileDown({})),
    setPeeked: (topics) => plane.setPeeked(topics).catch(whileDown([])),
    status: () => board.report(),
    now,
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
      previewDeploy: (flow) => answered(plane.previewDeploy(flow)),
      pause: async (flow) => {
        await answered(plane.pause(flow));
        log.info(`The flow "${flow}" is paused.`);
      },
      resume: async (flow, missed) => {
        await answered(plane.resume(flow, missed));
        log.info(`The flow "${flow}" goes on: ${missed}.`);
      },
      undeploy: async (flow) => {
        await answered(plane.undeploy(flow));
        log.info(`The flow "${flow}" is stopped.`);
      },
    },
    now,
    onChange: (flow) => {
      replays.interrupted(flow);
      hub.flowChanged(flow);
    },
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
    sessions: new Sessions(database, now),
    loopback: isLoopback(config.host),
    ...(config.token ? { token: config.token } : {}),
    ...(config.password ? { password: config.password } : {}),
  });
  const control = {
    plane,
    flows,
    connections,
    applyConnections,
    letters,
    replays,
    board,
    hub,
    access,
    resumed: false,
  };
  follow(control, log);
  return control;
}

/** What the data plane reports, to whom it concerns. */
function follow(control: Control, log: Log): void {
  const { plane, flows, letters, replays, board, hub } = control;
  const connectionLog = new ConnectionLog(log);
  plane.on("state", (state) => {
    board.setState(state);
    if (state !== "running") replays.interrupted();
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
    flows.deployments.setLags(lagsOf(status.behind));
    hub.status();
  });
  plane.on("telemetry", (flow, nodes, at) => hub.telemetry(flow, at, nodes));
  plane.on("debug", (flow, records, skipped) => hub.debug(flow, records, skipped));
  plane.on("deadLetters", (received, replayed) => {
    replays.arrived(replayed);
    try {
      letters.add(received, replayed);
    } catch (error) {
      log.error("Keeping dead letters failed", error);
    }
    hub.deadLetters(letters.counts);
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

/** What could not be told to the data plane, as an answer of the API. */
export async function answered<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof PlaneError)) throw error;
    const known = error.code === "FLOW_PAUSED" ? "FLOW_PAUSED" : "FLOW_NOT_LIVE";
    const code = error.code.startsWith("PLANE_") ? "DATA_PLANE_DOWN" : known;
    throw new Refusal(code, `This was not done: ${error.message}.`);
  }
}

/** Composition root of the data plane: the entry of its worker thread. */
import { randomBytes } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { nodeTypes } from "../nodes/index.ts";
import { CheckpointError, CheckpointStore } from "./checkpoint/store.ts";
import { createCatalogue } from "./core/catalogue.ts";
import { Engine } from "./core/engine/engine.ts";
import { Quarantine } from "./core/engine/quarantine.ts";
import type { Platform } from "./core/platform.ts";
import { Journal } from "./journal/journal.ts";
import { JournalError } from "./journal/recovery.ts";
import type { SessionMemory } from "./mqtt/connection.ts";
import { MqttConnections } from "./mqtt/connections.ts";
import { Mark } from "./plane/mark.ts";
import {
  type Birth,
  type FromPlane,
  PlaneError,
  type PlaneSettings,
  type ToPlane,
} from "./plane/messages.ts";
import { Plane } from "./plane/plane.ts";
import { platform as nodePlatform } from "./plane/platform.ts";

const port = parentPort;
if (!port) throw new Error("the data plane's entry runs in a worker thread");
const post = (message: FromPlane) => port.postMessage(message);

const {
  checkpointFolder,
  journal: journalSettings,
  expressionLimits,
  ...birth
} = workerData as PlaneSettings & Birth;
const mark = new Mark(birth.mark);
const platform: Platform = expressionLimits ? { ...nodePlatform, expressionLimits } : nodePlatform;
start();

/** What cannot be used as it is on disk is told, with what to do: starting again would not help. */
function start(): void {
  try {
    run(new CheckpointStore(checkpointFolder), openJournal());
  } catch (error) {
    if (!(error instanceof CheckpointError || error instanceof JournalError)) throw error;
    post({ type: "failed", code: error.code, message: error.message });
  }
}

function openJournal(): Journal {
  const { folder, ...options } = journalSettings;
  return new Journal({ ...options, files: folder, notice: (text) => post({ type: "problem", text }) });
}

function run(store: CheckpointStore, journal: Journal): void {
  const engine = new Engine(platform, mark);
  engine.quarantine = new Quarantine(store.quarantine(birth.quarantined));
  const plane = new Plane({
    engine,
    catalogue: createCatalogue(nodeTypes),
    platform,
    store,
    journal,
    journaled: journalSettings.mode !== "off",
    isCareful: birth.isCareful,
    signs: mark,
    clock: Date.now,
    transport: (inlet) => new MqttConnections(sessionMemory(store), inlet),
    post,
  });
  port!.on("message", async (message: ToPlane) => {
    const { id, call, args } = message;
    try {
      post({ type: "answer", id, result: await plane.answer(call, args) });
    } catch (error) {
      if (!(error instanceof PlaneError)) throw error;
      post({ type: "refusal", id, code: error.code, message: error.message });
    }
    if (call === "stop") {
      await journal.close();
      await store.close();
      port!.close();
    }
  });
  store.readWell();
  post({ type: "ready" });
}

function sessionMemory(store: CheckpointStore): SessionMemory {
  const session = (name: string) => {
    const known = store.session(name);
    if (known) return known;
    // 21 characters: MQTT 3.1.1 brokers may refuse more than 23.
    const fresh = { clientId: `millrace-${randomBytes(6).toString("hex")}`, filters: {} };
    store.saveSession(name, fresh);
    return fresh;
  };
  return {
    clientId: (name) => session(name).clientId,
    filters: (name) => session(name).filters,
    remember: (name, filters) => store.saveSession(name, { ...session(name), filters }),
  };
}

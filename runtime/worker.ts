/** Composition root of the data plane: the entry of its worker thread. */
import { randomBytes } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { nodeTypes } from "../nodes/index.ts";
import { CheckpointError, CheckpointStore } from "./checkpoint/store.ts";
import { createCatalogue } from "./core/catalogue.ts";
import { Engine } from "./core/engine/engine.ts";
import type { Platform } from "./core/platform.ts";
import type { SessionMemory } from "./mqtt/connection.ts";
import { MqttConnections } from "./mqtt/connections.ts";
import { type FromPlane, PlaneError, type PlaneSettings, type ToPlane } from "./plane/messages.ts";
import { Plane } from "./plane/plane.ts";
import { platform as nodePlatform } from "./plane/platform.ts";

const port = parentPort;
if (!port) throw new Error("the data plane's entry runs in a worker thread");
const post = (message: FromPlane) => port.postMessage(message);

const { checkpointFolder, expressionLimits } = workerData as PlaneSettings;
const platform: Platform = expressionLimits ? { ...nodePlatform, expressionLimits } : nodePlatform;
const store = openStore(checkpointFolder);
if (store) run(store);

function openStore(folder: string): CheckpointStore | undefined {
  try {
    return new CheckpointStore(folder);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    post({ type: "failed", code: error.code, message: error.message });
    return undefined;
  }
}

function run(store: CheckpointStore): void {
  const plane = new Plane({
    engine: new Engine(platform),
    catalogue: createCatalogue(nodeTypes),
    platform,
    store,
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
      await store.close();
      port!.close();
    }
  });
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

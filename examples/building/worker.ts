/**
 * The demo building as a worker thread. `workerData` is {@link BuildingWorkerData}; the message `"stop"` makes the
 * devices say goodbye, after which the thread ends by itself.
 */
import { parentPort, workerData } from "node:worker_threads";
import { startBuilding } from "./building.ts";

export interface BuildingWorkerData {
  /** The broker, credentials included. */
  readonly url: string;
}

if (!parentPort) throw new Error("examples/building/worker.ts runs as a worker thread of the runtime");
const port = parentPort;

const building = startBuilding((workerData as BuildingWorkerData).url, (text) => {
  console.error(`Demo building: ${text}. Trying again.`);
});

port.on("message", async (message: unknown) => {
  if (message !== "stop") return;
  await building.stop();
  port.close();
});

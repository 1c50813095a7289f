/** Entry of the broker's thread. */
import { parentPort, workerData } from "node:worker_threads";
import type { BrokerSettings, FromBroker, ToBroker } from "./messages.ts";
import { BrokerServer } from "./server.ts";

const port = parentPort;
if (!port) throw new Error("the broker's entry runs in a worker thread");
const post = (message: FromBroker) => port.postMessage(message);

const settings = workerData as BrokerSettings;
start().catch((error: NodeJS.ErrnoException) =>
  post({ type: "failed", code: error.code ?? "UNKNOWN", message: error.message }),
);

async function start(): Promise<void> {
  const server = new BrokerServer(settings.folder, (text) => post({ type: "notice", text }));
  const listening = await server.start(settings);
  port!.on("message", (message: ToBroker) => {
    if (message.type !== "stop") return;
    void server.stop().then(() => {
      post({ type: "stopped" });
      port!.close();
    });
  });
  post({ type: "listening", port: listening });
}

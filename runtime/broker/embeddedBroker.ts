import { EventEmitter } from "node:events";
import { Worker } from "node:worker_threads";
import type { BrokerSettings, FromBroker, ToBroker } from "./messages.ts";

interface BrokerEvents {
  /** Something a person should see, such as a client that was refused. */
  notice: [text: string];
  /** The thread ended by itself. */
  crash: [error: Error];
}

/** The embedded MQTT broker in a thread of its own. Reachable from this machine only: it has no users. */
export class EmbeddedBroker extends EventEmitter<BrokerEvents> {
  readonly #entry: URL;
  readonly #folder: string;
  #worker: Worker | undefined;
  #stopping = false;

  /**
   * @param entry the built `broker.js`
   * @param folder where sessions, retained messages and queues are kept
   */
  constructor(entry: URL, folder: string) {
    super();
    this.#entry = entry;
    this.#folder = folder;
  }

  /**
   * @param port 0 for any free one
   * @returns the port it listens on
   * @throws BrokerError when it cannot listen, such as EADDRINUSE for a port that is taken
   */
  async start(port: number): Promise<number> {
    const settings: BrokerSettings = { host: "127.0.0.1", port, folder: this.#folder };
    const worker = new Worker(this.#entry, { workerData: settings, name: "millrace-broker" });
    this.#worker = worker;
    this.#stopping = false;
    return new Promise((resolve, reject) => {
      worker.on("message", (message: FromBroker) => {
        if (message.type === "listening") resolve(message.port);
        else if (message.type === "notice") this.emit("notice", message.text);
        else if (message.type === "failed") {
          this.#stopping = true;
          void worker.terminate();
          reject(new BrokerError(message.code, port, message.message));
        }
      });
      worker.on("error", (error: Error) => {
        reject(error);
        this.emit("crash", error);
      });
      worker.on("exit", (code) => {
        this.#worker = undefined;
        if (!this.#stopping && code === 0) this.emit("crash", new Error("the broker's thread ended"));
      });
    });
  }

  /** Closes all connections and the port. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    this.#stopping = true;
    const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    worker.postMessage({ type: "stop" } satisfies ToBroker);
    await exited;
  }
}

/** Why the broker does not listen. */
export class BrokerError extends Error {
  override readonly name = "BrokerError";
  /** The system's code, such as EADDRINUSE or EACCES. */
  readonly code: string;
  readonly port: number;

  constructor(code: string, port: number, cause: string) {
    const inUse = code === "EADDRINUSE";
    super(
      inUse
        ? `port ${port} is used by another program`
        : `the broker cannot listen on port ${port}: ${cause}`,
    );
    this.code = code;
    this.port = port;
  }
}

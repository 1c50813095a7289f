/** The broker that runs inside Millrace: in a thread of its own, started again when it crashes. */
import { BrokerError, EmbeddedBroker } from "../broker/embeddedBroker.ts";
import type { Config } from "../config.ts";
import { type Part, StartError } from "../lifecycle.ts";
import type { Log } from "../telemetry/log.ts";

/**
 * @param entry the built `broker.js`
 * @param folder of its store
 * @returns the url its clients use
 */
export async function startBroker(
  config: Config,
  entry: URL,
  folder: string,
  log: Log,
  parts: Part[],
): Promise<string> {
  const broker = new EmbeddedBroker(entry, folder);
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

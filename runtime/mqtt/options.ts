import type { IClientOptions } from "mqtt";
import type { ConnectionConfig, ConnectionSecrets } from "../protocol/http.ts";
import { limits } from "./limits.ts";

/** What MQTT.js is told for a connection. Reconnecting is timed by the caller through `reconnectPeriod`. */
export function clientOptions(
  config: ConnectionConfig,
  secrets: ConnectionSecrets,
  clientId: string,
): IClientOptions {
  const v5 = config.protocol === "5";
  return {
    protocolVersion: v5 ? 5 : 4,
    clientId,
    keepalive: config.keepaliveS,
    clean: !config.persistentSession,
    connectTimeout: limits.connectTimeoutMs,
    reconnectPeriod: limits.reconnectFirstMs,
    // A refused password may be corrected at the broker: never give up.
    reconnectOnConnackError: true,
    // Subscriptions and waiting publishes are ours: see Subscriptions and Outbox.
    resubscribe: false,
    queueQoSZero: false,
    log: noLog,
    ...(config.username === undefined ? {} : { username: config.username }),
    ...(secrets.password === undefined ? {} : { password: secrets.password }),
    ...(v5
      ? {
          properties: {
            maximumPacketSize: limits.packetBytesMax,
            ...(config.persistentSession ? { sessionExpiryInterval: limits.sessionExpiryS } : {}),
          },
        }
      : {}),
    ...(config.will ? { will: { ...config.will, payload: Buffer.from(config.will.payload) } } : {}),
    ...tlsOptions(config.tls, secrets.key),
  };
}

/** `host:port` of an MQTT URL, for messages; the default port of its scheme when it names none. */
export function placeOf(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  return `${hostname}:${port || defaultPorts[protocol] || "1883"}`;
}

const defaultPorts: Readonly<Record<string, string>> = {
  "mqtt:": "1883",
  "mqtts:": "8883",
  "ws:": "80",
  "wss:": "443",
};

function tlsOptions(tls: ConnectionConfig["tls"], key: string | undefined): IClientOptions {
  if (!tls) return {};
  return {
    rejectUnauthorized: !tls.insecure,
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(key === undefined ? {} : { key }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  };
}

/** MQTT.js would otherwise format several log lines per packet. */
function noLog(): void {
  // Nothing is logged: what matters arrives as events.
}

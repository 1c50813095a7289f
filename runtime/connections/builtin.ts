/** The connection named `default`: the embedded broker, or the one of `--mqtt`. */
import type { Connection } from "./connections.ts";

/**
 * @param url without credentials
 * @param external absent: the embedded broker
 */
export function builtinConnection(
  url: string,
  external: { readonly username?: string; readonly password?: string } | undefined,
): Connection {
  const { username, password } = external ?? {};
  return {
    config: {
      name: "default",
      url,
      // What every broker speaks, the embedded one included. A connection added by name can choose MQTT 5.
      protocol: "3.1.1",
      keepaliveS: 30,
      persistentSession: true,
      ...(username === undefined ? {} : { username }),
    },
    secrets: password === undefined ? {} : { password },
    embedded: external === undefined,
  };
}

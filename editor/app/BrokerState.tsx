import type { ConnectionStatus } from "../../runtime/protocol/live.ts";
import { useConnectionState, useSystemStatus } from "../live/hooks.ts";
import { hrefOf } from "./route.ts";
import styles from "./topBar.module.css";

const words = { connected: "connected", connecting: "connecting", disconnected: "not connected" } as const;
const order = ["disconnected", "connecting", "connected"] as const;

/** The MQTT connection that needs attention most; all of them in the tooltip. Leads to the settings. */
export function BrokerState() {
  const open = useConnectionState() === "open";
  const connections = useSystemStatus()?.connections ?? [];
  const worst = connections.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))[0];
  if (!open || !worst)
    return <span className={styles.broker}>{open ? "No MQTT connection" : "No runtime"}</span>;
  return (
    <a className={styles.broker} href={hrefOf({ page: "settings" })} title={connections.map(line).join("\n")}>
      <span className={styles.long}>MQTT {worst.name} </span>
      <span className={`${styles.dot} ${styles[worst.state]}`} aria-hidden="true" />
      {words[worst.state]}
    </a>
  );
}

function line({ name, url, state, error }: ConnectionStatus): string {
  return `${name} (${url}): ${words[state]}${error === undefined ? "" : `. ${error}`}`;
}

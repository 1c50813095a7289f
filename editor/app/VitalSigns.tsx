import { useConnectionState, useSystemStatus } from "../live/hooks.ts";
import { groupDigits } from "../live/words.ts";
import styles from "./drawer.module.css";

/** lag 0 · drops 0 · 213 msg/s */
export function VitalSigns() {
  const status = useSystemStatus();
  const open = useConnectionState() === "open";
  // Of a runtime that is away they would be the last known, which is not how it is.
  if (!status || !open) return <span className={styles.vitals} />;
  const drops = Object.entries(status.drops);
  const dropped = drops.reduce((sum, [, number]) => sum + number, 0);
  const why = drops.map(([reason, number]) => `${reason}: ${number}`).join("\n");
  return (
    <span className={styles.vitals}>
      {status.dataPlane !== "running" && <b>{status.dataPlane} · </b>}
      <span title="Messages received and not processed yet">lag {groupDigits(status.lag)}</span>
      {" · "}
      <span title={why || "Nothing was dropped since the start"}>drops {groupDigits(dropped)}</span>
      {" · "}
      <span title="Messages received in the last second">
        {groupDigits(Math.round(status.inputsPerSecond))} msg/s
      </span>
    </span>
  );
}

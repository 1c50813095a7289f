import { Popover } from "@mantine/core";
import { useState } from "react";
import { useConnectionState, useFlowLag, useSystemStatus } from "../live/hooks.ts";
import { groupDigits } from "../live/words.ts";
import type { FlowSession } from "../model/flowSession.ts";
import { VitalsPanel } from "../panels/VitalsPanel.tsx";
import styles from "./drawer.module.css";
import { nodeTitle } from "./nodeWords.ts";
import { useFlowDrops } from "./useFlowDrops.ts";

/** lag 0 · waiting 0 · drops 0 · 213 msg/s; opens to tell all of it in words. */
export function VitalSigns({ session }: { readonly session: FlowSession }) {
  const [opened, setOpened] = useState(false);
  const status = useSystemStatus();
  const lag = useFlowLag(session.id);
  const open = useConnectionState() === "open";
  const drops = useFlowDrops(session);
  // Of a runtime that is away they would be the last known, which is not how it is.
  if (!status || !open) return <span className={styles.vitals} />;
  const dropped = Object.values(status.drops).reduce((sum, number) => sum + number, 0);
  const here = drops.reduce((sum, { count }) => sum + count, 0);
  return (
    <Popover opened={opened} onChange={setOpened} position="top-end" width={400} shadow="md" trapFocus>
      <Popover.Target>
        <button
          type="button"
          className={styles.vitals}
          aria-expanded={opened}
          title="How Millrace and this flow are doing"
          onClick={() => setOpened(!opened)}
        >
          {status.dataPlane !== "running" && <b>{status.dataPlane} · </b>}
          lag {groupDigits(lag?.lagMessages ?? status.lag)} · waiting {groupDigits(status.unsettled)} · drops{" "}
          {groupDigits(dropped + here)} · {groupDigits(Math.round(status.inputsPerSecond))} msg/s
        </button>
      </Popover.Target>
      <Popover.Dropdown className={styles.vitalsPanel ?? ""}>
        <VitalsPanel
          status={status}
          lag={lag}
          deadLetters={status.deadLetters[session.id] ?? 0}
          drops={drops}
          nodeTitle={(id) => nodeTitle(session, id)}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

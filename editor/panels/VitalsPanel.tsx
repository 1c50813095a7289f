import type { ReactNode } from "react";
import type { FlowLag } from "../../runtime/protocol/http.ts";
import type { ConnectionStatus, SystemStatus } from "../../runtime/protocol/live.ts";
import { bytesText, groupDigits, sinceText } from "../live/words.ts";
import styles from "./VitalsPanel.module.css";

export interface NodeDrops {
  readonly node: string;
  readonly reason: string;
  readonly count: number;
}

interface VitalsPanelProps {
  readonly status: SystemStatus;
  /** Of the open flow; absent: it is up to date. */
  readonly lag: FlowLag | undefined;
  /** Of the open flow. */
  readonly deadLetters: number;
  /** Of the open flow. */
  readonly drops: readonly NodeDrops[];
  readonly nodeTitle: (id: string) => string;
}

/** How the runtime and the open flow are doing, in words. */
export function VitalsPanel({ status, lag, deadLetters, drops, nodeTitle }: VitalsPanelProps) {
  const outside = Object.entries(status.drops);
  return (
    <div className={styles.panel}>
      <h3 className={styles.heading}>This flow</h3>
      <dl className={styles.facts}>
        <Fact name="Lag">{lagWords(status, lag)}</Fact>
        <Fact name="Dead letters">
          {deadLetters === 0 ? "none" : `${groupDigits(deadLetters)}; see the tab of that name`}
        </Fact>
        <Fact name="Dropped">
          {drops.length === 0
            ? "nothing since the deploy"
            : drops.map(({ node, reason, count }) => (
                <span key={`${node} ${reason}`} className={styles.line}>
                  {groupDigits(count)} {reason} in {nodeTitle(node)}
                </span>
              ))}
        </Fact>
      </dl>
      <h3 className={styles.heading}>Millrace</h3>
      <dl className={styles.facts}>
        <Fact name="Received">
          {groupDigits(Math.round(status.inputsPerSecond))} messages in the last second
        </Fact>
        <Fact name="In hand">
          {status.lag === 0
            ? "nothing waits to be processed"
            : `${groupDigits(status.lag)} wait to be processed`}
        </Fact>
        <Fact name="To be sent">
          {status.unsettled === 0
            ? "every message sent was confirmed"
            : `${groupDigits(status.unsettled)} not confirmed by a broker yet`}
        </Fact>
        <Fact name="Journal">
          {status.journalPendingBytes === 0
            ? "all that came is on disk"
            : `${bytesText(status.journalPendingBytes)} on their way to the disk`}
        </Fact>
        <Fact name="Dropped">
          {outside.length === 0
            ? "nothing since the start"
            : outside.map(([reason, count]) => (
                <span key={reason} className={styles.line}>
                  {groupDigits(count)}: {reason}
                </span>
              ))}
        </Fact>
        <Fact name="Brokers">
          {status.connections.length === 0
            ? "no connection"
            : status.connections.map((each) => (
                <span key={each.name} className={styles.line}>
                  {connectionWords(each)}
                </span>
              ))}
        </Fact>
      </dl>
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function lagWords({ at }: SystemStatus, lag: FlowLag | undefined): string {
  if (!lag) return "none: it is up to date";
  const since = `${groupDigits(lag.lagMessages)} messages, from ${sinceText(at - lag.lagMs, at)} on`;
  return lag.paused ? `paused: ${since}` : `catching up: ${since}`;
}

function connectionWords({ name, state, error }: ConnectionStatus): string {
  if (state === "connected") return `${name} is connected`;
  return `${name} is not connected${error === undefined ? "" : `: ${error}`}`;
}

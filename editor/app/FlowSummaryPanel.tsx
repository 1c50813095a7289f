import { useValue } from "../canvas/useValue.ts";
import { count, describe } from "../model/commands.ts";
import type { FlowSession } from "../model/flowSession.ts";
import styles from "./inspector.module.css";

/** The flow itself, while nothing is selected: what it is for, and how large it is. */
export function FlowSummaryPanel({ session }: { readonly session: FlowSession }) {
  const flow = useValue(session.document);
  const { all } = useValue(session.problems);
  return (
    <aside className={styles.panel} aria-label="Inspector">
      <h2>This flow</h2>
      <label>
        What it is for
        <textarea
          rows={6}
          value={flow.description ?? ""}
          maxLength={4000}
          placeholder="Why this rule exists, who asked for it, what to watch"
          onChange={(event) => describe(session, event.currentTarget.value)}
        />
      </label>
      <p>
        {count(flow.nodes.length, "node")}, {count(flow.wires.length, "wire")},{" "}
        {all.length === 0 ? "no problems" : count(all.length, "problem")}
      </p>
      <p className={styles.hint}>Select a node to see its settings and what goes through it.</p>
    </aside>
  );
}

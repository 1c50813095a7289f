import { Button } from "@mantine/core";
import { actionById } from "../actions/registry.ts";
import { useSelected } from "../canvas/useValue.ts";
import { count } from "../model/commands.ts";
import type { FlowSession } from "../model/flowSession.ts";
import styles from "./inspector.module.css";

const offered = ["duplicate", "copy", "disable", "tidy", "delete", "delete-heal"];

/** What can be done with several nodes at once. */
export function SelectionPanel({
  session,
  run,
}: {
  readonly session: FlowSession;
  readonly run: (action: string) => void;
}) {
  const nodes = useSelected(session.selection, (selection) => selection.nodes.size);
  return (
    <aside className={styles.panel} aria-label="Inspector">
      <h2>{count(nodes, "node")} selected</h2>
      <div className={styles.buttons}>
        {offered.map((id) => (
          <Button key={id} size="xs" variant="default" onClick={() => run(id)}>
            {actionById(id).title}
          </Button>
        ))}
      </div>
    </aside>
  );
}

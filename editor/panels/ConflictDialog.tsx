import { Button } from "@mantine/core";
import styles from "./ConflictDialog.module.css";
import { Dialog } from "./Dialog.tsx";
import { type FlowChanges, FlowChangesView } from "./FlowChanges.tsx";

export interface ConflictDialogProps {
  readonly opened: boolean;
  /** The version that was deployed meanwhile. */
  readonly version: number;
  /** What they changed since the version both started from. */
  readonly theirs: FlowChanges;
  /** What this draft changed since then. */
  readonly mine: FlowChanges;
  readonly busy: boolean;
  /** Drops this draft and opens what was deployed. */
  readonly onTakeTheirs: () => void;
  /** Deploys this draft in place of what was deployed. */
  readonly onDeployMine: () => void;
  readonly onClose: () => void;
}

/** Somebody else deployed in between: shows both sides before anything is lost. */
export function ConflictDialog(props: ConflictDialogProps) {
  const { opened, version, theirs, mine, busy, onClose } = props;
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={`v${version} was deployed meanwhile`}
      width={680}
      actions={
        <>
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep editing
          </Button>
          <Button variant="default" onClick={props.onTakeTheirs} disabled={busy}>
            Open v{version} and drop my draft
          </Button>
          <Button onClick={props.onDeployMine} loading={busy}>
            Deploy mine as v{version + 1}
          </Button>
        </>
      }
    >
      <p className={styles.lead}>
        Your draft started from an older version. Deploying it replaces what v{version} changed, unless your
        draft has the same change.
      </p>
      <div className={styles.sides}>
        <section className={styles.side}>
          <h3 className={styles.heading}>Theirs, v{version}</h3>
          <FlowChangesView changes={theirs} none="No change to the rules." />
        </section>
        <section className={styles.side}>
          <h3 className={styles.heading}>Mine, not deployed</h3>
          <FlowChangesView changes={mine} none="No change to the rules." />
        </section>
      </div>
    </Dialog>
  );
}

import { useValue } from "../canvas/useValue.ts";
import type { FlowSession } from "../model/flowSession.ts";
import styles from "./topBar.module.css";

interface SaveStateTextProps {
  readonly session: FlowSession;
  readonly onConflict: () => void;
}

/** Where the edits are: saved, on their way, or only here. */
export function SaveStateText({ session, onConflict }: SaveStateTextProps) {
  const state = useValue(session.saver);
  switch (state.kind) {
    case "saved":
      return <span className={styles.save}>Saved</span>;
    case "saving":
      return <span className={styles.save}>Saving…</span>;
    case "offline":
      return (
        <span
          className={`${styles.save} ${styles.warning}`}
          title="The runtime does not answer. Edits are kept in this browser and saved when it is back."
        >
          Offline, kept here
        </span>
      );
    case "failed":
      return (
        <button
          type="button"
          className={`${styles.save} ${styles.error}`}
          title={state.message}
          onClick={() => void session.saver.flush()}
        >
          Not saved, try again
        </button>
      );
    case "conflict":
      return (
        <button type="button" className={`${styles.save} ${styles.error}`} onClick={onConflict}>
          Saved elsewhere too…
        </button>
      );
  }
}

import { Button } from "@mantine/core";
import { useState } from "react";
import type { FlowLag } from "../../runtime/protocol/http.ts";
import { messageOf } from "../api/loadable.ts";
import { groupDigits, sinceText } from "../live/words.ts";
import styles from "./AskDialog.module.css";
import { Dialog } from "./Dialog.tsx";

interface ResumeDialogProps {
  readonly flowName: string;
  readonly lag: FlowLag;
  /** ms since epoch. */
  readonly now: number;
  /** Rejects with a reason for a person. */
  readonly onResume: (missed: "catch up" | "skip") => Promise<void>;
  readonly onClose: () => void;
}

/** Asks what a paused flow does about the messages it missed. One that catches up already can still skip the rest. */
export function ResumeDialog({ flowName, lag, now, onResume, onClose }: ResumeDialogProps) {
  const [busy, setBusy] = useState<"catch up" | "skip">();
  const [problem, setProblem] = useState<string>();
  const choose = (missed: "catch up" | "skip") => {
    setBusy(missed);
    setProblem(undefined);
    onResume(missed)
      .then(onClose, (error: unknown) => setProblem(messageOf(error)))
      .finally(() => setBusy(undefined));
  };
  const missed = `${groupDigits(lag.lagMessages)} ${lag.lagMessages === 1 ? "message" : "messages"}`;
  const since = sinceText(now - lag.lagMs, now);
  return (
    <Dialog
      opened
      onClose={onClose}
      title={lag.paused ? `Resume “${flowName}”` : `“${flowName}” catches up`}
      width={480}
      actions={
        <>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="default"
            loading={busy === "skip"}
            disabled={busy === "catch up"}
            onClick={() => choose("skip")}
          >
            Skip them
          </Button>
          {lag.paused && (
            <Button
              loading={busy === "catch up"}
              disabled={busy === "skip"}
              onClick={() => choose("catch up")}
              data-autofocus
            >
              Catch up
            </Button>
          )}
        </>
      }
    >
      <p className={styles.text}>
        {lag.paused
          ? `Millrace has received ${missed} since ${since}. Not all need concern this flow.`
          : `It has ${missed} to go, from ${since} on.`}
      </p>
      {lag.paused && (
        <p className={styles.text}>
          <strong>Catch up</strong>: it works through them at the times of then, acts on them, and goes on
          with what comes. Commands whose time is over are not sent.
        </p>
      )}
      <p className={styles.text}>
        <strong>Skip them</strong>: it goes on with what comes next. What its nodes knew before stays.
      </p>
      {problem && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}

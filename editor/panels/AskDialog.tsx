import { Button } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import { messageOf } from "../api/loadable.ts";
import controls from "../forms/controls.module.css";
import styles from "./AskDialog.module.css";
import { Dialog } from "./Dialog.tsx";

interface ConfirmDialogProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Says what happens: "Delete the flow". */
  readonly action: string;
  readonly danger?: boolean;
  /** The dialog closes when it resolves, and shows why when it rejects. */
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before something that cannot be undone. Shown while mounted. */
export function ConfirmDialog({ title, children, action, danger, onConfirm, onClose }: ConfirmDialogProps) {
  const [busy, problem, run] = useRun(onClose);
  return (
    <Dialog
      opened
      onClose={onClose}
      title={title}
      width={440}
      actions={
        <>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            {...(danger ? { color: "red.8" } : {})}
            loading={busy}
            onClick={() => run(onConfirm)}
            data-autofocus
          >
            {action}
          </Button>
        </>
      }
    >
      {children}
      {problem && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}

interface NameDialogProps {
  readonly title: string;
  readonly action: string;
  readonly name: string;
  readonly onConfirm: (name: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Asks for a name. Shown while mounted. */
export function NameDialog({ title, action, name: start, onConfirm, onClose }: NameDialogProps) {
  const [name, setName] = useState(start);
  const [busy, problem, run] = useRun(onClose);
  const id = useId();
  return (
    <Dialog
      opened
      onClose={onClose}
      title={title}
      width={440}
      actions={
        <>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={id} loading={busy} disabled={name.trim() === ""}>
            {action}
          </Button>
        </>
      }
    >
      <form
        id={id}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") run(() => onConfirm(name.trim()));
        }}
      >
        <label className={styles.label} htmlFor={`${id}-name`}>
          Name
        </label>
        <input
          id={`${id}-name`}
          className={controls.control}
          value={name}
          maxLength={120}
          autoComplete="off"
          data-autofocus
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </form>
      {problem && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}

/** Runs one action at a time; its failure is text. */
function useRun(
  onDone: () => void,
): readonly [boolean, string | undefined, (action: () => Promise<void>) => void] {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const run = (action: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    action()
      .then(onDone, (error: unknown) => setProblem(messageOf(error)))
      .finally(() => setBusy(false));
  };
  return [busy, problem, run];
}

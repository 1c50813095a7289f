import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import type { DeadLetter } from "../../runtime/core/engine/output.ts";
import type { DeadLetterLine } from "../../runtime/protocol/http.ts";
import { messageOf } from "../api/loadable.ts";
import { ageText, dateText } from "../live/words.ts";
import styles from "./DeadLettersPanel.module.css";
import { JsonTree } from "./JsonTree.tsx";

interface DeadLetterRowProps {
  readonly line: DeadLetterLine;
  readonly now: number;
  readonly title: string;
  readonly onOpen: (id: string) => Promise<DeadLetter>;
  readonly onReplay: (id: string) => Promise<void>;
  readonly onDiscard: (id: string) => Promise<void>;
  readonly onSelect: () => void;
}

/** A dead letter on one line; it opens to show the message, and what can be done with it. */
export function DeadLetterRow(props: DeadLetterRowProps) {
  const { line, now, title } = props;
  const [open, setOpen] = useState(false);
  return (
    <li className={styles.letter}>
      <button type="button" className={styles.row} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className={styles.age}>{ageText(line.at, now)}</span>
        <span className={styles.title}>{title}</span>
        <span className={styles.key}>{line.key || line.topic || "no key"}</span>
        <span className={styles.text}>{line.text}</span>
      </button>
      {open && <Opened {...props} />}
    </li>
  );
}

function Opened({ line, onOpen, onReplay, onDiscard, onSelect }: DeadLetterRowProps) {
  const [whole, setWhole] = useState<DeadLetter>();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    onOpen(line.id).then(setWhole, (error: unknown) => setProblem(messageOf(error)));
  }, [line.id, onOpen]);
  // Done with, the row goes when the list is fetched again: it stays busy until then.
  const attempt = (action: (id: string) => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    action(line.id).catch((error: unknown) => {
      setProblem(messageOf(error));
      setBusy(false);
    });
  };
  return (
    <div className={styles.open}>
      <p className={styles.details}>
        <code>{line.code}</code>
        {line.topic !== "" && <code>{line.topic}</code>}
        {whole && whole.time !== line.at && <span>event time {dateText(whole.time)}</span>}
        <button type="button" className={styles.show} onClick={onSelect}>
          Show the node
        </button>
      </p>
      {problem && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <p className={styles.actions}>
        {line.replayable ? (
          <Button
            size="compact-xs"
            variant="default"
            loading={busy}
            onClick={() => attempt(onReplay)}
            title="Gives the message to this node once more, with its own time. Mend the cause first."
          >
            Replay
          </Button>
        ) : (
          <span className={styles.note}>
            This cannot be replayed: it is no message, or one too large to be kept.
          </span>
        )}
        <Button size="compact-xs" variant="default" loading={busy} onClick={() => attempt(onDiscard)}>
          Discard
        </Button>
      </p>
      <JsonTree value={whole ? whole.payload : line.payload} open={2} />
    </div>
  );
}

import { useState } from "react";
import type { DeadLetterLine } from "../../runtime/protocol/http.ts";
import type { Loadable } from "../api/loadable.ts";
import { useNow } from "../live/hooks.ts";
import { ageText } from "../live/words.ts";
import styles from "./DeadLettersPanel.module.css";
import { JsonTree } from "./JsonTree.tsx";
import { Loading } from "./Loading.tsx";

export interface DeadLettersPanelProps {
  /** Newest first. */
  readonly letters: Loadable<readonly DeadLetterLine[]>;
  /** Of all flows. */
  readonly total: number;
  readonly nodeTitle: (flow: string, node: string) => string;
  readonly onSelectNode: (flow: string, node: string) => void;
  readonly onRetry: () => void;
}

/** Messages that could not be processed, with the cause; a row opens to show the message itself. */
export function DeadLettersPanel({
  letters,
  total,
  nodeTitle,
  onSelectNode,
  onRetry,
}: DeadLettersPanelProps) {
  const now = useNow();
  return (
    <div className={styles.panel}>
      <Loading of={letters} onRetry={onRetry}>
        {(lines) =>
          lines.length === 0 ? (
            <p className={styles.empty}>
              {total === 0
                ? "No dead letters: every message so far could be processed."
                : `No dead letters in this flow. Those counted (${total}) are of other flows.`}
            </p>
          ) : (
            <ul className={styles.list} aria-label="Dead letters">
              {lines.map((line) => (
                <Letter
                  key={line.id}
                  line={line}
                  now={now}
                  title={nodeTitle(line.flow, line.node)}
                  onSelect={() => onSelectNode(line.flow, line.node)}
                />
              ))}
            </ul>
          )
        }
      </Loading>
    </div>
  );
}

interface LetterProps {
  readonly line: DeadLetterLine;
  readonly now: number;
  readonly title: string;
  readonly onSelect: () => void;
}

function Letter({ line, now, title, onSelect }: LetterProps) {
  const [open, setOpen] = useState(false);
  return (
    <li className={styles.letter}>
      <button type="button" className={styles.row} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className={styles.age}>{ageText(line.at, now)}</span>
        <span className={styles.title}>{title}</span>
        <span className={styles.key}>{line.key || line.topic || "no key"}</span>
        <span className={styles.text}>{line.text}</span>
      </button>
      {open && (
        <div className={styles.open}>
          <p className={styles.details}>
            <code>{line.code}</code> {line.topic !== "" && <code>{line.topic}</code>}
            <button type="button" className={styles.show} onClick={onSelect}>
              Show the node
            </button>
          </p>
          <JsonTree value={line.payload} open={2} />
        </div>
      )}
    </li>
  );
}

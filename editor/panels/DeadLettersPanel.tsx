import { Button } from "@mantine/core";
import { useState } from "react";
import type { DeadLetter } from "../../runtime/core/engine/output.ts";
import type { DeadLetterPage } from "../../runtime/protocol/http.ts";
import { type Loadable, messageOf } from "../api/loadable.ts";
import controls from "../forms/controls.module.css";
import { useNow } from "../live/hooks.ts";
import { groupDigits } from "../live/words.ts";
import { ConfirmDialog } from "./AskDialog.tsx";
import { DeadLetterRow } from "./DeadLetterRow.tsx";
import styles from "./DeadLettersPanel.module.css";
import { Loading } from "./Loading.tsx";

export interface DeadLettersPanelProps {
  readonly letters: Loadable<DeadLetterPage>;
  /** The node whose letters are shown; undefined: all. */
  readonly node: string | undefined;
  readonly nodes: readonly { readonly id: string; readonly title: string }[];
  readonly nodeTitle: (node: string) => string;
  readonly onFilter: (node: string | undefined) => void;
  /** Shows older ones too. */
  readonly onMore: () => void;
  readonly onOpen: (id: string) => Promise<DeadLetter>;
  /** Those that change something reject with a reason for a person. */
  readonly onReplay: (id: string) => Promise<void>;
  /** @returns what came of it */
  readonly onReplayAll: () => Promise<string>;
  readonly onDiscard: (id: string) => Promise<void>;
  readonly onDiscardAll: () => Promise<void>;
  readonly onSelectNode: (node: string) => void;
  readonly onRetry: () => void;
}

/** More than anybody reads; beyond it the oldest are seen when newer ones are gone. */
export const lettersShownMax = 1_000;

/** Messages that could not be processed, with the cause, to be read, replayed or discarded. */
export function DeadLettersPanel(props: DeadLettersPanelProps) {
  const { letters, node, onFilter, onRetry } = props;
  return (
    <div className={styles.panel}>
      <Loading of={letters} onRetry={onRetry}>
        {(page) =>
          page.total === 0 && node === undefined ? (
            <p className={styles.empty}>
              No dead letters in this flow: every message so far could be processed, or its error port is
              wired.
            </p>
          ) : (
            <>
              <Bar {...props} total={page.total} onFilter={onFilter} />
              <Letters {...props} page={page} />
            </>
          )
        }
      </Loading>
    </div>
  );
}

function Bar({
  total,
  node,
  nodes,
  onFilter,
  onReplayAll,
  onDiscardAll,
}: DeadLettersPanelProps & { readonly total: number }) {
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const replayAll = () => {
    setBusy(true);
    onReplayAll()
      .then(setSaid, (error: unknown) => setSaid(messageOf(error)))
      .finally(() => setBusy(false));
  };
  const all = total === 1 ? "it" : `all ${groupDigits(total)}`;
  return (
    <div className={styles.bar}>
      <select
        className={`${controls.control} ${styles.filter}`}
        aria-label="Of which node"
        value={node ?? ""}
        onChange={(event) => onFilter(event.currentTarget.value || undefined)}
      >
        <option value="">All nodes</option>
        {nodes.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
      <span className={styles.said} role="status">
        {said ||
          (total === 0
            ? "None of this node."
            : total === 1
              ? "1 dead letter"
              : `${groupDigits(total)} dead letters`)}
      </span>
      <Button size="compact-xs" variant="default" loading={busy} disabled={total === 0} onClick={replayAll}>
        Replay {all}
      </Button>
      <Button size="compact-xs" variant="default" disabled={total === 0} onClick={() => setAsking(true)}>
        Discard {all}…
      </Button>
      {asking && (
        <ConfirmDialog
          title={total === 1 ? "Discard the dead letter?" : `Discard ${groupDigits(total)} dead letters?`}
          action="Discard"
          danger
          onConfirm={onDiscardAll}
          onClose={() => setAsking(false)}
        >
          The messages are gone then, and cannot be replayed. Other flows keep theirs.
        </ConfirmDialog>
      )}
    </div>
  );
}

function Letters({ page, ...props }: DeadLettersPanelProps & { readonly page: DeadLetterPage }) {
  const now = useNow();
  const { letters, next, total } = page;
  return (
    <>
      <ul className={styles.list} aria-label="Dead letters">
        {letters.map((line) => (
          <DeadLetterRow
            key={line.id}
            line={line}
            now={now}
            title={props.nodeTitle(line.node)}
            onOpen={props.onOpen}
            onReplay={props.onReplay}
            onDiscard={props.onDiscard}
            onSelect={() => props.onSelectNode(line.node)}
          />
        ))}
      </ul>
      {next !== undefined && letters.length < lettersShownMax && (
        <Button size="compact-xs" variant="subtle" onClick={props.onMore}>
          Show older ones ({groupDigits(total - letters.length)})
        </Button>
      )}
      {next !== undefined && letters.length >= lettersShownMax && (
        <p className={styles.empty}>
          These are the newest {groupDigits(letters.length)}. Older ones show when some of these are replayed
          or discarded.
        </p>
      )}
    </>
  );
}

import { ActionIcon, Menu } from "@mantine/core";
import type { FlowSummary } from "../../runtime/protocol/http.ts";
import { useNow } from "../live/hooks.ts";
import { agoText } from "../live/words.ts";
import styles from "./FlowRow.module.css";

interface FlowRowProps {
  readonly flow: FlowSummary;
  readonly onOpen: () => void;
  readonly onAsk: (about: "rename" | "duplicate" | "resume" | "delete") => void;
  readonly onPause: () => void;
  readonly onExport: () => void;
}

/** A flow in the list: its name opens it, the menu does the rest. */
export function FlowRow({ flow, onOpen, onAsk, onPause, onExport }: FlowRowProps) {
  const now = useNow();
  return (
    <li className={styles.row}>
      <button type="button" className={styles.open} onClick={onOpen}>
        <span className={styles.name}>{flow.name}</span>
        <span className={styles.facts}>
          {flow.nodes === 1 ? "1 node" : `${flow.nodes} nodes`} · edited {agoText(flow.updatedAt, now)}
        </span>
        {flow.problem && <span className={styles.problem}>{flow.problem}</span>}
      </button>
      <span className={styles.badges}>
        <LiveBadge flow={flow} />
        {flow.changed && flow.version > 0 && <span className={styles.changed}>changes not deployed</span>}
      </span>
      <Menu
        position="bottom-end"
        shadow="sm"
        width={160}
        classNames={{ dropdown: styles.menu ?? "", item: styles.item ?? "" }}
      >
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`More about ${flow.name}`}>
            <svg width="16" height="16" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">
              <circle cx="3" cy="8" r="1.5" />
              <circle cx="8" cy="8" r="1.5" />
              <circle cx="13" cy="8" r="1.5" />
            </svg>
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={onOpen}>Open</Menu.Item>
          <Menu.Item onClick={() => onAsk("rename")}>Rename…</Menu.Item>
          <Menu.Item onClick={() => onAsk("duplicate")}>Duplicate…</Menu.Item>
          {flow.live && flow.lag?.paused !== true && <Menu.Item onClick={onPause}>Pause</Menu.Item>}
          {flow.lag && <Menu.Item onClick={() => onAsk("resume")}>Resume…</Menu.Item>}
          <Menu.Item onClick={onExport}>Export as a file</Menu.Item>
          <Menu.Divider />
          <Menu.Item className={styles.danger} onClick={() => onAsk("delete")}>
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}

function LiveBadge({ flow }: { readonly flow: FlowSummary }) {
  if (flow.problem !== undefined) return <span className={styles.failed}>not running</span>;
  if (flow.lag)
    return (
      <span className={flow.lag.paused ? styles.idle : styles.changed}>
        {flow.lag.paused ? "Paused" : "Catching up"} · v{flow.version}
      </span>
    );
  if (flow.live) return <span className={styles.live}>Live · v{flow.version}</span>;
  return (
    <span className={styles.idle}>
      {flow.version === 0 ? "never deployed" : `stopped · v${flow.version}`}
    </span>
  );
}

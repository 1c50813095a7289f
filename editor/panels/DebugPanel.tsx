import { Button } from "@mantine/core";
import { memo, useDeferredValue, useState } from "react";
import controls from "../forms/controls.module.css";
import type { NumberedLine } from "../live/debugRing.ts";
import { useDebugLines } from "../live/hooks.ts";
import { bytesText, clockText, groupDigits, valueText } from "../live/words.ts";
import styles from "./DebugPanel.module.css";
import { matchesFilter } from "./debugFilter.ts";
import { JsonTree } from "./JsonTree.tsx";

export interface DebugPanelProps {
  readonly nodeTitle: (id: string) => string;
  readonly onSelectNode: (id: string) => void;
}

/** Messages that reached debug nodes, newest first. Paused, the list stands still and counts what comes. */
export function DebugPanel({ nodeTitle, onSelectNode }: DebugPanelProps) {
  const { lines, paused, waiting, skipped, setPaused, clear } = useDebugLines();
  const [filter, setFilter] = useState("");
  const wanted = useDeferredValue(filter);
  const shown = lines.filter((line) => matchesFilter(line, nodeTitle(line.node), wanted)).reverse();
  return (
    <div className={styles.panel}>
      <div className={styles.tools}>
        <input
          className={`${controls.control} ${styles.filter}`}
          type="search"
          aria-label="Filter debug messages"
          placeholder="Filter by node, key, topic or value"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
        <Button size="compact-sm" variant="default" aria-pressed={paused} onClick={() => setPaused(!paused)}>
          {paused ? "Resume" : "Pause"}
        </Button>
        <Button size="compact-sm" variant="default" onClick={clear} disabled={lines.length === 0}>
          Clear
        </Button>
        <span className={styles.counts} aria-live="polite">
          {paused && `${groupDigits(waiting)} came since you paused`}
          {paused && skipped > 0 && " · "}
          {skipped > 0 && `${groupDigits(skipped)} left out`}
        </span>
      </div>
      <div className={styles.lines} role="log" aria-label="Debug messages" aria-live="off">
        {shown.map((line) => (
          <Line key={line.number} line={line} title={nodeTitle(line.node)} onSelectNode={onSelectNode} />
        ))}
        {shown.length === 0 && <Nothing lines={lines.length} />}
      </div>
    </div>
  );
}

function Nothing({ lines }: { readonly lines: number }) {
  return (
    <p className={styles.empty}>
      {lines === 0
        ? "Nothing yet. What reaches a Debug node of the live flow appears here."
        : "No message matches the filter."}
    </p>
  );
}

interface LineProps {
  readonly line: NumberedLine;
  readonly title: string;
  readonly onSelectNode: (id: string) => void;
}

const Line = memo(function Line({ line, title, onSelectNode }: LineProps) {
  const [open, setOpen] = useState(false);
  const tooLarge = line.payloadBytes !== undefined;
  return (
    <div className={styles.line}>
      <span className={styles.time}>{clockText(line.at)}</span>
      <button
        type="button"
        className={styles.node}
        title={`Show ${title}`}
        onClick={() => onSelectNode(line.node)}
      >
        {title}
      </button>
      <span className={styles.key} title={line.topic}>
        {line.key || "no key"}
      </span>
      <button
        type="button"
        className={styles.payload}
        aria-expanded={open}
        disabled={tooLarge}
        onClick={() => setOpen(!open)}
      >
        {tooLarge
          ? `too large to show here (${bytesText(line.payloadBytes ?? 0)})`
          : valueText(line.payload, 160)}
      </button>
      {open ? (
        <div className={styles.open}>
          <span className={styles.topic}>{line.topic}</span>
          <JsonTree value={line.payload} open={2} />
        </div>
      ) : null}
      <CopyButton value={line.payload} disabled={tooLarge} />
    </div>
  );
});

function CopyButton({ value, disabled }: { readonly value: unknown; readonly disabled: boolean }) {
  const [said, setSaid] = useState("Copy");
  const copy = () => {
    // The clipboard exists on https and loopback pages only, and may refuse even there.
    const written =
      navigator.clipboard?.writeText(JSON.stringify(value, null, 2)) ?? Promise.reject(new Error("none"));
    written.then(
      () => setSaid("Copied"),
      () => setSaid("Not allowed"),
    );
  };
  return (
    <button
      type="button"
      className={styles.copy}
      disabled={disabled}
      onClick={copy}
      onBlur={() => setSaid("Copy")}
    >
      {said}
    </button>
  );
}

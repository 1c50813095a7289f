/** What is open and how it is: name, what runs, what is not deployed, saved or not, the broker; and Deploy. */
import { Button } from "@mantine/core";
import { useEffect } from "react";
import { icons } from "../actions/icons.ts";
import { Icon } from "../canvas/Icon.tsx";
import { useSelected, useValue } from "../canvas/useValue.ts";
import { useFlowLag } from "../live/hooks.ts";
import { groupDigits } from "../live/words.ts";
import { count, renameFlowTo } from "../model/commands.ts";
import type { FlowSession } from "../model/flowSession.ts";
import { BrokerState } from "./BrokerState.tsx";
import { FlowMenu } from "./FlowMenu.tsx";
import { Logo } from "./Logo.tsx";
import { hrefOf } from "./route.ts";
import { SaveStateText } from "./SaveStateText.tsx";
import styles from "./topBar.module.css";

interface TopBarProps {
  readonly session: FlowSession;
  readonly run: (action: string) => void;
  readonly onConflict: () => void;
}

export function TopBar({ session, run, onConflict }: TopBarProps) {
  return (
    <header className={styles.bar}>
      <button
        type="button"
        className={styles.paletteButton}
        aria-label="Show the palette"
        onClick={() => run("toggle-palette")}
      >
        <Icon path={icons.add} size={18} />
      </button>
      <Logo />
      <nav className={styles.path} aria-label="Place">
        <a href={hrefOf({ page: "flows" })}>Flows</a>
        <span aria-hidden="true">/</span>
        <FlowName session={session} />
      </nav>
      <LivePill session={session} onResume={() => run("resume")} />
      <ChangesPill session={session} onClick={() => run("deploy")} />
      <span className={styles.space} />
      <SaveStateText session={session} onConflict={onConflict} />
      <BrokerState />
      <button
        type="button"
        className={styles.commands}
        onClick={() => run("commands")}
        title="All commands (Ctrl+K)"
        aria-label="All commands"
      >
        <Icon path={icons.find} />
      </button>
      <Button size="sm" h={32} flex="none" onClick={() => run("deploy")}>
        Deploy…
      </Button>
      <FlowMenu session={session} run={run} />
    </header>
  );
}

function FlowName({ session }: { readonly session: FlowSession }) {
  const name = useSelected(session.document, (flow) => flow.name);
  useEffect(() => {
    document.title = `${name} · Millrace`;
    return () => {
      document.title = "Millrace";
    };
  }, [name]);
  return (
    <input
      // Uncontrolled, so that a name can be emptied while it is written; another name from undo makes a new field.
      key={name}
      className={styles.name}
      aria-label="Name of the flow"
      defaultValue={name}
      maxLength={120}
      size={Math.min(40, Math.max(8, name.length + 1))}
      spellCheck={false}
      onBlur={(event) => {
        if (event.currentTarget.value.trim() === "") event.currentTarget.value = name;
        renameFlowTo(session, event.currentTarget.value);
        session.document.seal();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") event.currentTarget.value = name;
        if (event.key === "Enter" || event.key === "Escape") event.currentTarget.blur();
      }}
    />
  );
}

interface LivePillProps {
  readonly session: FlowSession;
  readonly onResume: () => void;
}

function LivePill({ session, onResume }: LivePillProps) {
  const { version, live, problem, lag } = useValue(session.deployment);
  const newest = useFlowLag(session.id);
  if (version === 0) return <span className={styles.pill}>Not deployed</span>;
  if (problem !== undefined) {
    return (
      <span className={`${styles.pill} ${styles.error}`} title={problem}>
        Not running · v{version}
      </span>
    );
  }
  if (live && lag) {
    const missed = newest ? ` · ${groupDigits(newest.lagMessages)}` : "";
    const title = lag.paused
      ? "It stands still. What comes meanwhile is kept: resume it to catch up, or to skip."
      : "It works through what it missed. You can have it skip the rest.";
    return (
      <button
        type="button"
        className={`${styles.pill} ${lag.paused ? styles.paused : styles.changes}`}
        title={title}
        onClick={onResume}
      >
        {lag.paused ? "Paused" : "Catching up"} · v{version}
        <span className={styles.long}>{missed}</span>
      </button>
    );
  }
  return live ? (
    <span className={`${styles.pill} ${styles.live}`}>Live · v{version}</span>
  ) : (
    <span className={styles.pill}>Stopped · v{version}</span>
  );
}

function ChangesPill({ session, onClick }: { readonly session: FlowSession; readonly onClick: () => void }) {
  const changes = useValue(session.changes);
  const version = useSelected(session.deployment, (deployment) => deployment.version);
  if (changes.length === 0 || version === 0) return null;
  return (
    <button
      type="button"
      className={`${styles.pill} ${styles.changes}`}
      onClick={onClick}
      title="See what changed, and deploy"
    >
      {count(changes.length, "change")}
      <span className={styles.long}> not deployed</span>
    </button>
  );
}

import { Panel, useStore } from "reactflow";
import { keysText } from "../actions/keys.ts";
import { actionById } from "../actions/registry.ts";
import styles from "./canvas.module.css";
import { isMac } from "./isMac.ts";

/** − 84 % + Fit Tidy, at the bottom left of the canvas. */
export function ZoomControls({ run }: { readonly run: (action: string) => void }) {
  const percent = useStore(({ transform: [, , zoom] }) => Math.round(zoom * 100));
  return (
    <Panel position="bottom-left" className={styles.controls ?? ""} role="toolbar" aria-label="View">
      <Control action="zoom-out" run={run} label="−" />
      <Control action="zoom-reset" run={run} label={`${percent} %`} wide />
      <Control action="zoom-in" run={run} label="+" />
      <Control action="fit" run={run} label="Fit" />
      <Control action="tidy" run={run} label="Tidy" />
    </Panel>
  );
}

interface ControlProps {
  readonly action: string;
  readonly label: string;
  readonly run: (action: string) => void;
  readonly wide?: boolean;
}

function Control({ action, label, run, wide }: ControlProps) {
  const { title, keys } = actionById(action);
  const shown = keys[0] === undefined ? title : `${title} (${keysText(keys[0], isMac)})`;
  return (
    <button
      type="button"
      className={wide ? styles.percent : undefined}
      title={shown}
      aria-label={title}
      onClick={() => run(action)}
    >
      {label}
    </button>
  );
}

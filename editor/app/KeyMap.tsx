import { actionGroups } from "../actions/action.ts";
import { keysText } from "../actions/keys.ts";
import { actions } from "../actions/registry.ts";
import { isMac } from "../canvas/isMac.ts";
import { Dialog } from "../panels/Dialog.tsx";
import styles from "./keyMap.module.css";

/** All shortcuts, from the same list that makes them work; and what the mouse does. */
export function KeyMap({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Dialog opened={opened} onClose={onClose} title="Keyboard shortcuts" width={800}>
      <div className={styles.columns}>
        {actionGroups.map((group) => (
          <Group
            key={group}
            title={group}
            lines={actions
              .filter((action) => action.group === group && action.keys.length > 0)
              .map((action) => [action.title, action.keys.map((keys) => keysText(keys, isMac))])}
          />
        ))}
        <Group title="On the canvas" lines={gestures} />
      </div>
    </Dialog>
  );
}

const gestures: readonly Line[] = [
  ["Select the card that has the focus", ["Enter", "Space"]],
  ["Select several", ["Shift+click", "drag"]],
  ["Move the view", ["scroll", "Space+drag", "middle button"]],
  ["Zoom", ["Ctrl+scroll", "pinch"]],
  ["Add a node here", ["double-click"]],
  ["Join a port, or add what fits it", ["click the port", "Enter"]],
];

type Line = readonly [title: string, keys: readonly string[]];

function Group({ title, lines }: { readonly title: string; readonly lines: readonly Line[] }) {
  return (
    <section className={styles.group}>
      <h3>{title}</h3>
      <dl>
        {lines.map(([what, keys]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              {keys.map((each) => (
                <kbd key={each}>{each}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

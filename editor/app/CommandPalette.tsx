import { Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { useState } from "react";
import { type ActionContext, actionGroups } from "../actions/action.ts";
import { keysText } from "../actions/keys.ts";
import { actions, runAction } from "../actions/registry.ts";
import { Icon } from "../canvas/Icon.tsx";
import { isMac } from "../canvas/isMac.ts";
import styles from "./commandPalette.module.css";

/** Ctrl+K: every command that can be done now, found by its words. */
export function CommandPalette({ context }: { readonly context: ActionContext }) {
  const [groups, setGroups] = useState<SpotlightActionGroupData[]>([]);
  return (
    <Spotlight
      actions={groups}
      onSpotlightOpen={() => setGroups(groupsNow(context))}
      shortcut={null}
      nothingFound="No command found"
      highlightQuery
      scrollable
      maxHeight={420}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      transitionProps={{ duration: 100 }}
      searchProps={{ placeholder: "What do you want to do?", "aria-label": "Search commands" }}
    />
  );
}

function groupsNow(context: ActionContext): SpotlightActionGroupData[] {
  return actionGroups.map((group) => ({
    group,
    actions: actions
      .filter((action) => action.group === group && action.id !== "commands" && action.enabled(context))
      .map((action) => ({
        id: action.id,
        label: action.title,
        keywords: [...(action.keywords ?? [])],
        // Without a picture its room stays, so that titles stand below each other.
        leftSection: <Icon path={action.icon ?? ""} />,
        rightSection:
          action.keys[0] === undefined ? null : (
            <kbd className={styles.keys}>{keysText(action.keys[0], isMac)}</kbd>
          ),
        // After the palette has closed and given the focus back, so that what opens next can take it.
        onClick: () => void setTimeout(() => runAction(action, context), 50),
      })),
  }));
}

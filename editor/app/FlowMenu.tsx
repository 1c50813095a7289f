/** What else can be done with the open flow: the actions, behind three dots. */
import { ActionIcon, Menu } from "@mantine/core";
import { actionById } from "../actions/registry.ts";
import { useValue } from "../canvas/useValue.ts";
import type { FlowSession } from "../model/flowSession.ts";
import styles from "../panels/FlowRow.module.css";

interface FlowMenuProps {
  readonly session: FlowSession;
  readonly run: (action: string) => void;
}

export function FlowMenu({ session, run }: FlowMenuProps) {
  const { live, lag } = useValue(session.deployment);
  const shown = ["pause", "resume", "undeploy", "export"] as const;
  const fits = {
    pause: live && lag?.paused !== true,
    resume: live && lag !== undefined,
    undeploy: live,
    export: true,
  };
  return (
    <Menu
      position="bottom-end"
      shadow="sm"
      width={200}
      classNames={{ dropdown: styles.menu ?? "", item: styles.item ?? "" }}
    >
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label="More about this flow">
          <svg width="16" height="16" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">
            <circle cx="3" cy="8" r="1.5" />
            <circle cx="8" cy="8" r="1.5" />
            <circle cx="13" cy="8" r="1.5" />
          </svg>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {shown
          .filter((id) => fits[id])
          .map((id) => (
            <Menu.Item key={id} onClick={() => run(id)}>
              {actionById(id).title}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}

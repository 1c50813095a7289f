import { icons } from "../actions/icons.ts";
import { Icon } from "../canvas/Icon.tsx";
import styles from "./rail.module.css";
import { hrefOf, type Route } from "./route.ts";

/** Ways to the pages, at the left edge. */
export function Rail({ current, flow }: { readonly current: Route["page"]; readonly flow?: string }) {
  return (
    <nav className={styles.rail} aria-label="Pages">
      {flow !== undefined && (
        <Entry
          label="Editor"
          icon={icons.flows}
          href={hrefOf({ page: "flow", id: flow })}
          current={current === "flow"}
        />
      )}
      <Entry label="Flows" icon={icons.list} href={hrefOf({ page: "flows" })} current={current === "flows"} />
      <Entry
        label="Settings"
        icon={icons.settings}
        href={hrefOf({ page: "settings" })}
        current={current === "settings"}
      />
    </nav>
  );
}

interface EntryProps {
  readonly label: string;
  readonly icon: string;
  readonly href: string;
  readonly current: boolean;
}

function Entry({ label, icon, href, current }: EntryProps) {
  return (
    <a
      className={styles.entry}
      href={href}
      title={label}
      aria-label={label}
      aria-current={current ? "page" : undefined}
    >
      <Icon path={icon} size={18} />
    </a>
  );
}

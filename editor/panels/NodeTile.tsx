import type { AnyNodeType } from "../../runtime/core/nodeType.ts";
import styles from "./NodeTile.module.css";

/** The filled square that says what kind of node this is. */
export function NodeTile({ type }: { readonly type: AnyNodeType | undefined }) {
  return (
    <span
      className={styles.tile}
      style={{ backgroundColor: `var(--tile-${type?.category ?? "structure"})` }}
      aria-hidden="true"
    >
      <svg
        width="16"
        height="16"
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        <path d={type?.icon ?? "M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 18h.01"} />
      </svg>
    </span>
  );
}

import type { AnyNodeType } from "../../runtime/core/api.ts";
import { Icon } from "./Icon.tsx";
import styles from "./tile.module.css";

/** The filled square that says what kind of node it is; how the node is doing is said elsewhere. */
export function Tile({ type }: { readonly type: AnyNodeType | undefined }) {
  return (
    <span className={styles.tile} style={{ background: tileColour(type) }}>
      <Icon path={type?.icon ?? unknownIcon} />
    </span>
  );
}

export function tileColour(type: AnyNodeType | undefined): string {
  return `var(--tile-${type?.category ?? "structure"})`;
}

const unknownIcon = "M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 17h.01";

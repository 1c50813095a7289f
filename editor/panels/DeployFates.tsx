import type { Loadable } from "../api/loadable.ts";
import styles from "./DeployDialog.module.css";

/** What becomes of what one node knows, or several. */
export interface FateLine {
  readonly kind: "lost" | "kept" | "new";
  readonly title: string;
  readonly text: string;
}

const marks = { lost: "Lost", kept: "Kept", new: "New" } as const;

/** What the nodes of a flow will still know after the deploy. */
export function DeployFates({ fates }: { readonly fates: Loadable<readonly FateLine[]> }) {
  if (fates.status === "loading")
    return (
      <p className={styles.outcome} role="status">
        Looking at what the nodes know…
      </p>
    );
  if (fates.status === "failed")
    return (
      <p className={styles.outcome} role="status">
        What the nodes will still know cannot be told now. {fates.message}
      </p>
    );
  if (fates.value.length === 0) return null;
  return (
    <section className={styles.fates}>
      <h3 className={styles.heading}>What the nodes will still know</h3>
      <ul className={styles.list}>
        {fates.value.map(({ kind, title, text }) => (
          <li key={`${kind} ${title} ${text}`} className={styles.fate}>
            <span className={`${styles.mark} ${styles[kind]}`}>{marks[kind]}</span>
            <span>
              <strong>{title}</strong> {text}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

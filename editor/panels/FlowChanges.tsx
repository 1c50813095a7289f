import styles from "./FlowChanges.module.css";

/** How one document differs from another, as people read it. */
export interface FlowChanges {
  readonly added: readonly NodeChange[];
  readonly changed: readonly NodeChange[];
  readonly removed: readonly NodeChange[];
  /** As people read them: "Room temperature → Too warm". */
  readonly wiresAdded: readonly string[];
  readonly wiresRemoved: readonly string[];
  /** Anything else, such as a new name of the flow. */
  readonly others?: readonly string[];
}

export interface NodeChange {
  readonly id: string;
  readonly title: string;
  /** What changed: "Set point 26 → 27". */
  readonly detail?: string;
}

export function isUnchanged(changes: FlowChanges): boolean {
  const { added, changed, removed, wiresAdded, wiresRemoved, others = [] } = changes;
  return [added, changed, removed, wiresAdded, wiresRemoved, others].every((list) => list.length === 0);
}

/** The changes as lists; a sign and a word for each kind, so that colour is not needed to tell them apart. */
export function FlowChangesView({ changes, none }: { readonly changes: FlowChanges; readonly none: string }) {
  if (isUnchanged(changes)) return <p className={styles.none}>{none}</p>;
  return (
    <ul className={styles.list}>
      {changes.added.map((node) => (
        <Line key={`+${node.id}`} sign="+" kind="added" text={node.title} detail={node.detail ?? "added"} />
      ))}
      {changes.changed.map((node) => (
        <Line
          key={`~${node.id}`}
          sign="~"
          kind="changed"
          text={node.title}
          detail={node.detail ?? "changed"}
        />
      ))}
      {changes.removed.map((node) => (
        <Line
          key={`-${node.id}`}
          sign="−"
          kind="removed"
          text={node.title}
          detail={node.detail ?? "removed"}
        />
      ))}
      {changes.wiresAdded.map((wire, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two wires between the same nodes read alike
        <Line key={`+${index}`} sign="+" kind="added" text={wire} detail="wire added" quiet />
      ))}
      {changes.wiresRemoved.map((wire, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two wires between the same nodes read alike
        <Line key={`-${index}`} sign="−" kind="removed" text={wire} detail="wire removed" quiet />
      ))}
      {(changes.others ?? []).map((text) => (
        <Line key={text} sign="~" kind="changed" text={text} detail="" quiet />
      ))}
    </ul>
  );
}

interface LineProps {
  readonly sign: string;
  readonly kind: "added" | "changed" | "removed";
  readonly text: string;
  readonly detail: string;
  readonly quiet?: boolean;
}

function Line({ sign, kind, text, detail, quiet }: LineProps) {
  return (
    <li className={styles.line}>
      <span className={styles[kind]} aria-hidden="true">
        {sign}
      </span>
      <span className={styles.what}>
        <span className={quiet ? undefined : styles.title}>{text}</span>{" "}
        <span className={styles.detail}>{detail}</span>
      </span>
    </li>
  );
}

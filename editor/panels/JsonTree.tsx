import { valueText } from "../live/words.ts";
import styles from "./JsonTree.module.css";

interface JsonTreeProps {
  readonly value: unknown;
  /** Levels that start open. */
  readonly open?: number;
  readonly name?: string;
}

/** A JSON value to look into: objects and lists fold, long ones show their beginning. */
export function JsonTree({ value, open = 1, name }: JsonTreeProps) {
  if (value === null || typeof value !== "object") {
    return (
      <div className={styles.leaf}>
        <Name name={name} />
        <Scalar value={value} />
      </div>
    );
  }
  // An open value without a name needs no line of its own to fold it by.
  if (name === undefined && open > 0 && Object.keys(value).length > 0)
    return <Entries value={value} open={open - 1} />;
  return (
    <details className={styles.branch} open={open > 0}>
      <summary>
        <Name name={name} />
        <span className={styles.preview}>{valueText(value, 60)}</span>
      </summary>
      <div className={styles.inside}>
        <Entries value={value} open={open - 1} />
      </div>
    </details>
  );
}

function Entries({ value, open }: { readonly value: object; readonly open: number }) {
  const entries = Object.entries(value);
  const rest = entries.length - entriesMax;
  return (
    <>
      {entries.slice(0, entriesMax).map(([key, each]) => (
        <JsonTree key={key} name={key} value={each} open={open} />
      ))}
      {rest > 0 && <div className={styles.preview}>and {rest} more</div>}
    </>
  );
}

/** More rows than this help nobody and cost a frame. */
const entriesMax = 100;

function Name({ name }: { readonly name: string | undefined }) {
  return name === undefined ? null : <span className={styles.name}>{name}: </span>;
}

function Scalar({ value }: { readonly value: unknown }) {
  if (typeof value === "string") return <span className={styles.text}>{JSON.stringify(value)}</span>;
  if (typeof value === "number") return <span className={styles.number}>{value}</span>;
  return <span className={styles.word}>{value === undefined ? "nothing" : String(value)}</span>;
}

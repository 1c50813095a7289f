import type { Diagnostic } from "../../runtime/core/diagnostic.ts";
import styles from "./ProblemsPanel.module.css";

export interface ProblemsPanelProps {
  readonly problems: readonly Diagnostic[];
  readonly nodeTitle: (id: string) => string;
  /** Name of a field for a person, from a JSON pointer into the node's config. */
  readonly fieldTitle?: (node: string, field: string) => string;
  readonly onSelect: (problem: Diagnostic) => void;
}

/** What is wrong with the draft, errors first; a row leads to its node and field. */
export function ProblemsPanel({ problems, nodeTitle, fieldTitle, onSelect }: ProblemsPanelProps) {
  if (problems.length === 0) return <p className={styles.empty}>No problems. The draft can be deployed.</p>;
  return (
    <ul className={styles.list} aria-label="Problems">
      {sorted(problems).map((problem) => (
        <li key={JSON.stringify(problem)}>
          <button type="button" className={styles.row} onClick={() => onSelect(problem)}>
            <SeverityMark severity={problem.severity} />
            <span className={styles.place}>
              {problem.node === undefined ? (problem.wire ?? "The flow") : nodeTitle(problem.node)}
              {problem.node !== undefined && problem.field && fieldTitle && (
                <span className={styles.field}> · {fieldTitle(problem.node, problem.field)}</span>
              )}
            </span>
            <span className={styles.message}>{problem.message}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

export function SeverityMark({ severity }: Pick<Diagnostic, "severity">) {
  const error = severity === "error";
  return (
    <span className={error ? styles.error : styles.warning}>
      <svg
        width="14"
        height="14"
        viewBox="0 0 14 14"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        aria-hidden="true"
      >
        {error ? <circle cx="7" cy="7" r="6" /> : <path d="M7 1.5 13 12.5H1Z" strokeLinejoin="round" />}
        <path d={error ? "M7 3.8v4M7 9.6v.8" : "M7 5.2v3.4M7 10v.8"} />
      </svg>
      <span className={styles.word}>{error ? "Error" : "Warning"}</span>
    </span>
  );
}

function sorted(problems: readonly Diagnostic[]): Diagnostic[] {
  return [
    ...problems.filter((each) => each.severity === "error"),
    ...problems.filter((each) => each.severity === "warning"),
  ];
}

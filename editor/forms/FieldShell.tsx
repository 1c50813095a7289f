import type { ReactNode } from "react";
import type { Diagnostic } from "../../runtime/core/diagnostic.ts";
import styles from "./FieldShell.module.css";

interface FieldShellProps {
  readonly id: string;
  readonly title: string;
  readonly pointer: string;
  readonly help?: string | undefined;
  /** What the field understood or found, below the input while there is no problem. */
  readonly note?: ReactNode;
  readonly problems: readonly Problem[];
  /** The control is no form element, so a label element cannot name it: it carries the title itself. */
  readonly unlabelled?: boolean;
  readonly children: ReactNode;
}

export type Problem = Pick<Diagnostic, "severity" | "message">;

/** Title, control, problems and help of a field, one below the other. */
export function FieldShell(props: FieldShellProps) {
  const { id, title, pointer, help, note, problems, unlabelled, children } = props;
  return (
    <div className={styles.field} data-field={pointer} data-invalid={problems.length > 0 || undefined}>
      {unlabelled ? (
        <span className={styles.title}>{title}</span>
      ) : (
        <label className={styles.title} htmlFor={id}>
          {title}
        </label>
      )}
      {children}
      <Below id={id} help={help} note={note} problems={problems} />
    </div>
  );
}

/** The lines below a control, which screen readers read with it: see {@link describedBy}. */
export function Below(props: Pick<FieldShellProps, "id" | "help" | "note" | "problems">) {
  return (
    <>
      {props.problems.length > 0 && (
        <div id={`${props.id}-problem`} aria-live="polite">
          {props.problems.map((problem) => (
            <p key={problem.message} className={problem.severity === "error" ? styles.error : styles.warning}>
              {problem.message}
            </p>
          ))}
        </div>
      )}
      {props.problems.length === 0 && props.note && <div className={styles.note}>{props.note}</div>}
      {props.help && (
        <p id={`${props.id}-help`} className={styles.help}>
          {props.help}
        </p>
      )}
    </>
  );
}

/** Attributes that tie a control to its title, help and problems. */
export function describedBy(id: string, problems: readonly Problem[], help: string | undefined) {
  const texts = [...(problems.length > 0 ? [`${id}-problem`] : []), ...(help ? [`${id}-help`] : [])];
  return {
    id,
    ...(texts.length > 0 ? { "aria-describedby": texts.join(" ") } : {}),
    ...(problems.some((each) => each.severity === "error") ? { "aria-invalid": true } : {}),
  };
}

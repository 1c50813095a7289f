import type { ReactNode } from "react";
import controls from "../controls.module.css";
import { describedBy, FieldShell, type Problem } from "../FieldShell.tsx";
import { type FieldProps, ghostOf, textOf, textOrUnset, useField } from "./fieldProps.ts";

interface LineFieldProps extends FieldProps {
  /** Set in the monospace face: topics, paths, cron lines. */
  readonly code?: boolean;
  /** What is wrong with the text, found here and now; the form's own problems come first. */
  readonly problem?: string | undefined;
  readonly note?: ReactNode;
  /** Offered while typing. */
  readonly offers?: readonly string[];
}

/** One line of text: the base of every widget whose value is what people write. */
export function LineField(props: LineFieldProps) {
  const { schema, value, pointer, required, onChange, code, problem, note, offers } = props;
  const { id, problems } = useField(pointer);
  const shown: readonly Problem[] =
    problems.length === 0 && problem !== undefined ? [{ severity: "error", message: problem }] : problems;
  const unit = schema.x?.unit;
  return (
    <FieldShell
      id={id}
      title={props.title}
      pointer={pointer}
      help={props.helpElsewhere ? undefined : schema.description}
      note={note}
      problems={shown}
    >
      <span className={controls.withSuffix}>
        <input
          {...describedBy(id, shown, schema.description)}
          className={code ? controls.code : controls.control}
          type="text"
          autoComplete="off"
          spellCheck={!code}
          placeholder={ghostOf(schema, value)}
          value={textOf(value)}
          onChange={(event) =>
            onChange(textOrUnset(event.currentTarget.value, required && schema.default === undefined))
          }
          {...(offers === undefined ? {} : { list: `${id}-offers` })}
        />
        {unit && <span className={controls.suffix}>{unit}</span>}
      </span>
      {offers && (
        <datalist id={`${id}-offers`}>
          {offers.map((offer) => (
            <option key={offer} value={offer} />
          ))}
        </datalist>
      )}
    </FieldShell>
  );
}

import controls from "../controls.module.css";
import { describedBy, FieldShell } from "../FieldShell.tsx";
import { type FieldProps, textOf, textOrUnset, useField } from "./fieldProps.ts";

/** Text of several lines, such as a comment in Markdown. Grows with its text. */
export function AreaField({ schema, title, value, pointer, required, onChange }: FieldProps) {
  const { id, problems } = useField(pointer);
  return (
    <FieldShell id={id} title={title} pointer={pointer} help={schema.description} problems={problems}>
      <textarea
        {...describedBy(id, problems, schema.description)}
        className={controls.area}
        placeholder={schema.x?.placeholder ?? ""}
        rows={4}
        value={textOf(value)}
        onChange={(event) => onChange(textOrUnset(event.currentTarget.value, required))}
      />
    </FieldShell>
  );
}

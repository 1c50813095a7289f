import { Below } from "../FieldShell.tsx";
import { Fields } from "../Fields.tsx";
import type { FormValue } from "../fieldSchema.ts";
import { type FieldProps, useField } from "./fieldProps.ts";
import styles from "./GroupField.module.css";

/** Fields that belong together, in a frame of their own. */
export function GroupField({ schema, title, value, pointer, onChange }: FieldProps) {
  const { id } = useField(pointer);
  return (
    <fieldset className={styles.group} data-field={pointer}>
      <legend className={styles.title}>{title}</legend>
      <Fields schema={schema} value={recordOf(value)} pointer={pointer} onChange={onChange} />
      <Below id={id} help={schema.description} problems={[]} />
    </fieldset>
  );
}

export function recordOf(value: unknown): FormValue {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as FormValue) : {};
}

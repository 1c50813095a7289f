import { Switch } from "@mantine/core";
import { Below, describedBy } from "../FieldShell.tsx";
import { type FieldProps, useField } from "./fieldProps.ts";
import styles from "./ToggleField.module.css";

export function ToggleField({ schema, title, value, pointer, onChange }: FieldProps) {
  const { id, problems } = useField(pointer);
  return (
    <div className={styles.field} data-field={pointer}>
      <Switch
        {...describedBy(id, problems, schema.description)}
        size="sm"
        withThumbIndicator={false}
        label={title}
        checked={(value ?? schema.default) === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
        classNames={{ label: styles.label ?? "", body: styles.body ?? "" }}
      />
      <Below id={id} help={schema.description} problems={problems} />
    </div>
  );
}

import controls from "../controls.module.css";
import { describedBy, FieldShell } from "../FieldShell.tsx";
import { Chevron } from "./ChoiceField.tsx";
import { type FieldProps, textOf, useField } from "./fieldProps.ts";

/** One of the named MQTT connections; a name that no longer exists stays selectable and says so. */
export function ConnectionField({ schema, title, value, pointer, onChange, helpElsewhere }: FieldProps) {
  const { id, environment, problems } = useField(pointer);
  const chosen = textOf(value ?? schema.default);
  const missing = chosen !== "" && !environment.connections.includes(chosen);
  return (
    <FieldShell
      id={id}
      title={title}
      pointer={pointer}
      help={helpElsewhere ? undefined : schema.description}
      problems={problems}
    >
      <span className={controls.withSuffix}>
        <select
          {...describedBy(id, problems, schema.description)}
          className={controls.select}
          value={chosen}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {missing && <option value={chosen}>{chosen} (not set up)</option>}
          {chosen === "" && <option value="">choose…</option>}
          {environment.connections.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <Chevron />
      </span>
    </FieldShell>
  );
}

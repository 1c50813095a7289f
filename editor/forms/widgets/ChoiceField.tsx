import { SegmentedControl } from "@mantine/core";
import controls from "../controls.module.css";
import { describedBy, FieldShell } from "../FieldShell.tsx";
import { choiceLabels } from "../formLayout.ts";
import { segmented } from "../segmented.ts";
import { type FieldProps, textOf, useField } from "./fieldProps.ts";

/** One of a few values: side by side when there is room for all, else a menu. */
export function ChoiceField(props: FieldProps & { readonly half?: boolean }) {
  const { schema, title, pointer, required, onChange, half, helpElsewhere } = props;
  const { id, problems } = useField(pointer);
  const values = schema.enum ?? [];
  const labels = choiceLabels(schema);
  const value = textOf(props.value ?? schema.default);
  const known = values.includes(value);
  const beside =
    !half && known && required && values.length <= 3 && labels.join("").length <= besideLettersMax;
  return (
    <FieldShell
      id={id}
      title={title}
      pointer={pointer}
      help={helpElsewhere ? undefined : schema.description}
      problems={problems}
      unlabelled={beside}
    >
      {beside ? (
        <SegmentedControl
          {...describedBy(id, problems, schema.description)}
          aria-label={title}
          fullWidth
          size="xs"
          data={values.map((each, index) => ({ value: each, label: labels[index] ?? each }))}
          value={value}
          onChange={onChange}
          classNames={segmented}
        />
      ) : (
        <Menu {...props} value={value} known={known} labels={labels} />
      )}
    </FieldShell>
  );
}

/** What three labels hold at 12 px across the inspector. */
const besideLettersMax = 26;

interface MenuProps extends FieldProps {
  readonly value: string;
  readonly known: boolean;
  readonly labels: readonly string[];
}

function Menu({ schema, value, known, labels, pointer, required, onChange }: MenuProps) {
  const { id, problems } = useField(pointer);
  return (
    <span className={controls.withSuffix}>
      <select
        {...describedBy(id, problems, schema.description)}
        className={controls.select}
        value={value}
        onChange={(event) =>
          onChange(event.currentTarget.value === "" ? undefined : event.currentTarget.value)
        }
      >
        {!known && <option value={value}>{value === "" ? "choose…" : `${value} (unknown)`}</option>}
        {known && !required && schema.default === undefined && <option value="">not set</option>}
        {(schema.enum ?? []).map((each, index) => (
          <option key={each} value={each}>
            {labels[index]}
          </option>
        ))}
      </select>
      <Chevron />
    </span>
  );
}

export function Chevron() {
  return (
    <span className={controls.chevron} aria-hidden="true">
      <svg width="12" height="12" viewBox="0 0 12 12" fill="none" stroke="currentColor" strokeWidth="1.5">
        <title>open</title>
        <path d="M3 4.5 6 7.5 9 4.5" />
      </svg>
    </span>
  );
}

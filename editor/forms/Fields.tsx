import { type ReactNode, useContext, useState } from "react";
import { Field } from "./Field.tsx";
import { Below } from "./FieldShell.tsx";
import styles from "./Fields.module.css";
import { FormContext } from "./FormContext.ts";
import type { FieldSchema, FormValue } from "./fieldSchema.ts";
import { type FormField, type FormRow, formLayout, zoneOf } from "./formLayout.ts";
import { childPointer, isWithin, problemsElsewhere, problemsWithin } from "./pointer.ts";
import { fieldId } from "./widgets/fieldProps.ts";

interface FieldsProps {
  readonly schema: FieldSchema;
  readonly value: FormValue;
  /** Of the object whose fields these are; "" for the whole config. */
  readonly pointer: string;
  readonly onChange: (value: FormValue) => void;
}

/** The fields of an object in rows, the advanced ones behind a button; problems that belong to none come first. */
export function Fields({ schema, value, pointer, onChange }: FieldsProps) {
  const { main, advanced } = formLayout(schema, value);
  const { problems, idPrefix } = useContext(FormContext);
  const shown = [...main, ...advanced].flat().map((each) => each.name);
  const others = problemsElsewhere(problems, pointer, shown);
  const zone = zoneOf(schema, value);
  const set = (name: string, next: unknown) => {
    const { [name]: _, ...rest } = value;
    onChange(next === undefined ? rest : { ...value, [name]: next });
  };
  const row = (fields: FormRow) => (
    <Row key={fields[0].name} fields={fields} value={value} zone={zone} pointer={pointer} onChange={set} />
  );
  return (
    <div className={styles.fields}>
      {others.length > 0 && (
        <div>
          <Below id={`${fieldId(idPrefix, pointer)}-others`} problems={others} />
        </div>
      )}
      {main.map(row)}
      {advanced.length > 0 && (
        <MoreSettings pointers={advanced.flat().map((field) => childPointer(pointer, field.name))}>
          {advanced.map(row)}
        </MoreSettings>
      )}
    </div>
  );
}

interface RowProps {
  readonly fields: FormRow;
  readonly value: FormValue;
  readonly zone: string | undefined;
  readonly pointer: string;
  readonly onChange: (name: string, value: unknown) => void;
}

function Row({ fields, value, zone, pointer, onChange }: RowProps) {
  const { idPrefix } = useContext(FormContext);
  const half = fields.length === 2;
  const field = ({ name, schema, required }: FormField) => (
    <Field
      key={name}
      name={name}
      schema={schema}
      required={required}
      value={value[name]}
      pointer={childPointer(pointer, name)}
      onChange={(next) => onChange(name, next)}
      zone={zone}
      half={half}
      helpElsewhere={half}
    />
  );
  if (!half) return field(fields[0]);
  return (
    <div className={styles.pair}>
      {fields.map(field)}
      {fields.map(
        ({ name, schema }) =>
          schema.description && (
            <p
              key={name}
              id={`${fieldId(idPrefix, childPointer(pointer, name))}-help`}
              className={styles.pairHelp}
            >
              {schema.description}
            </p>
          ),
      )}
    </div>
  );
}

/** Opens by itself while something inside needs attention. */
function MoreSettings({
  pointers,
  children,
}: {
  readonly pointers: readonly string[];
  readonly children: ReactNode;
}) {
  const { problems, focus } = useContext(FormContext);
  const [wanted, setWanted] = useState(false);
  const needed = pointers.some(
    (pointer) => problemsWithin(problems, pointer).length > 0 || isWithin(focus, pointer),
  );
  const open = wanted || needed;
  return (
    <>
      <button type="button" className={styles.more} aria-expanded={open} onClick={() => setWanted(!open)}>
        <span aria-hidden="true" className={styles.arrow} data-open={open || undefined}>
          ›
        </span>
        More settings
      </button>
      {open && children}
    </>
  );
}

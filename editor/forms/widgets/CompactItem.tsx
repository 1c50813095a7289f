import type { ReactNode } from "react";
import { Field } from "../Field.tsx";
import { type FieldSchema, type FormValue, widgetOf } from "../fieldSchema.ts";
import { childPointer } from "../pointer.ts";
import styles from "./CompactItem.module.css";

interface CompactItemProps {
  readonly schema: FieldSchema;
  readonly value: FormValue;
  readonly pointer: string;
  readonly onChange: (value: FormValue) => void;
  /** Removes the item. */
  readonly button: ReactNode;
}

/** A small group in a line or two: its days first, if it has any, then its other fields beside each other. */
export function CompactItem({ schema, value, pointer, onChange, button }: CompactItemProps) {
  const fields = Object.entries(schema.properties ?? {});
  const set = (name: string, next: unknown) => {
    const { [name]: _, ...rest } = value;
    onChange(next === undefined ? rest : { ...value, [name]: next });
  };
  const field = ([name, inner]: [string, FieldSchema]) => (
    <Field
      key={name}
      name={name}
      schema={inner}
      required={schema.required?.includes(name) ?? false}
      value={value[name]}
      pointer={childPointer(pointer, name)}
      onChange={(next) => set(name, next)}
      half
    />
  );
  const days = fields.filter(([, inner]) => widgetOf(inner) === "days");
  const others = fields.filter(([, inner]) => widgetOf(inner) !== "days");
  return (
    <>
      {days.length > 0 && (
        <div className={styles.days}>
          {days.map(field)}
          {button}
        </div>
      )}
      <div className={styles.line}>
        {others.map(field)}
        {days.length === 0 && <span className={styles.end}>{button}</span>}
      </div>
    </>
  );
}

import { type KeyboardEvent, useRef } from "react";
import controls from "../controls.module.css";
import { Field } from "../Field.tsx";
import { Below } from "../FieldShell.tsx";
import { Fields } from "../Fields.tsx";
import { type FieldSchema, freshValue, widgetOf } from "../fieldSchema.ts";
import { moved, replaced, without } from "../listEdits.ts";
import { childPointer, problemsAt } from "../pointer.ts";
import { CompactItem } from "./CompactItem.tsx";
import { type FieldProps, useField } from "./fieldProps.ts";
import { recordOf } from "./GroupField.tsx";
import styles from "./ListField.module.css";
import { isWeek, WeekDrawing } from "./WeekDrawing.tsx";

/**
 * An ordered list: one frame an item, with buttons to move and remove it, and one to add. Alt+arrows move an item too; in
 * compact lists they alone do.
 */
export function ListField({ schema, title, value, pointer, onChange }: FieldProps) {
  const { id, problems } = useField(pointer);
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const item = schema.items ?? {};
  const word = schema.x?.item ?? "item";
  const keys = useItemKeys(items.length);

  const move = (from: number, to: number) => {
    if (to < 0 || to >= items.length) return;
    keys.current = moved(keys.current, from, to);
    onChange(moved(items, from, to));
  };
  const remove = (index: number) => {
    keys.current = without(keys.current, index);
    onChange(without(items, index));
  };

  return (
    <section className={styles.list} data-field={pointer} aria-label={title}>
      <span className={styles.title}>{title}</span>
      {items.length === 0 && <p className={styles.empty}>No {word} yet.</p>}
      {items.length > 0 && isWeek(item) && <WeekDrawing rows={items} />}
      {items.map((each, index) => (
        <ListItem
          key={keys.current[index]}
          name={`${capital(word)} ${index + 1}`}
          schema={item}
          value={each}
          pointer={childPointer(pointer, index)}
          first={index === 0}
          last={index === items.length - 1}
          compact={schema.x?.compact ?? false}
          removable={items.length > (schema.minItems ?? 0)}
          onChange={(next) => onChange(replaced(items, index, next))}
          onMove={(by) => move(index, index + by)}
          onRemove={() => remove(index)}
        />
      ))}
      {items.length < (schema.maxItems ?? Number.POSITIVE_INFINITY) && (
        <button
          type="button"
          className={`${controls.action} ${styles.add}`}
          onClick={() => onChange([...items, freshValue(item)])}
        >
          + Add {word}
        </button>
      )}
      <Below id={id} help={schema.description} problems={problemsAt(problems, pointer)} />
    </section>
  );
}

interface ListItemProps {
  readonly name: string;
  readonly schema: FieldSchema;
  readonly value: unknown;
  readonly pointer: string;
  readonly first: boolean;
  readonly last: boolean;
  readonly compact: boolean;
  readonly removable: boolean;
  readonly onChange: (value: unknown) => void;
  readonly onMove: (by: 1 | -1) => void;
  readonly onRemove: () => void;
}

function ListItem(props: ListItemProps) {
  const { name, schema, value, pointer, first, last, compact, removable, ...on } = props;
  const moveByKey = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    on.onMove(event.key === "ArrowUp" ? -1 : 1);
  };
  const isGroup = widgetOf(schema) === "group";
  const remove = (
    <ItemButton
      label={`Remove ${name}`}
      path="m3 3 6 6M9 3 3 9"
      disabled={!removable}
      onPress={on.onRemove}
    />
  );
  const frame = { "data-field": pointer, "aria-label": name, onKeyDown: moveByKey };
  if (compact && isGroup) {
    return (
      <fieldset className={styles.compact} {...frame}>
        <CompactItem
          schema={schema}
          value={recordOf(value)}
          pointer={pointer}
          onChange={on.onChange}
          button={remove}
        />
      </fieldset>
    );
  }
  return (
    <fieldset className={styles.item} {...frame}>
      <div className={styles.head}>
        <span className={styles.name}>{name}</span>
        <ItemButton
          label={`Move ${name} up`}
          path="M6 9.5v-7M3 5.5l3-3 3 3"
          disabled={first}
          onPress={() => on.onMove(-1)}
        />
        <ItemButton
          label={`Move ${name} down`}
          path="M6 2.5v7M3 6.5l3 3 3-3"
          disabled={last}
          onPress={() => on.onMove(1)}
        />
        {remove}
      </div>
      {isGroup ? (
        <Fields schema={schema} value={recordOf(value)} pointer={pointer} onChange={on.onChange} />
      ) : (
        <Field schema={schema} name={name} value={value} pointer={pointer} required onChange={on.onChange} />
      )}
    </fieldset>
  );
}

interface ItemButtonProps {
  readonly label: string;
  readonly path: string;
  readonly disabled: boolean;
  readonly onPress: () => void;
}

function ItemButton({ label, path, disabled, onPress }: ItemButtonProps) {
  return (
    <button
      type="button"
      className={styles.button}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onPress}
    >
      <svg
        width="12"
        height="12"
        viewBox="0 0 12 12"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        aria-hidden="true"
      >
        <path d={path} />
      </svg>
    </button>
  );
}

/** Keys that stay with their items through moves, so that inputs keep their focus and half-typed text. */
function useItemKeys(count: number) {
  const next = useRef(0);
  const keys = useRef<number[]>([]);
  while (keys.current.length < count) keys.current.push(next.current++);
  if (keys.current.length > count) keys.current.length = count;
  return keys;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

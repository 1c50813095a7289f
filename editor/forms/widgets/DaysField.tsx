import { type KeyboardEvent, useRef, useState } from "react";
import { type Day, dayNames } from "../../../runtime/core/schema.ts";
import { Below, describedBy } from "../FieldShell.tsx";
import styles from "./DaysField.module.css";
import { type FieldProps, useField } from "./fieldProps.ts";

const days = Object.keys(dayNames) as readonly Day[];

/** Days of the week as a line of buttons: one stop for Tab, arrows move along it, Space switches a day on and off. */
export function DaysField({ schema, title, value, pointer, onChange }: FieldProps) {
  const { id, problems } = useField(pointer);
  const [stop, setStop] = useState(0);
  const buttons = useRef<(HTMLButtonElement | null)[]>([]);
  const chosen = daysOf(value ?? schema.default);

  const toggle = (day: Day) =>
    onChange(days.filter((each) => (each === day ? !chosen.includes(day) : chosen.includes(each))));
  const move = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step === undefined || event.altKey) return;
    event.preventDefault();
    const next =
      Math.abs(step) === 1 ? (stop + step + days.length) % days.length : step < 0 ? 0 : days.length - 1;
    setStop(next);
    buttons.current[next]?.focus();
  };

  return (
    <div className={styles.field} data-field={pointer}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would need a frame and a legend of its own in every line */}
      <div
        {...describedBy(id, problems, schema.description)}
        className={styles.days}
        role="group"
        aria-label={title}
        onKeyDown={move}
      >
        {days.map((day, index) => (
          <button
            key={day}
            ref={(button) => {
              buttons.current[index] = button;
            }}
            type="button"
            className={styles.day}
            aria-pressed={chosen.includes(day)}
            aria-label={dayNames[day]}
            title={dayNames[day]}
            tabIndex={index === stop ? 0 : -1}
            onFocus={() => setStop(index)}
            onClick={() => toggle(day)}
          >
            {dayNames[day].slice(0, 2)}
          </button>
        ))}
      </div>
      <Below id={id} help={schema.description} problems={problems} />
    </div>
  );
}

/** How far a key moves; beyond one: to that end. */
const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, Home: -7, End: 7 };

function daysOf(value: unknown): readonly Day[] {
  return Array.isArray(value) ? days.filter((day) => value.includes(day)) : [];
}

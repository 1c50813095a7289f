import { type KeyboardEvent, useState } from "react";
import controls from "../controls.module.css";
import { describedBy, FieldShell, type Problem } from "../FieldShell.tsx";
import { numberFromText, numberProblem, textOfNumber } from "../numberText.ts";
import { type FieldProps, useField } from "./fieldProps.ts";

/** A number with its unit. A text input, because a browser's number input forgets what it cannot read. */
export function NumberField({ schema, title, value, pointer, onChange, helpElsewhere }: FieldProps) {
  const { id, problems } = useField(pointer);
  const [typed, setTyped] = useState("");
  const own = numberProblem(value);
  const shown: readonly Problem[] = own === undefined ? problems : [{ severity: "error", message: own }];
  const unit = schema.x?.unit;

  const enter = (text: string) => {
    setTyped(text);
    onChange(numberFromText(text));
  };
  const step = (event: KeyboardEvent) => {
    const direction = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (direction === 0 || typeof value !== "number") return;
    event.preventDefault();
    const next = Number((value + direction).toPrecision(12));
    enter(String(Math.min(schema.maximum ?? next, Math.max(schema.minimum ?? next, next))));
  };

  return (
    <FieldShell
      id={id}
      title={title}
      pointer={pointer}
      help={helpElsewhere ? undefined : schema.description}
      problems={shown}
    >
      <span className={controls.withSuffix}>
        <input
          {...describedBy(id, shown, schema.description)}
          className={controls.control}
          style={unit ? { paddingRight: `calc(${unit.length}ch + 18px)` } : undefined}
          type="text"
          inputMode="decimal"
          autoComplete="off"
          placeholder={schema.x?.placeholder ?? (schema.default === undefined ? "" : String(schema.default))}
          value={textOfNumber(value, typed)}
          onChange={(event) => enter(event.currentTarget.value)}
          onKeyDown={step}
        />
        {unit && <span className={controls.suffix}>{unit}</span>}
      </span>
    </FieldShell>
  );
}

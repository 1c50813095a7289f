import { useEffect, useId, useMemo, useRef } from "react";
import type { Diagnostic } from "../../runtime/core/diagnostic.ts";
import { Fields } from "./Fields.tsx";
import { FormContext, type FormEnvironment } from "./FormContext.ts";
import type { FieldSchema, FormValue } from "./fieldSchema.ts";

export interface SchemaFormProps {
  /** The config schema of a node type. */
  readonly schema: object;
  readonly value: FormValue;
  /** Every keystroke; whoever keeps the value joins those of one field into one undo step. */
  readonly onChange: (value: FormValue) => void;
  /** Of this node: `field` says where each is shown. */
  readonly problems: readonly Diagnostic[];
  readonly environment: FormEnvironment;
  /** A field to show and focus. A new object asks again for the same field. */
  readonly focus?: FieldFocus | undefined;
}

export interface FieldFocus {
  /** JSON pointer into the config. */
  readonly field: string;
}

/** A form drawn from a schema and its hints. Problems stand at their fields; what belongs to none comes first. */
export function SchemaForm({ schema, value, onChange, problems, environment, focus }: SchemaFormProps) {
  const form = useRef<HTMLDivElement>(null);
  const idPrefix = useId();
  const context = useMemo(
    () => ({ environment, problems, focus: focus?.field, idPrefix }),
    [environment, problems, focus, idPrefix],
  );

  useEffect(() => {
    if (focus && form.current) focusField(form.current, focus.field);
  }, [focus]);

  return (
    <FormContext.Provider value={context}>
      <div ref={form}>
        <Fields schema={schema as FieldSchema} value={value} pointer="" onChange={onChange} />
      </div>
    </FormContext.Provider>
  );
}

/** Focuses the field, or the nearest one around it that is drawn. */
function focusField(form: HTMLElement, pointer: string): void {
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const field = form.querySelector(`[data-field="${CSS.escape(at)}"]`);
    if (!field) continue;
    field.scrollIntoView({ block: "nearest" });
    field.querySelector<HTMLElement>("input, select, textarea, [contenteditable=true], button")?.focus();
    return;
  }
}

import { useContext } from "react";
import type { Diagnostic } from "../../../runtime/core/diagnostic.ts";
import { FormContext, type FormEnvironment } from "../FormContext.ts";
import type { FieldSchema } from "../fieldSchema.ts";
import { problemsWithin } from "../pointer.ts";

/** What every widget is given. */
export interface FieldProps {
  readonly schema: FieldSchema;
  readonly title: string;
  /** Undefined: not set. */
  readonly value: unknown;
  /** JSON pointer of the field in the config. */
  readonly pointer: string;
  /** An optional field can be unset: its widget then gives undefined for empty. */
  readonly required: boolean;
  /** @param value undefined removes the field from the config */
  readonly onChange: (value: unknown) => void;
  /** Time zone that a sibling field names. */
  readonly zone?: string | undefined;
  /** Help is shown elsewhere, as below a pair of fields. */
  readonly helpElsewhere?: boolean;
}

/** Id, environment and problems of the field at a pointer. */
export function useField(pointer: string): {
  readonly id: string;
  readonly environment: FormEnvironment;
  readonly problems: readonly Diagnostic[];
} {
  const { environment, problems, idPrefix } = useContext(FormContext);
  return { id: fieldId(idPrefix, pointer), environment, problems: problemsWithin(problems, pointer) };
}

export function fieldId(idPrefix: string, pointer: string): string {
  return `${idPrefix}${pointer.replaceAll("/", "-")}`;
}

/** The text of a field that holds text; other JSON values, as a file may hold, are shown as JSON. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A field that was emptied is not set at all, unless it has to be. */
export function textOrUnset(text: string, required: boolean): string | undefined {
  return text === "" && !required ? undefined : text;
}

/** Ghost text of an empty field: what is in force while it is not set, else an example. */
export function ghostOf({ default: preset, x }: FieldSchema, value: unknown): string | undefined {
  return value === undefined && preset !== undefined ? textOf(preset) : x?.placeholder;
}

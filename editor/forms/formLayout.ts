/** Which fields of a config are shown, in which order, and which two stand side by side. */
import { type FieldSchema, type FormValue, titleOf, widgetOf } from "./fieldSchema.ts";

export interface FormField {
  readonly name: string;
  readonly schema: FieldSchema;
  readonly required: boolean;
}

/** One field, or two narrow ones beside each other. */
export type FormRow = readonly [FormField] | readonly [FormField, FormField];

export interface FormLayout {
  readonly main: readonly FormRow[];
  /** Behind "More settings". */
  readonly advanced: readonly FormRow[];
}

export function formLayout(schema: FieldSchema, value: FormValue): FormLayout {
  const fields = Object.entries(schema.properties ?? {})
    .map(([name, field]) => ({ name, schema: field, required: schema.required?.includes(name) ?? false }))
    .filter((field) => isVisible(field.schema, schema, value));
  return {
    main: rows(fields.filter((field) => !field.schema.x?.advanced)),
    advanced: rows(fields.filter((field) => field.schema.x?.advanced)),
  };
}

/** A field with `visibleIf` follows its siblings, where a sibling not set counts as its default. */
function isVisible(field: FieldSchema, owner: FieldSchema, value: FormValue): boolean {
  return Object.entries(field.x?.visibleIf ?? {}).every(([sibling, allowed]) => {
    const actual = value[sibling] ?? owner.properties?.[sibling]?.default;
    return allowed.some((each) => each === actual);
  });
}

/** The time zone a form names in one of its fields, for its schedules. */
export function zoneOf(schema: FieldSchema, value: FormValue): string | undefined {
  const found = Object.entries(schema.properties ?? {}).find(([, field]) => widgetOf(field) === "zone");
  if (!found) return undefined;
  const zone = value[found[0]] ?? found[1].default;
  return typeof zone === "string" ? zone : undefined;
}

function rows(fields: readonly FormField[]): FormRow[] {
  const result: FormRow[] = [];
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index]!;
    const next = fields[index + 1];
    if (next && isNarrow(field) && isNarrow(next)) {
      result.push([field, next]);
      index++;
    } else {
      result.push([field]);
    }
  }
  return result;
}

/** Half the inspector is enough for it: a number, a duration, a choice of short words, under a short title. */
function isNarrow(field: FormField): boolean {
  if (titleOf(field.schema, field.name).length > narrowTitleMax) return false;
  if ((field.schema.x?.unit ?? "").length > narrowUnitMax) return false;
  const widget = widgetOf(field.schema);
  if (widget === "choice") return choiceLabels(field.schema).every((label) => label.length <= narrowLabelMax);
  return widget === "number" || widget === "duration";
}

/** What a half-width column (138 px) holds at 13 px without cutting. */
const narrowTitleMax = 19;
const narrowLabelMax = 14;
/** It takes its room from the number. */
const narrowUnitMax = 9;

export function choiceLabels(schema: FieldSchema): readonly string[] {
  return (schema.enum ?? []).map((value) => schema.x?.labels?.[value] ?? value);
}

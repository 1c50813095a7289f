import type { FieldHints, Widget } from "../../runtime/core/schema.ts";

/** What the form reads of a field's JSON Schema, as the builders of core/schema.ts write it. */
export interface FieldSchema {
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: FieldSchema;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
  readonly x?: FieldHints;
}

export type FormValue = Readonly<Record<string, unknown>>;

export function titleOf(schema: FieldSchema, name: string): string {
  return schema.title ?? name;
}

/** A schema without hints, as in a node type of somebody else's, gets the widget its JSON type suggests. */
export function widgetOf(schema: FieldSchema): Widget {
  if (schema.x) return schema.x.widget;
  if (schema.enum) return "choice";
  switch (schema.type) {
    case "number":
    case "integer":
      return "number";
    case "boolean":
      return "toggle";
    case "string":
      return "text";
    case "array":
      return "list";
    case "object":
      return "group";
    default:
      return "json";
  }
}

/** A value to start a new field with: its default, and for groups those of its fields. */
export function freshValue(schema: FieldSchema): unknown {
  if (schema.default !== undefined) return schema.default;
  switch (widgetOf(schema)) {
    case "group":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name, inner]) => schema.required?.includes(name) || inner.default !== undefined)
          .map(([name, inner]) => [name, freshValue(inner)])
          .filter(([, value]) => value !== undefined),
      );
    case "list":
      return Array.from({ length: schema.minItems ?? 0 }, () => freshValue(schema.items ?? {}));
    case "toggle":
      return false;
    case "choice":
      return schema.enum?.[0];
    case "number":
      return undefined;
    case "json":
      return null;
    case "table":
      return [];
    default:
      return "";
  }
}

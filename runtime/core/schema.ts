/**
 * Builders for the config of a node type. One schema is the form in the editor, the check before deploy, the docs,
 * the API description and the TypeScript type.
 *
 * Beyond JSON Schema a field carries hints under one key, `x`, that the editor's form and the validator read:
 * see {@link FieldHints}. Values are stored as people write them ("5 min"); operators parse them once.
 */
import Type, { type Static, type TObject, type TProperties, type TSchema } from "typebox";
import type { PayloadKind } from "./message.ts";

export type { Static, TObject, TProperties, TSchema };

export type Widget =
  | "text"
  | "number"
  | "toggle"
  | "choice"
  | "duration"
  | "expression"
  | "topic"
  | "connection"
  | "json"
  | "cron"
  | "zone"
  | "days"
  | "dayTime"
  | "markdown"
  | "path"
  | "group"
  | "list"
  | "table";

export interface FieldHints {
  readonly widget: Widget;
  /** Shown after the input, such as `°C`. */
  readonly unit?: string;
  /** Ghost text in an empty input: an example, never an explanation. */
  readonly placeholder?: string;
  /** Choice fields: a label per value, in the order of the list. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Show (and check) this field only while a sibling field has one of these values. */
  readonly visibleIf?: Readonly<Record<string, readonly (string | boolean | number)[]>>;
  /** Topic fields: may the text hold named levels `{device}`, and wildcards `+` `#`? */
  readonly topic?: { readonly levels: boolean; readonly wildcards: boolean };
  /** Expression fields: what the result is used as; shown beside the live result. */
  readonly result?: PayloadKind;
  /** Expression fields: which messages it looks at, for it to be tried on one; absent: those at the input ports. */
  readonly sample?: SampleHint;
  /** List fields: the word for one more, as in "Add rule". */
  readonly item?: string;
  /** List fields: the groups in it are small, and each is drawn in a line or two. */
  readonly compact?: boolean;
  /** Fields most people never touch sit behind "More settings". */
  readonly advanced?: boolean;
}

export interface SampleHint {
  /** An input port, or the port of a subscription. */
  readonly port: string;
  /** Names that stand beside the message: results of a sibling expression on the newest message of a port. */
  readonly beside?: Readonly<Record<string, { readonly field: string; readonly port: string }>>;
}

/** What every builder takes. `title` is the label, `help` one sentence below the input. */
export interface FieldOptions<Value> extends Omit<FieldHints, "widget"> {
  readonly title: string;
  readonly help?: string;
  readonly default?: Value;
}

function annotate<Value>(widget: Widget, options: FieldOptions<Value>, constraints: object = {}) {
  const { title, help, default: preset, ...hints } = options;
  return {
    title,
    ...(help === undefined ? {} : { description: help }),
    ...(preset === undefined ? {} : { default: preset }),
    ...constraints,
    x: { widget, ...hints } satisfies FieldHints,
  };
}

interface TextLimits {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}
interface NumberLimits {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

export const field = {
  text: (options: FieldOptions<string> & TextLimits) => {
    const { minLength, maxLength, pattern, ...rest } = options;
    return Type.String(annotate("text", rest, defined({ minLength, maxLength, pattern })));
  },
  markdown: (options: FieldOptions<string>) => Type.String(annotate("markdown", options)),
  number: (options: FieldOptions<number> & NumberLimits) => {
    const { minimum, maximum, exclusiveMinimum, ...rest } = options;
    return Type.Number(annotate("number", rest, defined({ minimum, maximum, exclusiveMinimum })));
  },
  integer: (options: FieldOptions<number> & NumberLimits) => {
    const { minimum, maximum, exclusiveMinimum, ...rest } = options;
    return Type.Integer(annotate("number", rest, defined({ minimum, maximum, exclusiveMinimum })));
  },
  toggle: (options: FieldOptions<boolean>) => Type.Boolean(annotate("toggle", options)),
  /** One of the keys of `labels`, in that order. */
  choice: <const Labels extends Readonly<Record<string, string>>>(
    options: Omit<FieldOptions<Extract<keyof Labels, string>>, "labels"> & { readonly labels: Labels },
  ) =>
    Type.Unsafe<Extract<keyof Labels, string>>({
      type: "string",
      enum: Object.keys(options.labels),
      ...annotate("choice", options),
    }),
  /** A length of time as people write it, such as "5 min"; parse with `parseDuration`. */
  duration: (options: FieldOptions<string>) => Type.String(annotate("duration", options)),
  /** JSONata over the message. */
  expression: (options: FieldOptions<string>) => Type.String(annotate("expression", options)),
  topic: (options: FieldOptions<string>) => Type.String(annotate("topic", options, { minLength: 1 })),
  /** Name of an MQTT connection. */
  connection: (options: Partial<FieldOptions<string>> = {}) =>
    Type.String(
      annotate("connection", { title: "Connection", default: "default", advanced: true, ...options }),
    ),
  /** A literal JSON value. */
  json: (options: FieldOptions<unknown>) => Type.Unknown(annotate("json", options)),
  /** Five fields: minute, hour, day of month, month, day of week. */
  cron: (options: FieldOptions<string>) => Type.String(annotate("cron", options)),
  /** IANA time zone. */
  zone: (options: Partial<FieldOptions<string>> = {}) =>
    Type.String(annotate("zone", { title: "Time zone", default: "UTC", ...options })),
  /** Days of the week. */
  days: (options: FieldOptions<Day[]>) =>
    Type.Array(
      Type.Unsafe<Day>({ type: "string", enum: Object.keys(dayNames) }),
      annotate("days", options, { minItems: 1, maxItems: 7 }),
    ),
  /** A time of day as people write it, such as "07:30" or "sunset - 15 min"; parse with `parseDayTime`. */
  dayTime: (options: FieldOptions<string>) => Type.String(annotate("dayTime", options, { maxLength: 80 })),
  /** Path to a field of the message, such as `payload.temperature`. */
  path: (options: FieldOptions<string>) => Type.String(annotate("path", options, { minLength: 1 })),
  group: <Properties extends TProperties>(properties: Properties, options: FieldOptions<unknown>) =>
    Type.Object(properties, { ...annotate("group", options), additionalProperties: false }),
  list: <Item extends TSchema>(
    item: Item,
    options: FieldOptions<unknown[]> & { minItems?: number; maxItems?: number },
  ) => {
    const { minItems, maxItems, ...rest } = options;
    return Type.Array(item, annotate("list", rest, defined({ minItems, maxItems })));
  },
  /** Lines of a table as CSV or JSON: a line for each row, so that a changed row is one changed line in git. */
  table: (options: FieldOptions<string[]>) =>
    Type.Array(Type.String(), annotate("table", options, { maxItems: tableLinesMax })),
  optional: <Field extends TSchema>(inner: Field) => Type.Optional(inner),
};

/** In the order of the week. */
export const dayNames = {
  mon: "Monday",
  tue: "Tuesday",
  wed: "Wednesday",
  thu: "Thursday",
  fri: "Friday",
  sat: "Saturday",
  sun: "Sunday",
} as const;
export type Day = keyof typeof dayNames;

/** The whole config of a node type. Field order is form order. */
export function config<Properties extends TProperties>(properties: Properties) {
  return Type.Object(properties, { additionalProperties: false });
}

/** Fields every keyed node type has: whose state a message touches. Spread into `config({...})`. */
export const perKeyFields = {
  per: field.choice({
    title: "Per",
    labels: { key: "each device (key)", all: "all together", value: "each value of …" },
    default: "key",
    advanced: true,
    help: "Every device is counted apart, unless you say otherwise.",
  }),
  perValue: field.expression({
    title: "Value that separates",
    placeholder: "params.room",
    visibleIf: { per: ["value"] },
    advanced: true,
  }),
};

export function hintsOf(schema: unknown): FieldHints | undefined {
  return (schema as { x?: FieldHints }).x;
}

/** A table of 10,000 rows, half of them with a cell of two lines; or one of 4,000 as indented JSON. */
const tableLinesMax = 20_000;

function defined(limits: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}

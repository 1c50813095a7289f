/**
 * Config values against their schema: defaults filled in, mistakes reported at their field in people's words. Reads
 * the subset of JSON Schema that core/schema.ts writes, and its hints: durations, expressions, topics, times of day, cron, zones.
 */
import { ExpressionError } from "../expression/expression.ts";
import type { Platform } from "../platform.ts";
import { type FieldHints, hintsOf } from "../schema.ts";
import { parseCron } from "../time/cron.ts";
import { parseDayTime } from "../time/dayTime.ts";
import { parseDuration } from "../time/duration.ts";
import { topicProblem } from "../topic/template.ts";
import { expressionOf } from "./expressions.ts";

export interface ConfigProblem {
  /** JSON pointer into the config. */
  readonly field: string;
  readonly message: string;
  /** Offset in an expression's text. */
  readonly position?: number;
  readonly code: "CONFIG" | "CONFIG_EXPRESSION";
  /** An error unless it says otherwise. */
  readonly severity?: "warning";
}

type Fields = Readonly<Record<string, unknown>>;

/** The subset of JSON Schema that core/schema.ts produces. */
interface Schema {
  readonly type?: "string" | "number" | "integer" | "boolean" | "object" | "array";
  readonly title?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/**
 * The config as operators take it: every missing field that has a default filled in, optional texts that were emptied
 * left out; groups and list items included.
 */
export function fillDefaults(schema: object, config: unknown): Record<string, unknown> {
  return fill(schema as Schema, config ?? {}) as Record<string, unknown>;
}

function fill(schema: Schema, value: unknown): unknown {
  if (value === undefined) {
    if (schema.default !== undefined) return schema.default;
    return undefined;
  }
  if (schema.type === "array" && Array.isArray(value) && schema.items) {
    const items = schema.items;
    return value.map((each) => fill(items, each));
  }
  if (schema.type !== "object" || !isFields(value)) return value;
  const filled: Record<string, unknown> = { ...value };
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const complete = fill(property, Object.hasOwn(filled, name) ? filled[name] : undefined);
    if (complete === undefined || (complete === "" && !schema.required?.includes(name))) delete filled[name];
    else filled[name] = complete;
  }
  return filled;
}

/** Problems of a config whose defaults are filled in, in field order. Hidden fields are not checked. */
export function configProblems(schema: object, config: unknown, platform: Platform): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  new Checker(platform, problems).check(schema as Schema, config, "", "The settings");
  return problems;
}

class Checker {
  private readonly platform: Platform;
  private readonly problems: ConfigProblem[];

  constructor(platform: Platform, problems: ConfigProblem[]) {
    this.platform = platform;
    this.problems = problems;
  }

  check(schema: Schema, value: unknown, field: string, title: string): void {
    if (schema.enum) {
      if (!schema.enum.includes(value))
        this.problem(field, `${title}: choose one of ${schema.enum.join(", ")}.`);
      return;
    }
    switch (schema.type) {
      case "object":
        return this.object(schema, value, field, title);
      case "array":
        return this.array(schema, value, field, title);
      case "string":
        return this.text(schema, value, field, title);
      case "number":
      case "integer":
        return this.number(schema, value, field, title);
      case "boolean":
        if (typeof value !== "boolean") this.problem(field, `${title} must be on or off.`);
    }
  }

  private object(schema: Schema, value: unknown, field: string, title: string): void {
    if (!isFields(value)) return this.problem(field, `${title} must be a group of settings.`);
    const properties = schema.properties ?? {};
    const required = new Set(schema.required);
    for (const [name, property] of Object.entries(properties)) {
      if (!isVisible(hintsOf(property), value)) continue;
      const inner = Object.hasOwn(value, name) ? value[name] : undefined;
      const place = `${field}/${escapePointer(name)}`;
      if (inner !== undefined) this.check(property, inner, place, property.title ?? name);
      else if (required.has(name)) this.problem(place, `${property.title ?? name} is missing.`);
    }
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(properties, name)) {
        this.problem(`${field}/${escapePointer(name)}`, `There is no setting called “${name.slice(0, 80)}”.`);
      }
    }
  }

  private array(schema: Schema, value: unknown, field: string, title: string): void {
    if (!Array.isArray(value)) return this.problem(field, `${title} must be a list.`);
    const { minItems = 0, maxItems = 1_000 } = schema;
    if (value.length < minItems) this.problem(field, `${title}: add at least ${minItems}.`);
    if (value.length > maxItems) return this.problem(field, `${title}: at most ${maxItems}.`);
    for (const [index, each] of value.entries()) {
      this.check(schema.items ?? {}, each, `${field}/${index}`, schema.items?.title ?? `Entry ${index + 1}`);
    }
  }

  private number(schema: Schema, value: unknown, field: string, title: string): void {
    if (typeof value !== "number" || !Number.isFinite(value))
      return this.problem(field, `${title} must be a number.`);
    if (schema.type === "integer" && !Number.isInteger(value))
      this.problem(field, `${title} must be a whole number.`);
    const { minimum, maximum, exclusiveMinimum } = schema;
    if (minimum !== undefined && value < minimum)
      this.problem(field, `${title} must be at least ${minimum}.`);
    if (maximum !== undefined && value > maximum) this.problem(field, `${title} must be at most ${maximum}.`);
    if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) {
      this.problem(field, `${title} must be more than ${exclusiveMinimum}.`);
    }
  }

  private text(schema: Schema, value: unknown, field: string, title: string): void {
    if (typeof value !== "string") return this.problem(field, `${title} must be a text.`);
    const { minLength = 0, maxLength = 20_000, pattern } = schema;
    if (value.trim().length < minLength) return this.problem(field, `${title} is missing.`);
    if (value.length > maxLength)
      return this.problem(field, `${title} is longer than ${maxLength} characters.`);
    if (pattern !== undefined && !new RegExp(pattern, "u").test(value))
      this.problem(field, `${title}: “${value}” does not fit.`);
    this.meaning(hintsOf(schema), value, field, title);
  }

  private meaning(hints: FieldHints | undefined, value: string, field: string, title: string): void {
    switch (hints?.widget) {
      case "duration":
        if (parseDuration(value) === undefined) {
          this.problem(
            field,
            `${title}: “${value}” is not a length of time. Write it like “5 min” or “90 s”.`,
          );
        }
        return;
      case "expression":
        return this.expression(value, field, title);
      case "topic": {
        const problem = topicProblem(value, hints.topic ?? { levels: false, wildcards: false });
        if (problem) this.problem(field, problem);
        return;
      }
      case "cron":
        if (!parseCron(value)) {
          this.problem(
            field,
            `${title}: “${value}” is not a schedule. Write minute, hour, day, month, weekday: “0 7 * * 1-5”.`,
          );
        }
        return;
      case "dayTime":
        if (!parseDayTime(value)) {
          const example = "Write it like 07:30, sunset, or sunrise + 30 min, not before 06:00.";
          this.problem(field, `${title}: “${value}” is not a time of day. ${example}`);
        }
        return;
      case "zone":
        if (this.platform.zoneOffsetMs(value, 0) === undefined) {
          this.problem(field, `${title}: there is no time zone “${value}”. Write it like “Europe/Oslo”.`);
        }
    }
  }

  private expression(source: string, field: string, title: string): void {
    if (source.trim() === "") return this.problem(field, `${title} is missing.`);
    try {
      for (const { message, position } of expressionOf(source, this.platform).warnings) {
        this.problems.push({
          field,
          message: `${title}: ${message}`,
          code: "CONFIG_EXPRESSION",
          severity: "warning",
          ...(position === undefined ? {} : { position }),
        });
      }
    } catch (cause) {
      if (!(cause instanceof ExpressionError)) throw cause;
      this.problems.push({
        field,
        message: `${title}: ${cause.message}`,
        code: "CONFIG_EXPRESSION",
        ...(cause.position === undefined ? {} : { position: cause.position }),
      });
    }
  }

  private problem(field: string, message: string): void {
    this.problems.push({ field, message, code: "CONFIG" });
  }
}

/** Is a field shown, given its siblings? */
export function isVisible(hints: FieldHints | undefined, siblings: Fields): boolean {
  if (!hints?.visibleIf) return true;
  return Object.entries(hints.visibleIf).every(([name, values]) =>
    values.includes(siblings[name] as string | boolean | number),
  );
}

function escapePointer(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

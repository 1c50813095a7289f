/** What a node's chart shows: the number its rule looks at, and the levels it is compared with. */
import { compileExpression } from "../../runtime/core/expression/compile.ts";
import { ExpressionError } from "../../runtime/core/expression/expression.ts";
import { type ExpressionLimits, expressionLimits } from "../../runtime/core/expression/limits.ts";
import type { SampleLive } from "../../runtime/protocol/live.ts";
import { type FieldSchema, type FormValue, titleOf, widgetOf } from "../forms/fieldSchema.ts";
import { formLayout } from "../forms/formLayout.ts";

export interface Point {
  /** Processing time, ms since epoch. */
  readonly at: number;
  readonly value: number;
}

export interface Level {
  readonly title: string;
  readonly value: number;
}

export interface ChartSubject {
  /** An expression that gives the number. */
  readonly source: string;
  readonly levels: readonly Level[];
}

/**
 * The field that asks for a number says what to draw; the number fields shown with it are on the same scale.
 * @returns undefined for a node type that looks at no number
 */
export function chartSubject(schema: object, config: FormValue): ChartSubject | undefined {
  const fields = formLayout(schema as FieldSchema, config).main.flat();
  const watched = fields.find(
    ({ schema: field }) => field.x?.widget === "expression" && field.x.result === "number",
  );
  if (!watched) return undefined;
  const source = config[watched.name] ?? watched.schema.default;
  if (typeof source !== "string" || source.trim() === "") return undefined;
  const levels = fields.flatMap(({ name, schema: field }) => {
    const value = config[name];
    return widgetOf(field) === "number" && typeof value === "number"
      ? [{ title: titleOf(field, name), value }]
      : [];
  });
  return { source, levels };
}

/** Keys that have been heard, in order of their names. */
export function keysOf(samples: readonly SampleLive[]): readonly string[] {
  return [...new Set(samples.map((sample) => sample.key))].sort();
}

/** The numbers of one key, oldest first; messages for which the expression gives none are left out. */
export function pointsOf(samples: readonly SampleLive[], key: string, source: string): readonly Point[] {
  const numberOf = evaluatorOf(source);
  if (!numberOf) return [];
  return samples
    .filter((sample) => sample.key === key)
    .flatMap((sample) => {
      const value = numberOf(sample);
      return value === undefined ? [] : [{ at: sample.at, value }];
    });
}

/** Levels far from all values would press the line flat; they are not drawn. */
export function levelsNear(levels: readonly Level[], points: readonly Point[]): readonly Level[] {
  const values = points.map((point) => point.value);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const reach = Math.max((high - low) * 3, Math.abs(high) / 4, 1);
  return levels.filter(({ value }) => value >= low - reach && value <= high + reach);
}

/** @returns undefined for an expression that does not compile: the field says why */
function evaluatorOf(source: string): ((sample: SampleLive) => number | undefined) | undefined {
  if (evaluated.source !== source) evaluated = { source, numberOf: new WeakMap() };
  const { numberOf } = evaluated;
  const compiled = attempt(() => compileExpression(source, chartLimits));
  if (!compiled) return undefined;
  return (sample) => {
    const known = numberOf.get(sample);
    if (known !== undefined) return known === "none" ? undefined : known;
    const value = attempt(() => compiled.evaluate(sample, { now: sample.at }));
    const number = typeof value === "number" ? value : undefined;
    numberOf.set(sample, number ?? "none");
    return number;
  };
}

/** The chart is drawn again with every message, and only the newest is new to it. */
let evaluated: { readonly source: string; readonly numberOf: WeakMap<SampleLive, number | "none"> } = {
  source: "",
  numberOf: new WeakMap(),
};

/** The page evaluates for the chart itself, hundreds of messages in one go: about a millisecond each at most. */
const chartLimits: ExpressionLimits = { ...expressionLimits, stepsMax: 10_000 };

/** @returns undefined where the expression fails: here a gap in a line */
function attempt<Value>(run: () => Value): Value | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

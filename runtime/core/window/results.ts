/** The results a window computes: their form, its check, and the folds that compute them. */
import { ExpressionError } from "../expression/expression.ts";
import { jsonSizeExceeds } from "../json.ts";
import { limits } from "../limits.ts";
import { derive, type Message } from "../message.ts";
import type { FieldProblem } from "../nodeType.ts";
import type { OperatorEnv } from "../operator.ts";
import { field, type Static } from "../schema.ts";
import { Aggregation } from "./aggregation.ts";
import { collected, collectedValuesMax } from "./collected.ts";
import { distinct } from "./distinct.ts";
import { type Folding, foldings, isAggregatable } from "./foldings.ts";
import type { WindowContext, WindowJob } from "./job.ts";
import { quantile } from "./quantiles.ts";
import { topValues } from "./topValues.ts";

const functions = {
  avg: "average",
  min: "minimum",
  max: "maximum",
  sum: "sum",
  count: "count",
  first: "first",
  last: "last",
  range: "range (maximum − minimum)",
  stddev: "standard deviation",
  variance: "variance",
  median: "median",
  percentile: "percentile",
  distinct: "how many different",
  top: "most frequent",
  collect: "list of values",
  expression: "expression over the list",
} as const;
type FunctionName = keyof typeof functions;

/** Take any value; the others take numbers. */
const ofAnything: readonly FunctionName[] = ["first", "last", "distinct", "top", "collect", "expression"];

/** One result: a function of a value. */
export const resultSchema = field.group(
  {
    name: field.text({ title: "Name", placeholder: "avg", pattern: "^[A-Za-z][A-Za-z0-9_]{0,63}$" }),
    function: field.choice({ title: "Function", labels: functions, default: "avg" }),
    value: field.optional(
      field.expression({
        title: "Of",
        placeholder: "payload.temperature",
        visibleIf: { function: Object.keys(functions).filter((name) => name !== "count") },
        help: "Empty: the whole payload.",
      }),
    ),
    percent: field.optional(
      field.number({
        title: "Percentile",
        unit: "%",
        default: 95,
        minimum: 0,
        maximum: 100,
        visibleIf: { function: ["percentile"] },
      }),
    ),
    length: field.optional(
      field.integer({
        title: "At most",
        unit: "values",
        default: 10,
        minimum: 1,
        maximum: collectedValuesMax,
        visibleIf: { function: ["top", "collect"] },
        help: "Of a longer list the newest stay.",
      }),
    ),
    expression: field.optional(
      field.expression({
        title: "Expression",
        placeholder: "$count(payload[$ > 20])",
        visibleIf: { function: ["expression"] },
        help: "Sees the list of values as payload.",
      }),
    ),
  },
  { title: "Result" },
);

export type Aggregate = Static<typeof resultSchema>;

/** Reads messages and reports results of every kind of window. */
export function windowJob(aggregates: readonly Aggregate[], env: OperatorEnv): WindowJob {
  const aggregation = new Aggregation(aggregates.map(foldingOf));
  const finish = aggregates.map((each) => finisher(each, env));
  return {
    aggregation,
    read: valueReader(aggregates, env),
    report(ctx, origin, part, { start, end }, result, time = end - 1) {
      if (!part?.count) return;
      const payload: Record<string, unknown> = {};
      for (const [index, value] of aggregation.results(part).entries()) {
        const { name, function: kind } = aggregates[index]!;
        if (kind === "collect" || kind === "expression") {
          const left = part.count - (value as readonly unknown[]).length;
          if (left > 0) ctx.gauge("leftOut", left);
        }
        payload[name] = finish[index]!(derive(origin, value, time), ctx);
      }
      Object.assign(payload, { count: part.count, start, end, result });
      ctx.emit("out", { ...derive(origin, payload, time), key: ctx.key, id: ctx.nextId() });
    },
  };
}

function foldingOf({ function: name, percent = 95, length = 10 }: Aggregate): Folding {
  switch (name) {
    case "median":
      return quantile(0.5);
    case "percentile":
      return quantile(percent / 100);
    case "distinct":
      return distinct;
    case "top":
      return topValues(length);
    case "collect":
      return collected(length);
    case "expression":
      return collected(collectedValuesMax);
    default:
      return foldings[name];
  }
}

/** From what was folded, as the payload of a message, to what the result shows. */
function finisher({ function: kind, name, expression }: Aggregate, env: OperatorEnv) {
  if (kind !== "expression") return (folded: Message) => folded.payload;
  const compiled = env.expression(expression ?? "payload");
  return (folded: Message, ctx: WindowContext) => {
    try {
      return ctx.evaluate(compiled, folded) ?? null;
    } catch (cause) {
      if (!(cause instanceof ExpressionError)) throw cause;
      ctx.fail("AGGREGATE_FAILED", `Computing ${name}: ${cause.message}`, folded);
      return null;
    }
  };
}

/** Reads the value of every result from a message, each expression once; fails the message when one is unusable. */
function valueReader(aggregates: readonly Aggregate[], env: OperatorEnv): WindowJob["read"] {
  const sources = aggregates.map((each) => (each.function === "count" ? undefined : each.value || "payload"));
  const expressions = sources.map((source, index) =>
    source === undefined || sources.indexOf(source) < index ? undefined : env.expression(source),
  );
  const places = sources.map((source) => sources.indexOf(source));
  const numeric = aggregates.map((each) => !ofAnything.includes(each.function));
  const lengthMax = aggregates.map((each) => keptLengthMax(each.function));
  return (message, ctx, optional = false) => {
    const values: unknown[] = [];
    for (let index = 0; index < sources.length; index++) {
      const source = sources[index];
      const expression = expressions[index];
      const value = expression ? ctx.evaluate(expression, message) : source && values[places[index]!];
      if (source !== undefined && !(numeric[index] ? isAggregatable(value) : value !== undefined)) {
        const gave = value === undefined ? "no result" : `${JSON.stringify(value)}, not a usable number`;
        const text = `Computing ${functions[aggregates[index]!.function]} of ${source}: it gave ${gave}.`;
        if (!optional) ctx.fail("VALUE_NOT_A_NUMBER", text, message);
        return undefined;
      }
      if (typeof value === "object" || typeof value === "string") {
        const max = lengthMax[index]!;
        if (jsonSizeExceeds(value, max)) {
          const text = `Computing ${functions[aggregates[index]!.function]} of ${source}: the value is longer than ${max} characters.`;
          if (!optional) ctx.fail("VALUE_TOO_LARGE", `${text} Name the part of it that matters.`, message);
          return undefined;
        }
      }
      values.push(value);
    }
    return values;
  };
}

/** How long the text of a value may be: some functions keep it, or many of them. */
function keptLengthMax(name: FunctionName): number {
  if (name === "first" || name === "last") return limits.keptValueLengthMax;
  const lists = name === "top" || name === "collect" || name === "expression";
  return lists ? limits.listedValueLengthMax : Number.POSITIVE_INFINITY;
}

/** Results in a few words: “avg payload.temperature, p95”. */
export function resultsText(results: readonly Partial<Aggregate>[]): string {
  const texts = results.map(({ function: name, value, percent }) => {
    const shown = name === "percentile" ? `p${percent ?? 95}` : (name ?? "…");
    return `${shown}${value && value !== "payload" ? ` ${value}` : ""}`;
  });
  return texts.join(", ") || "…";
}

/** Mistakes that a schema cannot express. @param at where the list is in the config, such as `/aggregates` */
export function resultProblems(results: readonly Aggregate[], at: string): FieldProblem[] {
  return results.flatMap((result, index) => {
    const { name, function: kind, expression } = result;
    if (kind === "expression" && !expression)
      return [{ field: `${at}/${index}/expression`, message: "Say what to compute." }];
    if (!name) return [];
    const field = `${at}/${index}/name`;
    if (results.findIndex((other) => other.name === name) < index)
      return [{ field, message: `Two results are called ${name}.` }];
    const taken = ["start", "end", "result"].includes(name) || (name === "count" && kind !== "count");
    return taken
      ? [{ field, message: `Every result carries its “${name}” already. Choose another name.` }]
      : [];
  });
}

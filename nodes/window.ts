/**
 * Averages, sums and the like over windows of event time (Flink's tumbling and sliding event-time windows).
 *
 * Windows are [start, end), aligned to the epoch. Each key keeps one partial aggregate per slice of gcd(size, hop), shared
 * by all windows that cover it. Closed slices are folded by two stacks (`front`, `back`), so that a hop costs a
 * constant number of merges however many hops a window has; only a late message makes them start again.
 */
import {
  type CompiledExpression,
  type Context,
  config,
  defineNode,
  derive,
  type FieldProblem,
  field,
  firstFrom,
  floorTo,
  foldings,
  formatDuration,
  gcd,
  isAggregatable,
  type Message,
  type Operator,
  parseDuration,
  perKeyFields,
  type Static,
} from "../runtime/core/api.ts";

const functions = {
  avg: "average",
  min: "minimum",
  max: "maximum",
  sum: "sum",
  count: "count",
  first: "first",
  last: "last",
  stddev: "standard deviation",
} as const;

const aggregateSchema = field.group(
  {
    name: field.text({ title: "Name", placeholder: "avg", pattern: "^[A-Za-z][A-Za-z0-9_]{0,63}$" }),
    function: field.choice({ title: "Function", labels: functions, default: "avg" }),
    value: field.optional(
      field.expression({
        title: "Of",
        placeholder: "payload.temperature",
        visibleIf: { function: ["avg", "min", "max", "sum", "first", "last", "stddev"] },
        help: "Empty: the whole payload.",
      }),
    ),
  },
  { title: "Result" },
);

const schema = config({
  size: field.duration({ title: "Length", default: "5 min", help: "How much time one result covers." }),
  hop: field.optional(
    field.duration({
      title: "A result every",
      placeholder: "1 min",
      help: "Empty: once per length. Shorter: windows overlap, as in “the last 5 minutes, every minute”.",
    }),
  ),
  aggregates: field.list(aggregateSchema, {
    title: "Results",
    item: "result",
    minItems: 1,
    maxItems: 32,
    default: [{ name: "avg", function: "avg", value: "payload" }],
  }),
  lateness: field.duration({
    title: "Correct results for",
    default: "0 s",
    advanced: true,
    help: "A message that comes this much too late still counts: its result is sent again, corrected.",
  }),
  ...perKeyFields,
});
type Config = Static<typeof schema>;
type Aggregate = Static<typeof aggregateSchema>;

/** Messages and one partial aggregate per result. */
interface Part {
  count: number;
  partials: unknown[];
}
interface Slice extends Part {
  readonly start: number;
}
interface State {
  /** The newest message of the key, without payload: results take its topic and named levels. */
  origin: Message;
  /** Ascending by start: every slice that a window still to come, or still to be corrected, covers. */
  slices: Slice[];
  /** End of the next window to fire; absent when only corrections can come. */
  next?: number;
  /** Folds of closed slices, each from its own start to one common end; the last has the earliest start. */
  front: Slice[];
  /** Fold of the closed slices behind those, up to `folded`. */
  back?: Part;
  /** Slices that start before this are in `front` or `back`, as far as the last window covered them. */
  folded: number;
}

const docs = `
Collects messages for a while and sends one result for all of them, for each device apart.

    length 5 min                       length 5 min, a result every 1 min

    08:00 ├─────────┤ 08:05            08:00 ├─────────┤ 08:05
              08:05 ├─────────┤          08:01 ├─────────┤ 08:06
                                           08:02 ├─────────┤ 08:07

Windows start at round times: windows of 5 minutes at 08:00, 08:05, 08:10 UTC. A reading at exactly 08:05 belongs to the
next one. The result comes as soon as no more readings are expected, also when the sensor has fallen silent, and its time is
the last millisecond of the window. A window without readings sends nothing.

The payload is \`{ …, count, start, end }\` with your results by their names; \`count\` is the number of messages.

| function | of |
|---|---|
| average, sum, minimum, maximum | numbers |
| standard deviation | numbers; of exactly these values (population), computed stably after Welford |
| first, last | any value, by the time of the messages |
| count | all messages |

A reading that comes **too late**, when all its windows are done, leaves by the \`late\` port and is counted as dropped,
"late". With "Correct results for" set, results are sent again when a late reading changes them. A value that is not a
number sends the message to the error port or the dead letters, and nothing of it is counted.
`;

export default defineNode({
  type: "window",
  version: 1,
  category: "time",
  title: "Window",
  purpose: "average, min, max over time",
  keywords: ["average", "mean", "sum", "count", "aggregate", "tumbling", "hopping", "sliding", "statistics"],
  icon: "M4 4v16M20 4v16M8 16v-4M12 16V8M16 16v-6",
  config: schema,
  docs,
  examples: [
    {
      title: "Five-minute average",
      config: { size: "5 min", aggregates: [{ name: "avg", function: "avg", value: "payload.temperature" }] },
      given: [
        { at: "0 min", key: "hall", payload: { temperature: 20 } },
        { at: "2 min", key: "hall", payload: { temperature: 22 } },
        { at: "4 min", key: "hall", payload: { temperature: 24 } },
        { at: "5 min", key: "hall", payload: { temperature: 30 } },
      ],
      until: "12 min",
      expect: [
        { port: "out", at: "299999 ms", key: "hall", payload: { avg: 22, count: 3 } },
        { port: "out", at: "599999 ms", key: "hall", payload: { avg: 30, count: 1 } },
      ],
    },
    {
      title: "The last two minutes, every minute",
      config: {
        size: "2 min",
        hop: "1 min",
        aggregates: [
          { name: "highest", function: "max" },
          { name: "newest", function: "last" },
        ],
      },
      given: [
        { at: "0 s", payload: 3 },
        { at: "70 s", payload: 8 },
        { at: "80 s", payload: 5 },
      ],
      until: "4 min",
      expect: [
        { port: "out", at: "59999 ms", payload: { highest: 3, newest: 3, count: 1 } },
        { port: "out", at: "119999 ms", payload: { highest: 8, newest: 5, count: 3 } },
        { port: "out", at: "179999 ms", payload: { highest: 8, newest: 5, count: 2 } },
      ],
    },
    {
      title: "Too late",
      config: { size: "1 min", aggregates: [{ name: "sum", function: "sum" }] },
      given: [
        { at: "10 s", payload: 1 },
        { at: "90 s", payload: 2 },
        { at: "20 s", payload: 5 },
      ],
      until: "2 min",
      expect: [
        { port: "out", at: "59999 ms", payload: { sum: 1 } },
        { port: "late", at: "20 s", payload: 5 },
        { port: "out", at: "119999 ms", payload: { sum: 2 } },
      ],
    },
  ],
  inputs: [{ name: "in", title: "readings" }],
  outputs: [
    { name: "out", title: "results", payload: "object" },
    { name: "late", title: "late", help: "Readings that came when all their windows were done." },
  ],
  summary: (config) => {
    const results = (config.aggregates ?? []).map(
      ({ function: name, value }) => `${name ?? "…"}${value && value !== "payload" ? ` ${value}` : ""}`,
    );
    const hop = config.hop ? `, every ${config.hop}` : "";
    return `${results.join(", ") || "…"} over ${config.size || "…"}${hop}`;
  },
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ size, hop, aggregates, per, perValue }) =>
    JSON.stringify([
      size,
      hop ?? size,
      aggregates.map((each) => [each.function, each.value ?? ""]),
      per,
      perValue,
    ]),
  operator: (config, env): Operator<State> => {
    const sizeMs = parseDuration(config.size)!;
    const hopMs = config.hop ? parseDuration(config.hop)! : sizeMs;
    const sliceMs = gcd(sizeMs, hopMs);
    const latenessMs = parseDuration(config.lateness) ?? 0;
    const folds = config.aggregates.map((each) => foldings[each.function]);
    const read = valueReader(config.aggregates, env.expression);
    /** The earliest end of a window after a time, which is also the first window that contains the time. */
    const endAfter = (time: number) => floorTo(time - sizeMs, hopMs) + hopMs + sizeMs;
    /** The end of the last window that contains a time. */
    const lastEnd = (time: number) => floorTo(time, hopMs) + sizeMs;

    const merge = (a: Part | undefined, b: Part | undefined): Part | undefined => {
      if (!a || !b) return a ?? b;
      const partials = folds.map((fold, index) => fold.merge(a.partials[index], b.partials[index]));
      return { count: a.count + b.count, partials };
    };
    const fire = (state: State, part: Part | undefined, end: number, ctx: Context<State>) => {
      if (!part) return;
      const results = config.aggregates.map(({ name }, index) => [
        name,
        folds[index]!.result(part.partials[index], part.count),
      ]);
      const payload = { ...Object.fromEntries(results), count: part.count, start: end - sizeMs, end };
      ctx.emit("out", { ...derive(state.origin, payload, end - 1), key: ctx.key });
    };
    /** The fold of the window that ends at `end`; ends ascend from call to call. */
    const slide = (state: State, end: number): Part | undefined => {
      const { slices, front } = state;
      while (front.length > 0 && front.at(-1)!.start < end - sizeMs) front.pop();
      if (front.length === 0) {
        let fold: Part | undefined;
        for (
          let index = firstFrom(slices, end) - 1;
          index >= 0 && slices[index]!.start >= end - sizeMs;
          index--
        ) {
          fold = merge(slices[index], fold)!;
          front.push({ start: slices[index]!.start, count: fold.count, partials: fold.partials });
        }
        delete state.back;
      } else {
        for (
          let index = firstFrom(slices, state.folded);
          index < slices.length && slices[index]!.start < end;
          index++
        ) {
          state.back = merge(state.back, slices[index])!;
        }
      }
      state.folded = end;
      return merge(front.at(-1), state.back);
    };
    /** Forgets what no window needs any more and sets the timer for what comes next. */
    const settle = (state: State, watermark: number, ctx: Context<State>) => {
      const needed = firstFrom(state.slices, endAfter(watermark + 1 - latenessMs) - sizeMs);
      if (needed === state.slices.length) {
        ctx.state = undefined;
        ctx.cancelTimer("window");
        return;
      }
      // Moving the rest up costs their number: worth it only for as many that go.
      if (needed * 2 >= state.slices.length) state.slices.splice(0, needed);
      const end = endAfter(Math.max(watermark + 1, state.slices[0]!.start));
      const slice = state.slices[firstFrom(state.slices, end - sizeMs)];
      if (slice) {
        state.next = Math.max(end, endAfter(slice.start));
        ctx.setTimer("window", state.next - 1, "event");
      } else {
        delete state.next;
        ctx.setTimer("window", lastEnd(state.slices.at(-1)!.start) - 1 + latenessMs, "event");
      }
      ctx.state = state;
    };
    return {
      onMessage(message, _port, ctx) {
        const { time } = message;
        const values = read(message, ctx);
        if (!values) return;
        if (lastEnd(time) - 1 + latenessMs <= ctx.watermark) {
          ctx.drop("late");
          ctx.emit("late", message);
          return;
        }
        const start = floorTo(time, sliceMs);
        const state = ctx.state ?? { origin: message, slices: [], front: [], folded: start };
        if (time >= state.origin.time) state.origin = derive(message, null);
        const index = firstFrom(state.slices, start);
        const found = state.slices[index]?.start === start;
        if (!found) state.slices.splice(index, 0, { start, count: 0, partials: [] });
        const slice = state.slices[index]!;
        folds.forEach((fold, each) => {
          const one = fold.one(values[each], time);
          slice.partials[each] = slice.count === 0 ? one : fold.merge(slice.partials[each], one);
        });
        slice.count++;
        if (start < state.folded) {
          state.front = [];
          delete state.back;
        }
        for (
          let end = endAfter(time);
          latenessMs > 0 && end - 1 <= ctx.watermark && end <= lastEnd(time);
          end += hopMs
        ) {
          if (end - 1 + latenessMs <= ctx.watermark) continue;
          const covered = state.slices.slice(
            firstFrom(state.slices, end - sizeMs),
            firstFrom(state.slices, end),
          );
          fire(state, covered.reduce<Part | undefined>(merge, undefined), end, ctx);
        }
        if (found) ctx.state = state;
        else settle(state, ctx.watermark, ctx);
      },
      onTimer(timer, ctx) {
        const { state } = ctx;
        if (!state) return;
        if (state.next === timer.at + 1) fire(state, slide(state, state.next), state.next, ctx);
        settle(state, timer.at, ctx);
      },
    };
  },
});

/** Reads the value of every result from a message, each expression once; fails the message when one is unusable. */
function valueReader(aggregates: readonly Aggregate[], compile: (source: string) => CompiledExpression) {
  const sources = aggregates.map((each) => (each.function === "count" ? undefined : each.value || "payload"));
  const expressions = sources.map((source, index) =>
    source === undefined || sources.indexOf(source) < index ? undefined : compile(source),
  );
  return (message: Message, ctx: Context<State>): readonly unknown[] | undefined => {
    const values: unknown[] = [];
    for (const [index, source] of sources.entries()) {
      const expression = expressions[index];
      const value = expression
        ? ctx.evaluate(expression, message)
        : source && values[sources.indexOf(source)];
      const name = aggregates[index]!.function;
      const usable = name === "first" || name === "last" ? value !== undefined : isAggregatable(value);
      if (source !== undefined && !usable) {
        const gave = value === undefined ? "no result" : `${JSON.stringify(value)}, not a usable number`;
        ctx.fail(
          "VALUE_NOT_A_NUMBER",
          `Computing ${functions[name]} of ${source}: it gave ${gave}.`,
          message,
        );
        return undefined;
      }
      values.push(value);
    }
    return values;
  };
}

/** Slices one window may have. Each key keeps two partials per slice, and checkpoints write them. */
const slicesPerWindowMax = 10_000;

function check(config: Config): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const sizeMs = parseDuration(config.size ?? "");
  const hopMs = config.hop ? parseDuration(config.hop) : sizeMs;
  if (sizeMs === 0) problems.push({ field: "/size", message: "A window needs a length, such as 5 min." });
  if (config.hop && hopMs === 0) problems.push({ field: "/hop", message: "Say how often, such as 1 min." });
  if (sizeMs && hopMs) {
    if (hopMs > sizeMs) {
      const message = `Must not be longer than the length (${config.size}): messages in between would be lost.`;
      problems.push({ field: "/hop", message });
    } else if (sizeMs / gcd(sizeMs, hopMs) > slicesPerWindowMax) {
      const message = `This cuts a window into more than ${slicesPerWindowMax} parts. Choose a longer or rounder step, such as ${formatDuration(Math.ceil(sizeMs / 1_000))}.`;
      problems.push({ field: "/hop", message });
    }
  }
  return [...problems, ...nameProblems(config.aggregates ?? [])];
}

function nameProblems(aggregates: readonly Aggregate[]): FieldProblem[] {
  return aggregates.flatMap(({ name, function: kind }, index) => {
    if (!name) return [];
    const field = `/aggregates/${index}/name`;
    if (aggregates.findIndex((each) => each.name === name) < index) {
      return [{ field, message: `Two results are called ${name}.` }];
    }
    const taken = name === "start" || name === "end" || (name === "count" && kind !== "count");
    return taken
      ? [{ field, message: `Every result carries its “${name}” already. Choose another name.` }]
      : [];
  });
}

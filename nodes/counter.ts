/** Counts or adds up, and begins anew by a message, at a number, or by the calendar. */
import {
  config,
  defineNode,
  derive,
  type FieldProblem,
  field,
  inOrder,
  type Judging,
  type Message,
  nextCron,
  type OperatorEnv,
  parseCron,
  perKeyFields,
  type Static,
} from "../runtime/core/api.ts";

const periods = {
  hour: "0 * * * *",
  day: "0 0 * * *",
  week: "0 0 * * MON",
  month: "0 0 1 * *",
  year: "0 0 1 1 *",
} as const;

const schema = config({
  what: field.choice({
    title: "Count",
    labels: { messages: "messages", sum: "the sum of a value", rises: "how often a condition becomes true" },
    default: "messages",
  }),
  value: field.expression({
    title: "Value",
    default: "payload",
    placeholder: "payload.litres",
    result: "number",
    visibleIf: { what: ["sum"] },
  }),
  condition: field.optional(
    field.expression({
      title: "Condition",
      placeholder: "payload.running = true",
      result: "boolean",
      visibleIf: { what: ["rises"] },
      help: "Starts of a motor, openings of a door.",
    }),
  ),
  period: field.choice({
    title: "Anew every",
    labels: { never: "never", hour: "hour", day: "day", week: "week (Monday)", month: "month", year: "year" },
    default: "never",
  }),
  zone: field.zone({ visibleIf: { period: ["hour", "day", "week", "month", "year"] } }),
  upTo: field.optional(
    field.number({
      title: "Anew at",
      placeholder: "1000",
      exclusiveMinimum: 0,
      help: "Reaching this is reported by “done”, and counting begins anew. Empty: no end.",
    }),
  ),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

interface State {
  /** The sum is `total + rest`: what rounding took from the total is kept beside it (Neumaier). */
  total: number;
  rest: number;
  count: number;
  /** Event time of the first message since it began anew; absent: none yet. */
  start?: number;
  /** When the period of the messages so far is over. */
  end?: number;
  /** Rises: what the condition was last. */
  was?: boolean;
  /** The newest message, without payload. */
  last: Message;
}

const docs = `
Keeps a running total for each device and sends it with every message.

    the sum of payload, anew every day

    time     08:00  12:00  18:00  24:00    09:00
    in       5      3      4               2
    out      5      8      12              2
    done                          12

Ports carry \`{ total, count, start, end, by }\`: the total, how many messages went into it, the time of the first and of the newest;
**done** is the final total whenever counting begins anew, with \`by\`:

| by | when | \`end\` |
|---|---|---|
| \`message\` | anything came on **reset** | that moment |
| \`number\` | "Anew at" was reached or passed; what is beyond it is not carried over | that message |
| \`period\` | the hour, day, week, month or year was over in the chosen time zone, also when nothing came | its end |

A message at exactly midnight belongs to the new day. A period in which nothing was counted sends nothing. "How often a condition becomes
true" counts the step from not true to true, across a reset too; the first message counts if it is true.

Sums are kept exactly enough that adding 0.1 ten times gives 1. A value that is not a number, and a condition that is neither
true nor false, send the message to the error port or the dead letters, and count for nothing. Messages that come later than
their source allows, and are older than what was counted, are counted as dropped, "late".
`;

export default defineNode({
  type: "counter",
  version: 1,
  category: "transform",
  title: "Counter",
  purpose: "count and add up, with reset",
  keywords: ["accumulate", "total", "sum", "tally", "meter", "energy", "operating", "starts", "reset"],
  icon: "M3 6h18v12H3zM9 6v12M15 6v12M6 10v4M12 10v4M18 10v4",
  config: schema,
  docs,
  examples: [
    {
      title: "Water of a day",
      config: { what: "sum", value: "payload.litres", period: "day", zone: "Europe/Oslo" },
      given: [
        { at: "8 h", key: "tap", payload: { litres: 5 } },
        { at: "20 h", key: "tap", payload: { litres: 3 } },
        { at: "23 h", key: "tap", payload: { litres: 1 } },
      ],
      expect: [
        { port: "out", at: "8 h", key: "tap", payload: { total: 5, count: 1 } },
        { port: "out", at: "20 h", key: "tap", payload: { total: 8, count: 2 } },
        // Midnight in Oslo is 23:00 UTC in winter.
        { port: "done", at: "82799999 ms", key: "tap", payload: { total: 8, count: 2, by: "period" } },
        { port: "out", at: "23 h", key: "tap", payload: { total: 1, count: 1 } },
      ],
    },
    {
      title: "Service after every third start",
      config: { what: "rises", condition: "payload = 'on'", upTo: 3 },
      given: [
        { at: "0 s", payload: "on" },
        { at: "1 s", payload: "on" },
        { at: "2 s", payload: "off" },
        { at: "3 s", payload: "on" },
        { at: "4 s", payload: "off" },
        { at: "5 s", payload: "on" },
      ],
      expect: [
        { port: "out", at: "0 s", payload: { total: 1 } },
        { port: "out", at: "1 s", payload: { total: 1 } },
        { port: "out", at: "2 s", payload: { total: 1 } },
        { port: "out", at: "3 s", payload: { total: 2 } },
        { port: "out", at: "4 s", payload: { total: 2 } },
        { port: "out", at: "5 s", payload: { total: 3 } },
        { port: "done", at: "5 s", payload: { total: 3, by: "number" } },
      ],
    },
    {
      title: "Reset by a button",
      config: {},
      given: [
        { at: "0 s", payload: "x" },
        { at: "1 s", payload: "x" },
        { at: "2 s", payload: true, port: "reset" },
      ],
      expect: [
        { port: "out", payload: { total: 1 } },
        { port: "out", payload: { total: 2 } },
        { port: "done", at: "2 s", payload: { total: 2, by: "message" } },
      ],
    },
  ],
  inputs: [
    { name: "in", title: "messages" },
    { name: "reset", title: "reset", shape: "event" },
  ],
  outputs: [
    { name: "out", title: "running total", payload: "object" },
    { name: "done", title: "final total", shape: "event", payload: "object" },
  ],
  summary: ({ what, value, condition, period, upTo }) => {
    const counted =
      what === "sum" ? `sum of ${value || "payload"}` : what === "rises" ? condition || "…" : "messages";
    const anew = period && period !== "never" ? `, anew every ${period}` : "";
    return `${counted}${upTo === undefined ? "" : ` up to ${upTo}`}${anew}`;
  },
  check: (config): FieldProblem[] =>
    config.what === "rises" && !config.condition
      ? [{ field: "/condition", message: "Write the condition, such as payload.running = true." }]
      : [],
  keyed: true,
  stateVersion: 1,
  stateSignature: (config) =>
    JSON.stringify([
      config.what,
      config.what === "sum" ? config.value : config.what === "rises" ? config.condition : "",
      config.period,
      config.zone,
      config.per,
      config.perValue,
    ]),
  operator: (config, env) => {
    const amountOf = amountReader(config, env);
    const endAfter = calendar(config, env);
    /** Reports what was counted and begins anew, remembering only the condition. */
    const finish = (state: State, end: number, at: number, by: string, ctx: Judging): State | undefined => {
      const { start, was, last } = state;
      if (start !== undefined) {
        const payload = { total: state.total + state.rest, count: state.count, start, end, by };
        ctx.emit("done", { ...derive(last, payload, at), key: ctx.key });
      }
      return was === undefined ? undefined : { total: 0, rest: 0, count: 0, was, last };
    };
    return inOrder<State>({
      judge(known, message, port, ctx) {
        const { time } = message;
        if (port === "reset") return known && finish(known, time, time, "message", ctx);
        const read = amountOf(message, known?.was, ctx);
        if (!read) return known;
        const last = derive(message, null);
        const state = known ?? { total: 0, rest: 0, count: 0, last };
        state.last = last;
        if (read.is !== undefined) state.was = read.is;
        if (state.start === undefined) {
          state.start = time;
          const end = endAfter(time);
          if (end !== undefined) state.end = end;
        }
        add(state, read.amount);
        state.count++;
        const total = state.total + state.rest;
        const payload = { total, count: state.count, start: state.start, end: time };
        ctx.emit("out", { ...derive(message, payload), key: ctx.key });
        const reached = config.upTo !== undefined && total >= config.upTo;
        return reached ? finish(state, time, time, "number", ctx) : state;
      },
      // A period is [start, end): its last millisecond ends it, before a message at the very end.
      dueAt: ({ end }) => end && end - 1,
      due: (state, at, ctx) => finish(state, state.end!, at, "period", ctx),
    });
  },
});

/** What a message adds; undefined: it was refused. */
function amountReader(config: Config, env: OperatorEnv) {
  const value = config.what === "sum" ? env.expression(config.value) : undefined;
  const condition = config.what === "rises" ? env.expression(config.condition ?? "false") : undefined;
  return (
    message: Message,
    was: boolean | undefined,
    ctx: Judging,
  ): { readonly amount: number; readonly is?: boolean } | undefined => {
    if (value) {
      const amount = ctx.evaluate(value, message);
      // Beyond this a sum could overflow to infinity.
      if (typeof amount === "number" && Math.abs(amount) <= 1e300) return { amount };
      const gave = JSON.stringify(amount) ?? "no result";
      ctx.fail(
        "VALUE_NOT_A_NUMBER",
        `Adding ${value.source}: it gave ${gave}, not a usable number.`,
        message,
      );
      return undefined;
    }
    if (!condition) return { amount: 1 };
    const is = ctx.evaluate(condition, message) ?? false;
    if (typeof is === "boolean") return { amount: is && was !== true ? 1 : 0, is };
    const text = `Checking ${condition.source}: it gave ${JSON.stringify(is)}, not true or false.`;
    ctx.fail("CONDITION_NOT_BOOLEAN", text, message);
    return undefined;
  };
}

/** When the calendar's period of a time ends. */
function calendar({ period, zone }: Config, env: OperatorEnv): (time: number) => number | undefined {
  const schedule = period === "never" ? undefined : parseCron(periods[period]);
  if (!schedule) return () => undefined;
  return (time) => nextCron(schedule, time, (at) => env.zoneOffsetMs(zone, at));
}

function add(state: State, amount: number): void {
  const total = state.total + amount;
  const larger = Math.abs(state.total) >= Math.abs(amount);
  state.rest += larger ? state.total - total + amount : amount - total + state.total;
  state.total = total;
}

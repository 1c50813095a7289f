/**
 * Raises when a value has been beyond a limit for long enough, clears when it is back.
 *
 * Readings of one key are judged in order of event time, whatever order they arrive in: one that could still be
 * preceded by another waits until the watermark excludes it. From a source without delay that is no wait at all.
 */
import {
  type Context,
  config,
  defineNode,
  derive,
  type FieldProblem,
  field,
  type Message,
  type Operator,
  parseDuration,
  perKeyFields,
  type Static,
} from "../runtime/core/api.ts";

const schema = config({
  value: field.expression({
    title: "Value",
    default: "payload",
    placeholder: "payload.temperature",
    result: "number",
    help: "The number to watch.",
  }),
  when: field.choice({
    title: "Raise when it is",
    labels: { above: "above", below: "below", outside: "outside a range" },
    default: "above",
  }),
  setPoint: field.optional(
    field.number({ title: "Set point", placeholder: "26", visibleIf: { when: ["above", "below"] } }),
  ),
  low: field.optional(
    field.number({ title: "Range from", placeholder: "18", visibleIf: { when: ["outside"] } }),
  ),
  high: field.optional(
    field.number({ title: "Range to", placeholder: "26", visibleIf: { when: ["outside"] } }),
  ),
  for: field.duration({
    title: "For at least",
    default: "0 s",
    help: "It must stay beyond the limit this long, also while the sensor says nothing.",
  }),
  clearPoint: field.optional(
    field.number({
      title: "Clear at",
      placeholder: "25",
      visibleIf: { when: ["above", "below"] },
      help: "Back at this value it is over. Empty: the set point. A gap between the two keeps it from flickering.",
    }),
  ),
  clearMargin: field.optional(
    field.number({
      title: "Clear inside the range by",
      placeholder: "0.5",
      minimum: 0,
      visibleIf: { when: ["outside"] },
      help: "It is over this far inside the range. Empty: as soon as it is back in the range.",
    }),
  ),
  unit: field.optional(field.text({ title: "Unit", placeholder: "°C", maxLength: 16 })),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

interface Reading {
  readonly message: Message;
  readonly value: number;
}

interface State {
  raised: boolean;
  /** Event time since which the value has been beyond the limit without a break; absent: it is not. */
  since?: number;
  /** The newest judged reading; its message carries no payload. */
  last?: Reading;
  /** Readings the watermark has not reached, by event time, then arrival. */
  waiting: Reading[];
}

const docs = `
Watches a number and reports two things: **raised**, when it has been beyond the limit for long enough, and **cleared**,
when it is back. Each once, not with every reading, and for each device apart.

    above 26 for 5 min, clear at 25

    minute      0     2     4     6     8     10    12    14
    value       27    25.5  27    28    27    27    25.5  25
    above 26    ├─────┤     ├───────────────────────┤
                                           ▲ raised       ▲ cleared

A value between the clear point and the set point starts nothing and ends nothing that is raised; it does interrupt the
wait of a value that is not yet raised. A value exactly on the set point is not beyond it; one exactly on the clear
point is back.

The wait goes by the time of the readings and is watched by a timer: if the sensor falls silent, its last value holds and
"raised" still comes. Late readings are sorted in before anything is decided. One that comes later than its source
allows, and is older than what was decided already, is counted as dropped, "late".

Both ports carry \`{ state, value, limit, since, unit }\`: the newest value, the limit it crossed, and since when, in ms
since 1970; raised also \`level\`, which is above or below.
`;

export default defineNode({
  type: "threshold",
  version: 1,
  category: "decide",
  title: "Threshold",
  purpose: "above, below, for how long",
  keywords: ["limit", "alarm", "hysteresis", "above", "below", "range", "deadband", "duration"],
  icon: "M3 10h18M4 19l5-5 3-9 4 8 4 3",
  config: schema,
  docs,
  examples: [
    {
      title: "Above 26 °C for 5 minutes, clear at 25 °C",
      config: { value: "payload.temperature", setPoint: 26, clearPoint: 25, for: "5 min", unit: "°C" },
      given: [
        { at: "0 min", key: "hall", payload: { temperature: 27 } },
        { at: "2 min", key: "hall", payload: { temperature: 25.5 } },
        { at: "4 min", key: "hall", payload: { temperature: 27 } },
        { at: "6 min", key: "hall", payload: { temperature: 28 } },
        { at: "12 min", key: "hall", payload: { temperature: 25.5 } },
        { at: "14 min", key: "hall", payload: { temperature: 25 } },
      ],
      until: "20 min",
      expect: [
        {
          port: "raised",
          at: "9 min",
          key: "hall",
          payload: { state: "raised", value: 28, level: "above", limit: 26 },
        },
        { port: "cleared", at: "14 min", key: "hall", payload: { state: "cleared", value: 25, limit: 25 } },
      ],
    },
    {
      title: "The sensor falls silent",
      config: { when: "below", setPoint: 5, for: "10 min" },
      given: [{ at: "0 min", key: "cellar", payload: 3 }],
      until: "30 min",
      expect: [
        { port: "raised", at: "10 min", key: "cellar", payload: { value: 3, level: "below", limit: 5 } },
      ],
    },
    {
      title: "Outside a range, every device apart",
      config: { when: "outside", low: 18, high: 26, clearMargin: 1 },
      given: [
        { at: "0 s", key: "a", payload: 27 },
        { at: "1 s", key: "b", payload: 20 },
        { at: "2 s", key: "a", payload: 25.5 },
        { at: "3 s", key: "a", payload: 25 },
      ],
      expect: [
        { port: "raised", at: "0 s", key: "a", payload: { level: "above", limit: 26 } },
        { port: "cleared", at: "3 s", key: "a", payload: { value: 25 } },
      ],
    },
  ],
  inputs: [{ name: "in", title: "readings" }],
  outputs: [
    { name: "raised", title: "raised", shape: "event", payload: "object" },
    { name: "cleared", title: "cleared", shape: "event", payload: "object" },
  ],
  summary: (config) => {
    const unit = config.unit ? ` ${config.unit}` : "";
    const value = config.value || "payload";
    const held = config.for && parseDuration(config.for) !== 0 ? ` for ${config.for}` : "";
    if (config.when === "outside")
      return `${value} outside ${config.low ?? "…"} to ${config.high ?? "…"}${unit}${held}`;
    const clear = config.clearPoint === undefined ? "" : `, clear ${config.clearPoint}`;
    return `${value} ${config.when === "below" ? "<" : ">"} ${config.setPoint ?? "…"}${unit}${held}${clear}`;
  },
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: (config) => `${config.value} ${config.when} ${config.per} ${config.perValue}`,
  // What is raised is the rule at work, an empty room for one: nothing is wrong with the node.
  status: (gauges) => (gauges.raised ? { level: "ok", text: `${gauges.raised} raised` } : undefined),
  operator: (config, env): Operator<State> => {
    const watched = env.expression(config.value);
    const forMs = parseDuration(config.for) ?? 0;
    const judge = (reading: Reading, state: State, ctx: Context<State>) => {
      const { time } = reading.message;
      if (state.since !== undefined && state.since + forMs < time) raise(state, ctx);
      state.last = reading;
      if (state.raised) {
        if (isBack(config, reading.value)) clear(state, ctx);
      } else if (beyond(config, reading.value) === undefined) {
        delete state.since;
      } else {
        state.since ??= time;
        if (forMs === 0) raise(state, ctx);
      }
    };
    const raise = (state: State, ctx: Context<State>) => {
      const since = state.since!;
      const { message, value } = state.last!;
      delete state.since;
      state.raised = true;
      ctx.gauge("raised", 1);
      const level = beyond(config, value);
      const payload = {
        state: "raised",
        value,
        level,
        limit: limitOf(config, level),
        since,
        ...unitOf(config),
      };
      ctx.emit("raised", { ...derive(message, payload, since + forMs), key: ctx.key });
    };
    const clear = (state: State, ctx: Context<State>) => {
      const { message, value } = state.last!;
      state.raised = false;
      ctx.gauge("raised", -1);
      const payload = {
        state: "cleared",
        value,
        limit: clearLimitOf(config, value),
        since: message.time,
        ...unitOf(config),
      };
      ctx.emit("cleared", { ...derive(message, payload), key: ctx.key });
    };
    /** Judges what the watermark has reached, and sets timers for the rest. */
    const advance = (state: State, ctx: Context<State>) => {
      while (state.waiting.length > 0 && state.waiting[0]!.message.time - 1 <= ctx.watermark) {
        judge(state.waiting.shift()!, state, ctx);
      }
      if (state.since !== undefined && state.since + forMs <= ctx.watermark) raise(state, ctx);
      if (state.waiting.length > 0) ctx.setTimer("reading", state.waiting[0]!.message.time - 1, "event");
      if (state.since !== undefined) ctx.setTimer("due", state.since + forMs, "event");
      else ctx.cancelTimer("due");
      ctx.state = state;
    };
    return {
      onMessage(message, _port, ctx) {
        const value = ctx.evaluate(watched, message);
        if (typeof value !== "number" || !Number.isFinite(value)) {
          const text = `Watching ${config.value}: it gave ${JSON.stringify(value) ?? "no result"}, not a number.`;
          ctx.fail("VALUE_NOT_A_NUMBER", text, message);
          return;
        }
        const state = ctx.state ?? { raised: false, waiting: [] };
        if (state.last && message.time < state.last.message.time) {
          ctx.drop("late");
          return;
        }
        let index = state.waiting.length;
        while (index > 0 && state.waiting[index - 1]!.message.time > message.time) index--;
        state.waiting.splice(index, 0, { message: derive(message, null), value });
        advance(state, ctx);
      },
      onTimer(_timer, ctx) {
        if (ctx.state) advance(ctx.state, ctx);
      },
    };
  },
});

/** Which side of the limit a value is on; undefined: not beyond. */
function beyond(config: Config, value: number): "above" | "below" | undefined {
  if (config.when === "above") return value > config.setPoint! ? "above" : undefined;
  if (config.when === "below") return value < config.setPoint! ? "below" : undefined;
  if (value > config.high!) return "above";
  return value < config.low! ? "below" : undefined;
}

function isBack(config: Config, value: number): boolean {
  if (config.when === "above") return value <= clearLimitOf(config, value)!;
  if (config.when === "below") return value >= clearLimitOf(config, value)!;
  const margin = config.clearMargin ?? 0;
  return value <= config.high! - margin && value >= config.low! + margin;
}

function limitOf(config: Config, level: "above" | "below" | undefined): number {
  if (config.when !== "outside") return config.setPoint!;
  return level === "above" ? config.high! : config.low!;
}

/** Of a range, the end that is nearer to the value. */
function clearLimitOf(config: Config, value: number): number {
  if (config.when !== "outside") return config.clearPoint ?? config.setPoint!;
  const margin = config.clearMargin ?? 0;
  const low = config.low! + margin;
  const high = config.high! - margin;
  return value - low < high - value ? low : high;
}

function unitOf(config: Config): { unit?: string } {
  return config.unit ? { unit: config.unit } : {};
}

function check(config: Config): FieldProblem[] {
  const { when, setPoint, clearPoint, low, high, clearMargin = 0 } = config;
  const problems: FieldProblem[] = [];
  if (when === "outside") {
    if (low === undefined) problems.push({ field: "/low", message: "Say where the range begins." });
    if (high === undefined) problems.push({ field: "/high", message: "Say where the range ends." });
    if (low === undefined || high === undefined) return problems;
    if (low >= high)
      problems.push({ field: "/high", message: `“Range to” must be above “Range from” (${low}).` });
    else if (2 * clearMargin > high - low) {
      const message = `With this margin nothing lies inside: at most ${(high - low) / 2}.`;
      problems.push({ field: "/clearMargin", message });
    }
    return problems;
  }
  if (setPoint === undefined)
    return [{ field: "/setPoint", message: "Say from which value on it is raised." }];
  if (clearPoint === undefined) return [];
  if (when === "above" && clearPoint > setPoint) {
    problems.push({
      field: "/clearPoint",
      message: `Must not be above the set point (${setPoint}): it would flicker.`,
    });
  }
  if (when === "below" && clearPoint < setPoint) {
    problems.push({
      field: "/clearPoint",
      message: `Must not be below the set point (${setPoint}): it would flicker.`,
    });
  }
  return problems;
}

/** How fast a value changes. */
import {
  config,
  defineNode,
  derive,
  type FieldProblem,
  field,
  inOrder,
  parseDuration,
  perKeyFields,
  type Static,
  watchedNumber,
} from "../runtime/core/api.ts";

const units = { s: "second", min: "minute", h: "hour", d: "day" } as const;
const unitMs = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Readings kept of one device: an hour of one every 4 s. */
const keptMax = 1_000;

const schema = config({
  value: field.expression({
    title: "Value",
    default: "payload",
    placeholder: "payload.temperature",
    result: "number",
  }),
  unit: field.choice({ title: "Change per", labels: units, default: "h" }),
  over: field.optional(
    field.duration({
      title: "Over",
      placeholder: "10 min",
      help: "From the oldest reading in this time to the newest; calms a noisy value. Empty: from one reading to the next.",
    }),
  ),
  kind: field.choice({
    title: "The value is",
    labels: { gauge: "a level, which rises and falls", meter: "a meter, which only rises" },
    default: "gauge",
    advanced: true,
    help: "A meter that falls was reset or exchanged, and counts on from zero.",
  }),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

interface State {
  /** Value and event time of the readings that may still be compared with, oldest first. Meters without their resets. */
  readonly kept: [value: number, at: number][];
  /** Meter: the last value as it was read. */
  last: number;
}

const docs = `
Says how fast a value rises or falls, from the values and the times of the readings.

    change per hour

    minute   0     10    20    30
    in       20    21    21    18
    rate           6     0     -18

The payload is \`{ rate, value, change, elapsedMs }\`: the change per unit of time, the newest value, by how much it changed, and in
which time. The first reading of a device gives no rate yet, and so does one at the same time as the one before: these are
counted as dropped, "nothing to compare with".

With **Over**, the newest reading is compared with the oldest that is at most that much older, or, after a longer gap, with the
one before the gap. Of each device at most ${keptMax} readings are kept; if more come in that time, the rate is over a shorter one, which
\`elapsedMs\` says and the card warns of.

A **meter** that falls was reset: its new value is what was counted since. A value that is not a number sends the message to
the error port or the dead letters. Readings that come later than their source allows, and are older than what was computed,
are counted as dropped, "late".
`;

export default defineNode({
  type: "rate-of-change",
  version: 1,
  category: "transform",
  title: "Rate of change",
  purpose: "how fast it rises or falls",
  keywords: [
    "slope",
    "gradient",
    "derivative",
    "speed",
    "trend",
    "delta",
    "per hour",
    "consumption",
    "meter",
  ],
  icon: "M3 20h18M5 16L17 6M12 6h5v5",
  config: schema,
  docs,
  examples: [
    {
      title: "Degrees per hour",
      config: { value: "payload.t" },
      given: [
        { at: "0 min", key: "hall", payload: { t: 20 } },
        { at: "10 min", key: "hall", payload: { t: 21 } },
        { at: "30 min", key: "hall", payload: { t: 18 } },
      ],
      expect: [
        {
          port: "out",
          at: "10 min",
          key: "hall",
          payload: { rate: 6, value: 21, change: 1, elapsedMs: 600_000 },
        },
        { port: "out", at: "30 min", key: "hall", payload: { rate: -9, value: 18, change: -3 } },
      ],
    },
    {
      title: "Litres per minute from a meter that was exchanged",
      config: { unit: "min", kind: "meter" },
      given: [
        { at: "0 min", payload: 990 },
        { at: "1 min", payload: 1000 },
        { at: "2 min", payload: 4 },
      ],
      expect: [
        { port: "out", at: "1 min", payload: { rate: 10, value: 1000 } },
        { port: "out", at: "2 min", payload: { rate: 4, value: 4 } },
      ],
    },
    {
      title: "Over ten minutes",
      config: { over: "10 min" },
      given: [
        { at: "0 min", payload: 20 },
        { at: "5 min", payload: 23 },
        { at: "10 min", payload: 21 },
        { at: "15 min", payload: 21 },
      ],
      expect: [
        { port: "out", at: "5 min", payload: { rate: 36 } },
        { port: "out", at: "10 min", payload: { rate: 6 } },
        { port: "out", at: "15 min", payload: { rate: -12 } },
      ],
    },
  ],
  inputs: [{ name: "in", title: "readings" }],
  outputs: [{ name: "out", title: "rates", payload: "object" }],
  summary: ({ value, unit, over }) =>
    `${value || "payload"} per ${units[unit ?? "h"]}${over ? `, over ${over}` : ""}`,
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ value, kind, per, perValue }) => `${value} ${kind} ${per} ${perValue}`,
  status: ({ shortened }) =>
    shortened ? { level: "warning", text: "too many readings for this time" } : undefined,
  operator: (config, env) => {
    const watched = env.expression(config.value);
    const overMs = config.over ? parseDuration(config.over)! : 0;
    return inOrder<State>({
      judge(known, message, _port, ctx) {
        const { time } = message;
        const value = watchedNumber(ctx, watched, config.value, message);
        if (value === undefined) return known;
        const state = known ?? { kept: [], last: value };
        const { kept } = state;
        const total = config.kind === "meter" ? meterTotal(state, value) : value;
        state.last = value;
        // The oldest within the time, else the newest before it.
        let first = kept.findIndex(([, at]) => at >= time - overMs && at < time);
        if (first < 0) first = kept.filter(([, at]) => at < time).length - 1;
        const from = kept[first];
        if (from) {
          const [change, elapsedMs] = [total - from[0], time - from[1]];
          const rate = (change / elapsedMs) * unitMs[config.unit];
          if (!Number.isFinite(rate)) {
            const text = `From ${from[0]} to ${total} is more than a number can say.`;
            ctx.fail("VALUE_NOT_A_NUMBER", text, message);
            return state;
          }
          ctx.emit("out", { ...derive(message, { rate, value, change, elapsedMs }), key: ctx.key });
          kept.splice(0, first);
        } else ctx.drop("nothing to compare with");
        kept.push([total, time]);
        if (overMs > 0) ctx.fill("readings kept", kept.length, keptMax);
        if (kept.length > keptMax) {
          kept.shift();
          ctx.gauge("shortened", 1);
        }
        return state;
      },
    });
  },
});

/** What a meter has counted since it is watched, as if it had never been reset. */
function meterTotal({ kept, last }: State, value: number): number {
  const before = kept.at(-1);
  if (!before) return value;
  return before[0] + (value >= last ? value - last : value);
}

function check({ over }: Config): FieldProblem[] {
  const none = over !== undefined && parseDuration(over) === 0;
  return none ? [{ field: "/over", message: "Say over which time, such as 10 min, or leave it empty." }] : [];
}

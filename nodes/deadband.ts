/** Reports a value only when it has changed enough (report by exception). */
import {
  config,
  defineNode,
  type FieldProblem,
  field,
  inOrder,
  parseDuration,
  perKeyFields,
  type Static,
  watchedNumber,
} from "../runtime/core/api.ts";

const schema = config({
  value: field.expression({
    title: "Value",
    default: "payload",
    placeholder: "payload.temperature",
    result: "number",
    help: "The number to watch.",
  }),
  by: field.choice({
    title: "Report a change",
    labels: {
      absolute: "by at least",
      percent: "by at least so many percent",
      rate: "faster than",
    },
    default: "absolute",
  }),
  band: field.number({
    title: "Change",
    default: 0.5,
    exclusiveMinimum: 0,
    help: "In the unit of the value, or in percent of the value reported last.",
  }),
  in: field.duration({
    title: "Within",
    default: "1 min",
    visibleIf: { by: ["rate"] },
    help: "A change of 2 within 1 min is faster than 1 within 1 min.",
  }),
  atLeast: field.optional(
    field.duration({
      title: "Report at least every",
      placeholder: "15 min",
      help: "The first reading after this long is reported, changed or not. Empty: never.",
    }),
  ),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

interface State {
  /** Value and event time reported last. */
  reported: [value: number, at: number];
  /** Rate: value and event time of the reading before. */
  before?: [value: number, at: number];
}

const docs = `
Lets a reading through when it tells something new, for each device apart.

    by at least 0.5

    in      20.0  20.2  20.4  20.5  20.6  21.1
    out     20.0              20.5        21.1

Every reading is compared with the one **reported** last, not with the one before it, so that a slow drift is not missed. A
change by exactly the band is reported; the first reading always is. Percent are those of the value reported last; after
a zero, any change is reported.

**Faster than** compares each reading with the one before it, and the time between them: a jump from 20 to 21 in half a minute is
as fast as 2 within 1 min. Faster means faster, not as fast.

What is not reported leaves by **rest**, so nothing is lost. A silent sensor is not reported again: Absence notices it. A value that is
not a number sends the message to the error port or the dead letters. Readings that come later than their source allows, and
are older than what was decided, are counted as dropped, "late".
`;

export default defineNode({
  type: "deadband",
  version: 1,
  category: "decide",
  title: "Deadband",
  purpose: "only when it changes enough",
  keywords: [
    "report by exception",
    "rbe",
    "cov",
    "change of value",
    "filter",
    "jitter",
    "noise",
    "hysteresis",
  ],
  icon: "M3 8h18M3 16h18M3 12h5l2-2 3 4 2-2h6",
  config: schema,
  docs,
  examples: [
    {
      title: "Half a degree",
      config: { value: "payload.t", band: 0.5 },
      given: [
        { at: "0 s", key: "hall", payload: { t: 20 } },
        { at: "1 s", key: "hall", payload: { t: 20.4 } },
        { at: "2 s", key: "hall", payload: { t: 20.5 } },
      ],
      expect: [
        { port: "out", at: "0 s", key: "hall", payload: { t: 20 } },
        { port: "rest", at: "1 s", key: "hall", payload: { t: 20.4 } },
        { port: "out", at: "2 s", key: "hall", payload: { t: 20.5 } },
      ],
    },
    {
      title: "Ten percent, and every quarter of an hour anyway",
      config: { by: "percent", band: 10, atLeast: "15 min" },
      given: [
        { at: "0 min", payload: 100 },
        { at: "5 min", payload: 91 },
        { at: "10 min", payload: 90 },
        { at: "20 min", payload: 90 },
        { at: "25 min", payload: 90 },
      ],
      expect: [
        { port: "out", at: "0 min", payload: 100 },
        { port: "rest", at: "5 min", payload: 91 },
        { port: "out", at: "10 min", payload: 90 },
        { port: "rest", at: "20 min", payload: 90 },
        { port: "out", at: "25 min", payload: 90 },
      ],
    },
    {
      title: "A pressure that drops fast",
      config: { by: "rate", band: 1, in: "1 min" },
      given: [
        { at: "0 s", payload: 6 },
        { at: "60 s", payload: 5.5 },
        { at: "70 s", payload: 5 },
      ],
      expect: [
        { port: "out", at: "0 s", payload: 6 },
        { port: "rest", at: "60 s", payload: 5.5 },
        { port: "out", at: "70 s", payload: 5 },
      ],
    },
  ],
  inputs: [{ name: "in", title: "readings" }],
  outputs: [
    { name: "out", title: "changed" },
    { name: "rest", title: "the rest" },
  ],
  summary: ({ value, by, band, in: within }) => {
    const size = `${band ?? "…"}${by === "percent" ? " %" : ""}`;
    const change = by === "rate" ? `faster than ${size} in ${within || "…"}` : `by ${size}`;
    return `${value || "payload"} ${change}`;
  },
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ value, per, perValue }) => `${value} ${per} ${perValue}`,
  operator: (config, env) => {
    const watched = env.expression(config.value);
    const inMs = parseDuration(config.in)!;
    const atLeastMs = config.atLeast ? parseDuration(config.atLeast)! : Number.POSITIVE_INFINITY;
    return inOrder<State>({
      judge(state, message, _port, ctx) {
        const { time } = message;
        const value = watchedNumber(ctx, watched, config.value, message);
        if (value === undefined) return state;
        const [last, at] = state?.reported ?? [value, time];
        const before = state?.before ?? state?.reported;
        const news =
          !state ||
          time - at >= atLeastMs ||
          (config.by === "rate"
            ? isFaster(before!, [value, time], config.band, inMs)
            : isBeyond(config, last, value));
        ctx.emit(news ? "out" : "rest", message);
        return { reported: news ? [value, time] : [last, at], before: [value, time] };
      },
    });
  },
});

function isBeyond({ by, band }: Config, last: number, value: number): boolean {
  const needed = by === "percent" ? (Math.abs(last) * band) / 100 : band;
  const change = Math.abs(value - last);
  // 20.3 - 20.2 is a little less than 0.1 in binary; a person who set 0.1 means it to count.
  return change > 0 && change >= needed - 1e-12 * (Math.abs(value) + Math.abs(last));
}

/** Two readings of one time: any difference is infinitely fast. */
function isFaster(
  before: [number, number],
  [value, at]: [number, number],
  band: number,
  inMs: number,
): boolean {
  return Math.abs(value - before[0]) * inMs > band * (at - before[1]) * (1 + 1e-12);
}

function check({ by, in: within, atLeast }: Config): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (by === "rate" && parseDuration(within ?? "") === 0) {
    problems.push({ field: "/in", message: "Say within which time, such as 1 min." });
  }
  if (atLeast && parseDuration(atLeast) === 0) {
    problems.push({ field: "/atLeast", message: "Say how often, such as 15 min, or leave it empty." });
  }
  return problems;
}

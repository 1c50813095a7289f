/** Lets the newest message of every interval through, or one of every so many. */
import {
  config,
  defineNode,
  type FieldProblem,
  field,
  floorTo,
  inOrder,
  type Message,
  type OrderedOperator,
  parseDuration,
  perKeyFields,
  type Static,
} from "../runtime/core/api.ts";

/** A silent device repeats its value no more often than this: it is silent, and repeating it tells nothing new. */
const repeatsMax = 10_000;

const schema = config({
  by: field.choice({
    title: "Let through",
    labels: { time: "the newest at regular times", count: "one of every so many" },
    default: "time",
  }),
  every: field.duration({
    title: "Every",
    default: "1 min",
    visibleIf: { by: ["time"] },
    help: "By the clock: every 5 min is at 08:00, 08:05, 08:10 UTC.",
  }),
  count: field.integer({
    title: "One of every",
    default: 10,
    minimum: 1,
    maximum: 1_000_000_000,
    unit: "messages",
    visibleIf: { by: ["count"] },
  }),
  repeatFor: field.duration({
    title: "Repeat a silent one for",
    default: "0 s",
    visibleIf: { by: ["time"] },
    advanced: true,
    help: "Without a new message the last one is sent again at each time, until it is this old.",
  }),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

interface State {
  /** Time: the newest message, and when it is due. */
  newest?: Message;
  due?: number;
  /** It has been let through already. */
  sent?: boolean;
  /** Count: messages since the one that was let through, itself included. */
  since?: number;
}

const docs = `
Turns a fast or irregular stream into a calm one, for each device apart.

    the newest every 10 s                one of every 3

    second   0  4  9  10    20    30     in    a  b  c  d  e  f  g
    in       a  b  c     d               out   a        d        g
    out               c     d

Times go by the clock, so all devices are sampled at the same moments. A message exactly at such a moment is part of it. What is
let through then carries that moment as its time. Nothing new, nothing sent; unless silent devices are repeated for a while,
for receivers that need a value at every step.

All others leave by **rest**, when a newer message takes their place. Messages that come later than their source allows, and are
older than what was decided, are counted as dropped, "late".
`;

export default defineNode({
  type: "sample",
  version: 1,
  category: "time",
  title: "Sample",
  purpose: "the newest, at regular times",
  keywords: ["downsample", "decimate", "thin out", "interval", "regular", "resample", "every nth"],
  icon: "M3 12c3-9 6-9 9 0s6 9 9 0M6 5v.1M12 12v.1M18 19v.1",
  config: schema,
  docs,
  examples: [
    {
      title: "A value every ten seconds",
      config: { every: "10 s" },
      given: [
        { at: "1 s", key: "hall", payload: 20 },
        { at: "9 s", key: "hall", payload: 21 },
        { at: "12 s", key: "hall", payload: 22 },
      ],
      until: "60 s",
      expect: [
        { port: "rest", at: "9 s", key: "hall", payload: 20 },
        { port: "out", at: "10 s", key: "hall", payload: 21 },
        { port: "out", at: "20 s", key: "hall", payload: 22 },
      ],
    },
    {
      title: "Repeat the last value for half a minute",
      config: { every: "10 s", repeatFor: "30 s" },
      given: [{ at: "5 s", payload: 20 }],
      until: "2 min",
      expect: [
        { port: "out", at: "10 s", payload: 20 },
        { port: "out", at: "20 s", payload: 20 },
        { port: "out", at: "30 s", payload: 20 },
      ],
    },
    {
      title: "One of every two",
      config: { by: "count", count: 2 },
      given: [
        { at: "0 s", payload: 1 },
        { at: "1 s", payload: 2 },
        { at: "2 s", payload: 3 },
      ],
      expect: [
        { port: "out", at: "0 s", payload: 1 },
        { port: "rest", at: "1 s", payload: 2 },
        { port: "out", at: "2 s", payload: 3 },
      ],
    },
  ],
  inputs: [{ name: "in", title: "messages" }],
  outputs: [
    { name: "out", title: "samples" },
    { name: "rest", title: "the rest" },
  ],
  summary: ({ by, count, every }) =>
    by === "count" ? `one of every ${count ?? "…"}` : `the newest every ${every || "…"}`,
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ by, per, perValue }) => `${by} ${per} ${perValue}`,
  operator: (config) => inOrder<State>(config.by === "count" ? byCount(config) : byTime(config)),
});

function byTime(config: Config): OrderedOperator<State> {
  const everyMs = parseDuration(config.every)!;
  const repeatForMs = parseDuration(config.repeatFor)!;
  return {
    judge(known, message, _port, ctx) {
      const { time } = message;
      const state = known ?? {};
      if (state.newest && !state.sent) ctx.emit("rest", { ...state.newest, time });
      state.newest = message;
      state.sent = false;
      state.due ??= floorTo(time - 1, everyMs) + everyMs;
      return state;
    },
    dueAt: ({ due }) => due,
    due(state, at, ctx) {
      const message = state.newest!;
      ctx.emit("out", { ...message, time: at, id: state.sent ? ctx.nextId() : message.id });
      state.sent = true;
      state.due = floorTo(at, everyMs) + everyMs;
      return state.due <= message.time + repeatForMs ? state : undefined;
    },
  };
}

function byCount({ count }: Config): OrderedOperator<State> {
  return {
    judge(state, message, _port, ctx) {
      const since = (state?.since ?? count) + 1;
      const chosen = since > count;
      ctx.emit(chosen ? "out" : "rest", message);
      return { since: chosen ? 1 : since };
    },
  };
}

function check({ by, every, repeatFor }: Config): FieldProblem[] {
  if (by === "count") return [];
  const everyMs = parseDuration(every ?? "");
  if (everyMs === 0) return [{ field: "/every", message: "Say how often, such as 1 min." }];
  const repeatForMs = parseDuration(repeatFor ?? "") ?? 0;
  if (everyMs === undefined || repeatForMs <= everyMs * repeatsMax) return [];
  return [
    { field: "/repeatFor", message: `Every ${every} for so long is more than ${repeatsMax} repetitions.` },
  ];
}

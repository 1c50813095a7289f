/** Lets no more messages through than a rate allows. */
import {
  config,
  defineNode,
  type FieldProblem,
  field,
  inOrder,
  type Judging,
  type Message,
  type OrderedOperator,
  parseDuration,
  perKeyFields,
  type Static,
} from "../runtime/core/api.ts";

/** Messages that wait for their turn are state; a queue that long is minutes behind at any rate one would set. */
const queueMax = 10_000;

const schema = config({
  let: field.choice({
    title: "Let through",
    labels: {
      first: "the first, then none for a while",
      last: "the latest, once per interval",
      both: "the first at once, then the latest once per interval",
      rate: "so many in a time",
    },
    default: "first",
  }),
  count: field.integer({
    title: "Messages",
    default: 10,
    minimum: 1,
    maximum: 1_000_000,
    visibleIf: { let: ["rate"] },
  }),
  every: field.duration({ title: "Every", default: "10 s", help: "How long the interval is." }),
  burst: field.optional(
    field.integer({
      title: "At once at most",
      minimum: 1,
      maximum: 1_000_000,
      visibleIf: { let: ["rate"] },
      advanced: true,
      help: "How many may come directly one after the other after a pause. Empty: as many as above.",
    }),
  ),
  over: field.choice({
    title: "What is too much",
    labels: { rest: "leaves by “the rest”", wait: "waits for its turn" },
    default: "rest",
    visibleIf: { let: ["rate"] },
  }),
  waitMax: field.integer({
    title: "Waiting at most",
    default: 1_000,
    minimum: 1,
    maximum: queueMax,
    visibleIf: { let: ["rate"], over: ["wait"] },
    advanced: true,
    help: "Messages for which there is no room leave by “the rest”.",
  }),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

interface State {
  /** Interval: when it began. Rate: the time for which `credit` holds. */
  at: number;
  /** The latest message that has not been let through. */
  pending?: Message;
  /** Rate: what can be spent, in ms x messages, so that it stays an integer; one message costs the interval in ms. */
  credit?: number;
  queue?: Message[];
}

const docs = `
Thins a stream out, for each device apart.

    every 10 s

    second           0  3  6  9  12 15          30
    in               a  b  c  d  e  f           g
    the first        a           e              g
    the latest             d (at 10)  f (at 22)    g (at 40)
    both             a     d (at 10)  f (at 20) g

The interval begins with the first message and not by the clock; a message exactly at its end belongs to the next one with
"the first", and to this one otherwise. Messages that waited carry the time at which they were let through.

**So many in a time** is a token bucket: 10 in a minute gives a permit every 6 s, and a pause saves up as many as may come
at once. What finds none leaves by **rest**, or waits for its turn in order.

Nothing is lost: what is not let through leaves by **rest**, at the latest when a newer message takes its place. Messages that
come later than their source allows, and are older than what was decided, are counted as dropped, "late".
`;

export default defineNode({
  type: "throttle",
  version: 1,
  category: "time",
  title: "Throttle",
  purpose: "at most so many",
  keywords: ["rate", "limit", "slow", "token bucket", "queue", "leading", "trailing", "thin out", "delay"],
  icon: "M4 18a8 8 0 1 1 16 0M12 18l4-6M9 21h6",
  config: schema,
  docs,
  examples: [
    {
      title: "One message a minute",
      config: { let: "first", every: "1 min" },
      given: [
        { at: "0 s", key: "meter", payload: 1 },
        { at: "20 s", key: "meter", payload: 2 },
        { at: "60 s", key: "meter", payload: 3 },
      ],
      expect: [
        { port: "out", at: "0 s", key: "meter", payload: 1 },
        { port: "rest", at: "20 s", key: "meter", payload: 2 },
        { port: "out", at: "60 s", key: "meter", payload: 3 },
      ],
    },
    {
      title: "The first at once, and never miss the latest",
      config: { let: "both", every: "10 s" },
      given: [
        { at: "0 s", payload: 20 },
        { at: "2 s", payload: 21 },
        { at: "3 s", payload: 22 },
      ],
      until: "60 s",
      expect: [
        { port: "out", at: "0 s", payload: 20 },
        { port: "rest", at: "3 s", payload: 21 },
        { port: "out", at: "10 s", payload: 22 },
      ],
    },
    {
      title: "A gateway that takes two commands at once and one more every 5 seconds",
      config: { let: "rate", count: 1, every: "5 s", burst: 2, over: "wait", per: "all" },
      given: [
        { at: "0 s", key: "a", payload: "on" },
        { at: "0 s", key: "b", payload: "on" },
        { at: "0 s", key: "c", payload: "on" },
        { at: "1 s", key: "d", payload: "on" },
      ],
      until: "30 s",
      expect: [
        { port: "out", at: "0 s", key: "a", payload: "on" },
        { port: "out", at: "0 s", key: "b", payload: "on" },
        { port: "out", at: "5 s", key: "c", payload: "on" },
        { port: "out", at: "10 s", key: "d", payload: "on" },
      ],
    },
  ],
  inputs: [{ name: "in", title: "messages" }],
  outputs: [
    { name: "out", title: "let through" },
    { name: "rest", title: "the rest" },
  ],
  summary: (config) => {
    const every = config.every || "…";
    if (config.let === "last") return `the latest, once per ${every}`;
    if (config.let === "both") return `the first, then the latest once per ${every}`;
    if (config.let !== "rate") return `the first, then none for ${every}`;
    return `${config.count ?? "…"} per ${every}${config.over === "wait" ? ", the rest waits" : ""}`;
  },
  check,
  keyed: true,
  stateVersion: 1,
  // Another rate or interval goes on with what waits.
  stateSignature: (config) => `${config.let === "rate"} ${config.per} ${config.perValue}`,
  status: ({ waiting }) => (waiting ? { level: "ok", text: `${waiting} waiting` } : undefined),
  operator: (config) => inOrder<State>(config.let === "rate" ? rateLimiter(config) : interval(config)),
});

function interval({ let: which, every }: Config): OrderedOperator<State> {
  const everyMs = parseDuration(every)!;
  const hold = (state: State, message: Message, ctx: Judging): State => {
    if (state.pending) ctx.emit("rest", { ...state.pending, time: message.time });
    state.pending = message;
    return state;
  };
  return {
    judge(state, message, _port, ctx) {
      if (which === "last") return hold(state ?? { at: message.time }, message, ctx);
      if (!state) {
        ctx.emit("out", message);
        return { at: message.time };
      }
      if (which === "both") return hold(state, message, ctx);
      ctx.emit("rest", message);
      return state;
    },
    // "First" forgets the interval before a message exactly at its end, which opens the next one.
    dueAt: ({ at }) => (which === "first" ? at + everyMs - 1 : at + everyMs),
    due({ pending }, at, ctx) {
      if (!pending) return undefined;
      ctx.emit("out", { ...pending, time: at });
      return which === "both" ? { at } : undefined;
    },
  };
}

function rateLimiter({ count, every, burst = count, over, waitMax }: Config): OrderedOperator<State> {
  const cost = parseDuration(every)!;
  const creditMax = burst * cost;
  const creditAt = (state: State, time: number) =>
    Math.min(creditMax, state.credit! + (time - state.at) * count);
  /** When there is credit for as much. */
  const reached = (state: State, credit: number) => state.at + Math.ceil((credit - state.credit!) / count);
  const spend = (state: State, time: number) => {
    state.credit = creditAt(state, time) - cost;
    state.at = time;
  };
  return {
    judge(known, message, _port, ctx) {
      const state = known ?? { at: message.time, credit: creditMax };
      if (!state.queue && creditAt(state, message.time) >= cost) {
        spend(state, message.time);
        ctx.emit("out", message);
      } else if (over === "wait" && (state.queue?.length ?? 0) < waitMax) {
        state.queue ??= [];
        state.queue.push(message);
        ctx.gauge("waiting", 1);
        ctx.fill("messages waiting", state.queue.length, waitMax);
      } else ctx.emit("rest", message);
      return state;
    },
    dueAt: (state) => reached(state, state.queue ? cost : creditMax),
    due(state, at, ctx) {
      const next = state.queue?.shift();
      // A full bucket is what a device begins with.
      if (!next) return undefined;
      if (state.queue!.length === 0) delete state.queue;
      spend(state, at);
      ctx.gauge("waiting", -1);
      ctx.emit("out", { ...next, time: at });
      return state;
    },
  };
}

function check(config: Config): FieldProblem[] {
  const everyMs = parseDuration(config.every ?? "");
  if (everyMs === 0) return [{ field: "/every", message: "Say how long the interval is, such as 10 s." }];
  const burst = config.burst ?? config.count ?? 1;
  if (config.let === "rate" && everyMs !== undefined && !Number.isSafeInteger(everyMs * burst)) {
    return [
      { field: "/every", message: "This interval is too long for so many messages. Choose a shorter one." },
    ];
  }
  return [];
}

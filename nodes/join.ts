/** Pairs messages of two streams that happened at about the same time. */
import {
  type Context,
  config,
  defineNode,
  derive,
  type ErrorCode,
  ExpressionError,
  type FieldProblem,
  field,
  type Message,
  type Operator,
  type Port,
  parseDuration,
  perKeyFields,
  type Static,
} from "../runtime/core/api.ts";

/** Messages that wait for partners are state, written with every checkpoint of their device; each can pair with all. */
const holdMax = 10_000;

const schema = config({
  order: field.choice({
    title: "The right message comes",
    labels: { either: "before or after the left", after: "after the left", before: "before the left" },
    default: "either",
  }),
  least: field.duration({
    title: "By at least",
    default: "0 s",
    visibleIf: { order: ["after", "before"] },
  }),
  before: field.duration({
    title: "Before, at most",
    default: "1 min",
    visibleIf: { order: ["either", "before"] },
  }),
  after: field.duration({
    title: "After, at most",
    default: "1 min",
    visibleIf: { order: ["either", "after"] },
    help: "Exactly that far apart is still a pair.",
  }),
  keep: field.choice({
    title: "What has no partner",
    labels: { none: "is dropped", left: "leaves if it is a left one", both: "leaves, left or right" },
    default: "none",
    help: "As soon as no partner can come any more, by a port of its own: inner, left and full outer join.",
  }),
  leftValue: field.expression({
    title: "Of the left, take",
    default: "payload",
    placeholder: "payload.supply",
    sample: { port: "left" },
  }),
  rightValue: field.expression({
    title: "Of the right, take",
    default: "payload",
    placeholder: "payload.return",
    sample: { port: "right" },
  }),
  leftName: field.text({ title: "Call the left", default: "left", minLength: 1, maxLength: 60 }),
  rightName: field.text({ title: "Call the right", default: "right", minLength: 1, maxLength: 60 }),
  result: field.optional(
    field.expression({
      title: "New payload of a pair",
      placeholder: "left.supply - right.return",
      sample: {
        port: "right",
        beside: {
          left: { field: "leftValue", port: "left" },
          right: { field: "rightValue", port: "right" },
        },
      },
      help: "JSONata over left and right. Empty: an object with both, by the names above.",
    }),
  ),
  hold: field.integer({
    title: "Hold at most",
    default: 1_000,
    minimum: 1,
    maximum: holdMax,
    unit: "messages",
    advanced: true,
    help: "Of each side of each device. With more, the oldest waits no longer.",
  }),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

type Side = "left" | "right";

interface Held {
  /** Its payload is what was taken of it. */
  readonly message: Message;
  paired: boolean;
}

/** Of each side what can still have partners, by time; equal times in order of arrival. */
type State = Record<Side, Held[]>;

const docs = `
Pairs messages of two streams, for each device apart: a badge and the door that opens, a flow and a return temperature, a command and what the
meter says after it.

    right within 1 min before or after

    minute    0     1     2     3     4     5     6
    left      a                 c
    right     x                 y           z
    pairs     a x               c y
    alone                                         z

A left message pairs with **every** right one that lies within the bounds, both ends included, and each pair leaves once, as soon
as both are there, whatever order they come in. With "after" or "before" the bounds lie on one side: "after, by at least 10 s, at most 2 min".

The payload of a pair is \`{ left, right }\`, under names of your own, or what an expression makes of the two. Its time is that of the later
one; topic and named levels are those of the left.

What has no partner when none can come any more leaves by **alone**, if you say so, as \`{ left }\` or \`{ right }\`, with the time at which that was
certain; otherwise it is counted as dropped, "no partner". It needs no further message for that, only time.

A message that comes later than its source allows leaves by **late** and is counted as dropped, "late". At most 1,000 messages of a side
wait, unless set otherwise; with more, the oldest waits no longer and is counted as dropped, "too many waiting".
`;

export default defineNode({
  type: "join",
  version: 1,
  category: "transform",
  title: "Join",
  purpose: "pairs of two streams, by time",
  keywords: ["interval", "pair", "match", "correlate", "inner", "outer", "left", "two", "both", "together"],
  icon: "M3 12a6 6 0 1 0 12 0 6 6 0 1 0-12 0M9 12a6 6 0 1 0 12 0 6 6 0 1 0-12 0",
  config: schema,
  docs,
  examples: [
    {
      title: "A door, and the badge before it",
      config: {
        order: "before",
        before: "10 s",
        keep: "left",
        leftName: "door",
        rightName: "badge",
      },
      given: [
        { at: "0 s", port: "right", key: "gate", payload: "4711" },
        { at: "4 s", port: "left", key: "gate", payload: "open" },
        { at: "60 s", port: "left", key: "gate", payload: "open" },
      ],
      until: "90 s",
      expect: [
        { port: "out", at: "4 s", key: "gate", payload: { door: "open", badge: "4711" } },
        { port: "alone", at: "60 s", key: "gate", payload: { door: "open" } },
      ],
    },
    {
      title: "Supply and return temperature of about the same time",
      config: {
        before: "5 s",
        after: "5 s",
        leftValue: "payload.supply",
        rightValue: "payload.return",
        result: "left - right",
      },
      given: [
        { at: "0 s", port: "left", key: "loop-1", payload: { supply: 55 } },
        { at: "2 s", port: "right", key: "loop-1", payload: { return: 41 } },
        { at: "30 s", port: "right", key: "loop-1", payload: { return: 44 } },
      ],
      until: "60 s",
      expect: [{ port: "out", at: "2 s", key: "loop-1", payload: 14 }],
    },
  ],
  inputs: [
    { name: "left", title: "left" },
    { name: "right", title: "right" },
  ],
  outputs: ({ keep }): Port[] => [
    { name: "out", title: "pairs" },
    ...(keep === "left" || keep === "both"
      ? [{ name: "alone", title: "alone", payload: "object", help: "What no partner came for." } as const]
      : []),
    { name: "late", title: "late", help: "Messages that came later than their source allows." },
  ],
  summary: ({ order, least, before, after, keep }) => {
    const from = parseDuration(least ?? "") ? `${least} to ` : "";
    const bounds =
      order === "after"
        ? `${from}${after || "…"} after`
        : order === "before"
          ? `${from}${before || "…"} before`
          : before === after
            ? `within ${before || "…"}`
            : `${before || "…"} before to ${after || "…"} after`;
    return `right ${bounds}${keep === "both" ? ", or alone" : keep === "left" ? ", or left alone" : ""}`;
  },
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ leftValue, rightValue, per, perValue }) =>
    `${leftValue} ${rightValue} ${per} ${perValue}`,
  status: ({ pressed }) => (pressed ? { level: "warning", text: `${pressed} waited too short` } : undefined),
  operator: (config, env): Operator<State> => {
    const { earliest, latest } = boundsOf(config);
    /** How long a message of this side can still find partners, counted from its own time. */
    const patienceMs = { left: Math.max(0, latest), right: Math.max(0, -earliest) };
    const leavesAlone = { left: config.keep !== "none", right: config.keep === "both" };
    const nameOf = { left: config.leftName, right: config.rightName };
    const taken = { left: env.expression(config.leftValue), right: env.expression(config.rightValue) };
    const result = config.result === undefined ? undefined : env.expression(config.result);

    const sendPair = (left: Message, right: Message, ctx: Context<State>) => {
      const both = { [nameOf.left]: left.payload, [nameOf.right]: right.payload };
      const time = Math.max(left.time, right.time);
      const pair = { ...derive(left, both, time), key: ctx.key, id: ctx.nextId() };
      if (!result) return ctx.emit("out", pair);
      const root = { ...pair, left: left.payload, right: right.payload };
      try {
        const payload = ctx.evaluate(result, root);
        if (payload === undefined) ctx.drop("no result");
        else ctx.emit("out", { ...pair, payload });
      } catch (cause) {
        // The other pairs of this message can still be right.
        if (!(cause instanceof ExpressionError)) throw cause;
        ctx.fail(cause.code as ErrorCode, cause.message, pair);
      }
    };
    const letGo = ({ message, paired }: Held, side: Side, at: number, ctx: Context<State>) => {
      if (paired) return;
      if (!leavesAlone[side]) return ctx.drop("no partner");
      const payload = { [nameOf[side]]: message.payload };
      ctx.emit("alone", { ...derive(message, payload, at), key: ctx.key });
    };
    /** Until when the oldest of a side waits. */
    const dueAt = (state: State, side: Side) => {
      const first = state[side][0];
      return first ? first.message.time + patienceMs[side] : Number.POSITIVE_INFINITY;
    };
    const keepState = (state: State, ctx: Context<State>) => {
      const next = Math.min(dueAt(state, "left"), dueAt(state, "right"));
      if (next === Number.POSITIVE_INFINITY) {
        ctx.cancelTimer("next");
        ctx.state = undefined;
        return;
      }
      ctx.setTimer("next", next, "event");
      ctx.state = state;
    };

    return {
      onMessage(message, port, ctx) {
        // A watermark says that nothing with its own time comes any more; what comes all the same is let pass (Flink).
        if (message.time < ctx.watermark) {
          ctx.drop("late");
          ctx.emit("late", message);
          return;
        }
        const side = port as Side;
        const payload = ctx.evaluate(taken[side], message);
        if (payload === undefined) {
          ctx.drop("no result");
          return;
        }
        const state = ctx.state ?? { left: [], right: [] };
        const own = state[side];
        const held: Held = { message: derive(message, payload), paired: false };
        const [from, to] = side === "left" ? [earliest, latest] : [-latest, -earliest];
        const partners = between(
          side === "left" ? state.right : state.left,
          message.time + from,
          message.time + to,
        );
        held.paired = partners.length > 0;
        for (const each of partners) each.paired = true;
        own.splice(firstAt(own, message.time + 1), 0, held);
        ctx.fill("messages waiting", own.length, config.hold);
        const pressed = own.splice(0, own.length - Math.min(own.length, config.hold));
        keepState(state, ctx);
        for (const { message: other } of partners) {
          if (side === "left") sendPair(held.message, other, ctx);
          else sendPair(other, held.message, ctx);
        }
        for (const each of pressed) {
          ctx.drop("too many waiting");
          ctx.gauge("pressed", 1);
          letGo(each, side, Math.max(each.message.time, message.time), ctx);
        }
      },
      onTimer({ at }, ctx) {
        const { state } = ctx;
        if (!state) return;
        const leaving: [Held, Side][] = [];
        for (;;) {
          const side = dueAt(state, "left") <= dueAt(state, "right") ? "left" : "right";
          if (dueAt(state, side) > at) break;
          leaving.push([state[side].shift()!, side]);
        }
        keepState(state, ctx);
        for (const [held, side] of leaving) letGo(held, side, at, ctx);
      },
    };
  },
});

/** Time of the right message minus time of the left: the least and the most, both included. */
function boundsOf({ order, least, before, after }: Config): { earliest: number; latest: number } {
  const ms = (text: string) => parseDuration(text) ?? 0;
  if (order === "after") return { earliest: ms(least), latest: ms(after) };
  if (order === "before") return { earliest: -ms(before), latest: -ms(least) };
  return { earliest: -ms(before), latest: ms(after) };
}

/** Those with a time in [from, to]. */
function between(held: readonly Held[], from: number, to: number): readonly Held[] {
  return held.slice(firstAt(held, from), firstAt(held, to + 1));
}

/** Index of the first with this time or a later one; their number when there is none. */
function firstAt(held: readonly Held[], time: number): number {
  let low = 0;
  for (let high = held.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (held[middle]!.message.time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function check({ order, least, before, after, leftName, rightName }: Config): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const most = order === "after" ? "after" : order === "before" ? "before" : undefined;
  if (most) {
    const mostMs = parseDuration((most === "after" ? after : before) ?? "");
    const leastMs = parseDuration(least ?? "");
    if (mostMs !== undefined && leastMs !== undefined && leastMs > mostMs) {
      problems.push({ field: `/${most}`, message: `This must not be less than “By at least” (${least}).` });
    }
  }
  if (leftName !== undefined && leftName === rightName) {
    problems.push({ field: "/rightName", message: `The left is called “${leftName}” already.` });
  }
  return problems;
}

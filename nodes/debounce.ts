/** Waits until a chattering input is quiet, and lets one message of the burst through. */
import {
  config,
  defineNode,
  type FieldProblem,
  field,
  inOrder,
  type Message,
  parseDuration,
  perKeyFields,
  type Static,
} from "../runtime/core/api.ts";

const schema = config({
  wait: field.duration({
    title: "Quiet for",
    default: "5 s",
    help: "A burst is over when nothing came for this long.",
  }),
  send: field.choice({
    title: "Let through",
    labels: {
      last: "the last message, once it is quiet",
      first: "the first message, at once",
      both: "the first at once, and the last once it is quiet",
    },
    default: "last",
  }),
  atLatest: field.optional(
    field.duration({
      title: "At the latest after",
      placeholder: "1 min",
      advanced: true,
      help: "A burst that does not end is cut here and the next message begins another. Empty: never.",
    }),
  ),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

/** A burst under way. */
interface State {
  readonly first: number;
  last: number;
  /** The newest message that has not been let through. */
  pending?: Message;
}

const docs = `
Makes one message of a burst: a door contact that bounces, a setpoint that somebody is still turning.

    quiet for 5 s

    second            0  1  2           10 11
    in                a  b  c           d  e
    the last                   c (at 7)        e (at 16)
    the first         a                 d
    both              a        c (at 7) d      e (at 16)

A message exactly 5 s after the one before still belongs to the burst. Of a burst of one message, "both" lets it through
once. A message that waited carries the time at which it was let through. The wait is watched by a timer that survives a
restart.

What is not let through leaves by **rest**, as soon as a newer message takes its place. Messages that come later than their
source allows, and are older than what was decided, are counted as dropped, "late".
`;

export default defineNode({
  type: "debounce",
  version: 1,
  category: "time",
  title: "Debounce",
  purpose: "wait until it is quiet",
  keywords: ["bounce", "settle", "burst", "quiet", "stable", "delay", "trigger"],
  icon: "M3 16l2-8 2 8 2-8 2 8 2-8v4h8",
  config: schema,
  docs,
  examples: [
    {
      title: "Somebody turns a setpoint; the last value counts",
      config: { wait: "5 s" },
      given: [
        { at: "0 s", key: "hall", payload: 20 },
        { at: "1 s", key: "hall", payload: 20.5 },
        { at: "3 s", key: "hall", payload: 21 },
      ],
      until: "20 s",
      expect: [
        { port: "rest", at: "1 s", key: "hall", payload: 20 },
        { port: "rest", at: "3 s", key: "hall", payload: 20.5 },
        { port: "out", at: "8 s", key: "hall", payload: 21 },
      ],
    },
    {
      title: "A push button that bounces",
      config: { wait: "200 ms", send: "first" },
      given: [
        { at: "0 ms", payload: "pressed" },
        { at: "30 ms", payload: "pressed" },
        { at: "5 s", payload: "pressed" },
      ],
      expect: [
        { port: "out", at: "0 ms", payload: "pressed" },
        { port: "rest", at: "30 ms", payload: "pressed" },
        { port: "out", at: "5 s", payload: "pressed" },
      ],
    },
    {
      title: "A value that never rests still comes through every 10 seconds",
      config: { wait: "5 s", atLatest: "10 s" },
      given: [
        { at: "0 s", payload: 1 },
        { at: "4 s", payload: 2 },
        { at: "8 s", payload: 3 },
        { at: "12 s", payload: 4 },
      ],
      until: "30 s",
      expect: [
        { port: "rest", at: "4 s", payload: 1 },
        { port: "rest", at: "8 s", payload: 2 },
        { port: "out", at: "10 s", payload: 3 },
        { port: "out", at: "17 s", payload: 4 },
      ],
    },
  ],
  inputs: [{ name: "in", title: "messages" }],
  outputs: [
    { name: "out", title: "let through" },
    { name: "rest", title: "the rest" },
  ],
  summary: ({ send, wait, atLatest }) => {
    const which = send === "first" ? "first of a burst" : send === "both" ? "first and last" : "last";
    const limit = atLatest ? `, at the latest after ${atLatest}` : "";
    return `${which}, quiet for ${wait || "…"}${limit}`;
  },
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ send, per, perValue }) => `${send} ${per} ${perValue}`,
  operator: (config) => {
    const waitMs = parseDuration(config.wait)!;
    const atLatestMs = config.atLatest ? parseDuration(config.atLatest)! : Number.POSITIVE_INFINITY;
    return inOrder<State>({
      judge(burst, message, _port, ctx) {
        const { time } = message;
        const now: State = burst ?? { first: time, last: time };
        now.last = time;
        if (!burst && config.send !== "last") {
          ctx.emit("out", message);
          return now;
        }
        if (config.send === "first") {
          ctx.emit("rest", message);
          return now;
        }
        if (now.pending) ctx.emit("rest", { ...now.pending, time });
        now.pending = message;
        return now;
      },
      dueAt: ({ first, last }) => Math.min(last + waitMs, first + atLatestMs),
      due({ pending }, at, ctx) {
        if (pending) ctx.emit("out", { ...pending, time: at });
        return undefined;
      },
    });
  },
});

function check({ wait, atLatest }: Config): FieldProblem[] {
  const waitMs = parseDuration(wait ?? "");
  if (waitMs === 0) return [{ field: "/wait", message: "Say how long it must be quiet, such as 5 s." }];
  const atLatestMs = atLatest ? parseDuration(atLatest) : undefined;
  if (waitMs !== undefined && atLatestMs !== undefined && atLatestMs <= waitMs) {
    return [
      {
        field: "/atLatest",
        message: `Must be longer than “Quiet for” (${wait}): no burst would ever end quietly.`,
      },
    ];
  }
  return [];
}

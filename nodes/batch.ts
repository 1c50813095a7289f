/** Collects messages into lists. */
import {
  config,
  defineNode,
  derive,
  type FieldProblem,
  field,
  inOrder,
  type Judging,
  type Message,
  parseDuration,
  perKeyFields,
  type Static,
} from "../runtime/core/api.ts";

/** A list is one payload: larger ones no broker and no API takes. */
const sizeMax = 10_000;

const schema = config({
  until: field.choice({
    title: "A list is complete",
    labels: {
      either: "after so many messages or some time",
      count: "after so many messages",
      time: "after some time",
    },
    default: "either",
  }),
  size: field.integer({
    title: "Messages",
    default: 100,
    minimum: 1,
    maximum: sizeMax,
    visibleIf: { until: ["either", "count"] },
  }),
  wait: field.duration({
    title: "Time",
    default: "10 s",
    visibleIf: { until: ["either", "time"] },
    help: "Counted from the first message of the list.",
  }),
  value: field.expression({
    title: "Collect",
    default: "payload",
    placeholder: '{ "id": key, "t": payload.temperature }',
    help: "What of each message goes into the list.",
  }),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

interface State {
  readonly first: number;
  readonly values: unknown[];
  /** The newest message, without its payload: the list takes its topic and named levels. */
  origin: Message;
}

const docs = `
Turns single messages into lists, for receivers that take many at once: a database, an API, a report.

    3 messages or 10 s

    second   0  1  2        20  25      30
    in       a  b  c        d   e
    out            [a,b,c]              [d,e]

A list is in order of time, and of each device apart; "all together" in the settings below makes one of everything. Its time is
that of its last message, or the end of the time. A message exactly at that end is still part of it. The time is watched by
a timer, so the list comes also when nothing follows.

Anything on **flush** sends what was collected so far. No list is longer than ${sizeMax}; one that goes by time alone is sent when
it is full, and the next begins. A message in which what to collect is not there is counted as dropped, "no result"; those that
come later than their source allows, and are older than what was decided, as "late".
`;

export default defineNode({
  type: "batch",
  version: 1,
  category: "time",
  title: "Batch",
  purpose: "many messages into one list",
  keywords: ["group", "list", "array", "buffer", "bulk", "collect", "join"],
  icon: "M4 5h16M4 10h16M4 15h9M17 14v6M14 17h6",
  config: schema,
  docs,
  examples: [
    {
      title: "Three at a time, or what there is after ten seconds",
      config: { size: 3, wait: "10 s", value: "payload.t" },
      given: [
        { at: "0 s", key: "hall", payload: { t: 20 } },
        { at: "1 s", key: "hall", payload: { t: 21 } },
        { at: "2 s", key: "hall", payload: { t: 22 } },
        { at: "20 s", key: "hall", payload: { t: 23 } },
      ],
      until: "60 s",
      expect: [
        { port: "out", at: "2 s", key: "hall", payload: [20, 21, 22] },
        { port: "out", at: "30 s", key: "hall", payload: [23] },
      ],
    },
    {
      title: "Everything of a building, sent by a button",
      config: { until: "count", size: 1000, per: "all", value: '{ "room": key, "t": payload }' },
      given: [
        { at: "0 s", key: "hall", payload: 20 },
        { at: "1 s", key: "roof", payload: 5 },
        { at: "2 s", port: "flush", payload: true },
      ],
      expect: [
        {
          port: "out",
          at: "2 s",
          payload: [
            { room: "hall", t: 20 },
            { room: "roof", t: 5 },
          ],
        },
      ],
    },
  ],
  inputs: [
    { name: "in", title: "messages" },
    { name: "flush", title: "flush", shape: "event", help: "Sends what was collected so far." },
  ],
  outputs: [{ name: "out", title: "lists" }],
  summary: ({ until, size, wait }) => {
    const count = `${size ?? "…"} messages`;
    if (until === "count") return count;
    return until === "time" ? `all of ${wait || "…"}` : `${count} or ${wait || "…"}`;
  },
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ value, per, perValue }) => `${value} ${per} ${perValue}`,
  operator: (config, env) => {
    const value = env.expression(config.value);
    const size = config.until === "time" ? sizeMax : config.size;
    const waitMs = config.until === "count" ? undefined : parseDuration(config.wait)!;
    const send = ({ origin, values }: State, time: number, ctx: Judging): undefined => {
      ctx.emit("out", { ...derive(origin, values, time), key: ctx.key, id: ctx.nextId() });
      return undefined;
    };
    return inOrder<State>({
      judge(known, message, port, ctx) {
        if (port === "flush") return known && send(known, message.time, ctx);
        const item = ctx.evaluate(value, message);
        if (item === undefined) {
          ctx.drop("no result");
          return known;
        }
        const state = known ?? { first: message.time, values: [], origin: message };
        state.origin = derive(message, null);
        state.values.push(item);
        return state.values.length < size ? state : send(state, message.time, ctx);
      },
      dueAt: ({ first }) => (waitMs === undefined ? undefined : first + waitMs),
      due: send,
    });
  },
});

function check({ until, wait }: Config): FieldProblem[] {
  const none = until !== "count" && parseDuration(wait ?? "") === 0;
  return none ? [{ field: "/wait", message: "Say how long to collect, such as 10 s." }] : [];
}

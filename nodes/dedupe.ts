/** Lets each value through once, for some time or until enough others came. */
import {
  config,
  defineNode,
  type FieldProblem,
  field,
  fingerprint,
  inOrder,
  parseDuration,
  perKeyFields,
  type Static,
} from "../runtime/core/api.ts";

/** Values one device can be known to have sent: an id per second for nearly three hours. */
const rememberedMax = 10_000;

const schema = config({
  value: field.expression({
    title: "Same when this is the same",
    default: "payload",
    placeholder: "payload.messageId",
    help: "Compared as a whole; the order of an object's fields does not matter.",
  }),
  within: field.choice({
    title: "A repeat is",
    labels: { time: "the same value within a time", count: "one of the last different values" },
    default: "time",
  }),
  for: field.duration({ title: "Within", default: "10 min", visibleIf: { within: ["time"] } }),
  count: field.integer({
    title: "Of the last",
    default: 1,
    minimum: 1,
    maximum: rememberedMax,
    unit: "values",
    visibleIf: { within: ["count"] },
    help: "1: only a change is let through.",
  }),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

/** What was let through, oldest first: fingerprints of the values, and event times. */
interface State {
  readonly values: string[];
  readonly times: number[];
}

const docs = `
Stops what is sent twice: a gateway that repeats its messages, a sensor that reports the same state again and again.

    the same value within 10 min       of the last 1 value

    minute  0  3  9  10  12            in   on  on  off  off  on
    in      a  a  b  a   b             out  on      off       on
    out     a     b  a

The time counts from the message that was let through; repeats do not make it longer, so a value that is sent all the time
still comes through once in 10 minutes. "Of the last 3 values" remembers the last 3 different values that were let through.

Repeats leave by **repeat**. A message in which the value is not there is never a repeat. Per device, at most ${rememberedMax}
values are remembered; beyond that the oldest is forgotten early, and the card says so. Messages that come later than their
source allows, and are older than what was decided, are counted as dropped, "late".
`;

export default defineNode({
  type: "dedupe",
  version: 1,
  category: "decide",
  title: "Remove repeats",
  purpose: "each value only once",
  keywords: ["dedupe", "deduplicate", "duplicate", "distinct", "unique", "change", "once", "rbe"],
  icon: "M8 8h12v12H8zM16 8V4H4v12h4M11 14l2 2 4-4",
  config: schema,
  docs,
  examples: [
    {
      title: "A gateway that repeats its messages",
      config: { value: "payload.id", for: "10 min" },
      given: [
        { at: "0 min", key: "gw", payload: { id: 7, t: 21 } },
        { at: "3 min", key: "gw", payload: { id: 7, t: 21 } },
        { at: "4 min", key: "gw", payload: { id: 8, t: 22 } },
        { at: "10 min", key: "gw", payload: { id: 7, t: 23 } },
      ],
      expect: [
        { port: "out", at: "0 min", key: "gw", payload: { id: 7, t: 21 } },
        { port: "repeat", at: "3 min", key: "gw", payload: { id: 7, t: 21 } },
        { port: "out", at: "4 min", key: "gw", payload: { id: 8, t: 22 } },
        { port: "out", at: "10 min", key: "gw", payload: { id: 7, t: 23 } },
      ],
    },
    {
      title: "Only when the state changes",
      config: { value: "payload.state", within: "count" },
      given: [
        { at: "0 s", payload: { state: "on" } },
        { at: "1 s", payload: { state: "on" } },
        { at: "2 s", payload: { state: "off" } },
        { at: "3 s", payload: { state: "on" } },
      ],
      expect: [
        { port: "out", at: "0 s", payload: { state: "on" } },
        { port: "repeat", at: "1 s", payload: { state: "on" } },
        { port: "out", at: "2 s", payload: { state: "off" } },
        { port: "out", at: "3 s", payload: { state: "on" } },
      ],
    },
  ],
  inputs: [{ name: "in", title: "messages" }],
  outputs: [
    { name: "out", title: "new" },
    { name: "repeat", title: "repeats" },
  ],
  summary: ({ value, within, for: time, count }) => {
    const what = value || "payload";
    if (within !== "count") return `${what} once in ${time || "…"}`;
    return count === 1 ? `${what} when it changes` : `${what} not among the last ${count ?? "…"}`;
  },
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ value, within, per, perValue }) => `${within} ${value} ${per} ${perValue}`,
  status: ({ forgotten }) =>
    forgotten ? { level: "warning", text: `${forgotten} forgotten early` } : undefined,
  operator: (config, env) => {
    const compared = env.expression(config.value);
    const forMs = config.within === "time" ? parseDuration(config.for)! : undefined;
    const room = forMs === undefined ? config.count : rememberedMax;
    /** The values of a state for looking up; follows from the state, and is made again when that comes from a snapshot. */
    const known = new WeakMap<State, Set<string>>();
    const valuesOf = (state: State) => {
      let values = known.get(state);
      if (!values) {
        values = new Set(state.values);
        known.set(state, values);
      }
      return values;
    };
    const forget = (state: State, count: number) => {
      state.times.splice(0, count);
      const values = valuesOf(state);
      for (const each of state.values.splice(0, count)) values.delete(each);
    };
    return inOrder<State>({
      judge(remembered, message, _port, ctx) {
        const value = ctx.evaluate(compared, message);
        if (value === undefined) {
          ctx.emit("out", message);
          return remembered;
        }
        const text = fingerprint(value);
        const state = remembered ?? { values: [], times: [] };
        const values = valuesOf(state);
        if (values.has(text)) {
          ctx.emit("repeat", message);
          return state;
        }
        if (state.values.length >= room) {
          if (forMs !== undefined) ctx.gauge("forgotten", state.values.length - room + 1);
          forget(state, state.values.length - room + 1);
        }
        values.add(text);
        state.values.push(text);
        state.times.push(message.time);
        if (forMs !== undefined) ctx.fill("values remembered", state.values.length, room);
        ctx.emit("out", message);
        return state;
      },
      // A message exactly at the end is new again, so it is over one millisecond earlier.
      dueAt: ({ times }) => (forMs === undefined ? undefined : times[0]! + forMs - 1),
      due(state, at) {
        const over = state.times.findIndex((time) => time + forMs! - 1 > at);
        if (over < 0) return undefined;
        forget(state, over);
        return state;
      },
    });
  },
});

function check({ within, for: time }: Config): FieldProblem[] {
  const none = within === "time" && parseDuration(time ?? "") === 0;
  return none ? [{ field: "/for", message: "Say for how long, such as 10 min." }] : [];
}

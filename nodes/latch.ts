/** Remembers that something happened until it is reset. */
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

const schema = config({
  resetAfter: field.optional(
    field.duration({
      title: "Resets itself after",
      placeholder: "30 min",
      help: "Empty: only by a message on “reset”.",
    }),
  ),
  retrigger: field.toggle({
    title: "Each message on “set” starts the time anew",
    default: true,
    advanced: true,
    help: "Off: the time runs from the first.",
  }),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

/** A latch that is set; one that is not has no state. */
interface State {
  readonly since: number;
  resetAt?: number;
  /** What set it, without payload. */
  readonly cause: Message;
}

const docs = `
Holds an event until somebody acknowledges it, although its cause is long gone: an alarm, a leak, a tripped motor.

    set      x     x           x
    reset             x  x        x
    out      set      reset    set reset

Each change leaves once; setting what is set and resetting what is not does nothing, and such messages leave by **rest**. Every
device has a latch of its own; "all together" makes it one for all. With a time, it resets itself: stairway light, run-on of
a fan.

Both ports carry \`{ state, since, by, value }\`. With set, \`since\` is the time and \`value\` the payload that set it. With reset,
\`since\` is when it had been set, \`heldMs\` how long it was, and \`by\` says by what: \`message\` or \`time\`.

Set and reset at the very same time count in the order in which they arrive. Messages that come later than their source allows,
and are older than what was decided, are counted as dropped, "late".
`;

export default defineNode({
  type: "latch",
  version: 1,
  category: "decide",
  title: "Latch",
  purpose: "hold until reset",
  keywords: ["flip-flop", "memory", "hold", "acknowledge", "alarm", "set", "reset", "monostable", "toggle"],
  icon: "M7 11V7a5 5 0 0 1 10 0v4M5 11h14v10H5zM12 15v2",
  config: schema,
  docs,
  examples: [
    {
      title: "A leak stays a leak until somebody resets it",
      config: {},
      given: [
        { at: "0 min", key: "cellar", payload: { wet: true }, port: "set" },
        { at: "5 min", key: "cellar", payload: { wet: true }, port: "set" },
        { at: "60 min", key: "cellar", payload: "acknowledged", port: "reset" },
      ],
      expect: [
        { port: "set", at: "0 min", key: "cellar", payload: { state: "set", value: { wet: true } } },
        { port: "rest", at: "5 min", key: "cellar", payload: { wet: true } },
        {
          port: "reset",
          at: "60 min",
          key: "cellar",
          payload: { state: "reset", by: "message", heldMs: 3_600_000 },
        },
      ],
    },
    {
      title: "Stairway light: two minutes after the last movement",
      config: { resetAfter: "2 min" },
      given: [
        { at: "0 s", payload: true, port: "set" },
        { at: "60 s", payload: true, port: "set" },
      ],
      until: "10 min",
      expect: [
        { port: "set", at: "0 s", payload: { state: "set", value: true } },
        { port: "rest", at: "60 s", payload: true },
        { port: "reset", at: "180 s", payload: { state: "reset", by: "time", heldMs: 180_000 } },
      ],
    },
  ],
  inputs: [
    { name: "set", title: "set" },
    { name: "reset", title: "reset" },
  ],
  outputs: [
    { name: "set", title: "set", shape: "event", payload: "object" },
    { name: "reset", title: "reset", shape: "event", payload: "object" },
    { name: "rest", title: "the rest", help: "Messages that changed nothing." },
  ],
  summary: ({ resetAfter }) => (resetAfter ? `until reset, or for ${resetAfter}` : "until reset"),
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ per, perValue }) => `${per} ${perValue}`,
  status: ({ set }) => (set ? { level: "ok", text: `${set} set` } : undefined),
  operator: (config) => {
    const resetAfterMs = config.resetAfter ? parseDuration(config.resetAfter)! : undefined;
    const reset = ({ since }: State, cause: Message, time: number, by: string, ctx: Judging): undefined => {
      ctx.gauge("set", -1);
      const payload = { state: "reset", since, heldMs: time - since, by };
      ctx.emit("reset", { ...derive(cause, payload, time), key: ctx.key });
      return undefined;
    };
    return inOrder<State>({
      judge(state, message, port, ctx) {
        const { time, payload: value } = message;
        if (port === "reset") {
          if (state) return reset(state, message, time, "message", ctx);
          ctx.emit("rest", message);
          return undefined;
        }
        const end = resetAfterMs === undefined ? {} : { resetAt: time + resetAfterMs };
        if (state) {
          ctx.emit("rest", message);
          return config.retrigger ? { ...state, ...end } : state;
        }
        ctx.gauge("set", 1);
        ctx.emit("set", { ...derive(message, { state: "set", since: time, value }), key: ctx.key });
        return { since: time, cause: derive(message, null), ...end };
      },
      dueAt: ({ resetAt }) => resetAt,
      due: (state, at, ctx) => reset(state, state.cause, at, "time", ctx),
    });
  },
});

function check({ resetAfter }: Config): FieldProblem[] {
  const none = resetAfter !== undefined && parseDuration(resetAfter) === 0;
  return none
    ? [{ field: "/resetAfter", message: "Say after how long, such as 30 min, or leave it empty." }]
    : [];
}

/** Sends each value together with the one before it. */
import {
  config,
  defineNode,
  derive,
  field,
  inOrder,
  jsonSizeExceeds,
  limits,
  perKeyFields,
} from "../runtime/core/api.ts";

const schema = config({
  value: field.expression({ title: "Value", default: "payload", placeholder: "payload.state" }),
  back: field.integer({
    title: "How many back",
    default: 1,
    minimum: 1,
    maximum: 1_000,
    help: "1: the message before. 2: the one before that.",
  }),
  ...perKeyFields,
});

interface State {
  /** Values and event times of the last messages, oldest first; at most as many as one looks back. */
  readonly recent: [value: unknown, at: number][];
}

const docs = `
Puts the previous value beside the new one, so that an expression behind it can compare the two: from which state a machine came,
how much a meter has moved.

| in | value | previous | change |
|---|---|---|---|
| 20 | 20 | | |
| 21.5 | 21.5 | 20 | 1.5 |
| 21 | 21 | 21.5 | -0.5 |

The payload is \`{ value, previous, change, elapsedMs }\`: \`change\` only of two numbers, \`elapsedMs\` the time between the two
messages. Of the first message there is no previous, and these fields are not there; a condition on them is then just not
true.

"Previous" goes by the time of the messages, whatever order they arrive in. A message in which the value is not there is
counted as dropped, "no result"; those that come later than their source allows, and are older than what was sent, as
"late".
`;

export default defineNode({
  type: "lag",
  version: 1,
  category: "transform",
  title: "Previous value",
  purpose: "the new beside the one before",
  keywords: ["lag", "last", "before", "delta", "difference", "compare", "history", "memory"],
  icon: "M4 12h8M8 8l-4 4 4 4M16 6v12M20 6v12",
  config: schema,
  docs,
  examples: [
    {
      title: "How far it moved",
      config: { value: "payload.t" },
      given: [
        { at: "0 s", key: "hall", payload: { t: 20 } },
        { at: "60 s", key: "hall", payload: { t: 21.5 } },
      ],
      expect: [
        { port: "out", at: "0 s", key: "hall", payload: { value: 20 } },
        {
          port: "out",
          at: "60 s",
          key: "hall",
          payload: { value: 21.5, previous: 20, change: 1.5, elapsedMs: 60_000 },
        },
      ],
    },
    {
      title: "From which state it came",
      config: {},
      given: [
        { at: "0 s", payload: "idle" },
        { at: "5 s", payload: "heating" },
      ],
      expect: [
        { port: "out", payload: { value: "idle" } },
        { port: "out", payload: { value: "heating", previous: "idle", elapsedMs: 5_000 } },
      ],
    },
  ],
  inputs: [{ name: "in", title: "messages" }],
  outputs: [{ name: "out", title: "with the previous", payload: "object" }],
  summary: ({ value, back }) =>
    `${value || "payload"} and ${back === undefined || back === 1 ? "the one before" : `the one ${back} before`}`,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ value, per, perValue }) => `${value} ${per} ${perValue}`,
  operator: (config, env) => {
    const watched = env.expression(config.value);
    const lengthMax = config.back === 1 ? limits.keptValueLengthMax : limits.listedValueLengthMax;
    return inOrder<State>({
      judge(known, message, _port, ctx) {
        const value = ctx.evaluate(watched, message);
        if (value === undefined) {
          ctx.drop("no result");
          return known;
        }
        if (jsonSizeExceeds(value, lengthMax)) {
          const text = `Remembering ${config.value}: it is longer than ${lengthMax} characters.`;
          ctx.fail("VALUE_TOO_LARGE", text, message);
          return known;
        }
        const { recent } = known ?? { recent: [] };
        // After a redeploy there can be more of them than it looks back now.
        if (recent.length > config.back) recent.splice(0, recent.length - config.back);
        const full = recent.length === config.back;
        const found = full ? recent.shift() : undefined;
        recent.push([value, message.time]);
        const payload = found ? compared(value, found[0], message.time - found[1]) : { value };
        ctx.emit("out", { ...derive(message, payload), key: ctx.key });
        return { recent };
      },
    });
  },
});

function compared(value: unknown, previous: unknown, elapsedMs: number): object {
  const change = typeof value === "number" && typeof previous === "number" ? value - previous : Number.NaN;
  // Two numbers at the ends of all there are lie further apart than a number can say.
  return { value, previous, ...(Number.isFinite(change) ? { change } : {}), elapsedMs };
}

/** A new payload from an expression. */
import { config, defineNode, derive, field, type Operator } from "../runtime/core/api.ts";

const schema = config({
  expression: field.expression({
    title: "New payload",
    default: "payload",
    placeholder: '{ "celsius": (payload.fahrenheit - 32) * 5 / 9 }',
    help: "JSONata over the message: payload, key, topic, time and params.",
  }),
  key: field.optional(
    field.expression({
      title: "New key",
      placeholder: "params.room",
      result: "text",
      advanced: true,
      help: "What tells one device from another from here on. Empty: as before.",
    }),
  ),
});

const docs = `
Computes a new payload for every message. Topic, time and named levels stay as they are.

| in | expression | out |
|---|---|---|
| \`{"f": 77}\` | \`(payload.f - 32) * 5 / 9\` | \`25\` |
| \`{"t": 21, "h": 40}\` | \`payload.t\` | \`21\` |
| \`{"h": 40}\` | \`payload.t\` | nothing |

An expression without a result sends nothing on: the message is counted as dropped, "no result". An expression
that cannot be computed, such as text minus a number, sends the message to the error port or the dead letters.
`;

export default defineNode({
  type: "transform",
  version: 1,
  category: "transform",
  title: "Transform",
  purpose: "new payload from an expression",
  keywords: ["jsonata", "calculate", "convert", "map", "function", "formula"],
  icon: "M8 4C5 4 6 8 6 9.5S5 12 3.5 12C5 12 6 13 6 14.5S5 20 8 20M16 4c3 0 2 4 2 5.5s1 2.5 2.5 2.5c-1.5 0-2.5 1-2.5 2.5s1 5.5-2 5.5",
  config: schema,
  docs,
  examples: [
    {
      title: "Fahrenheit to Celsius",
      config: { expression: "(payload.f - 32) * 5 / 9" },
      given: [{ at: "0 s", key: "roof", payload: { f: 77 } }],
      expect: [{ port: "out", at: "0 s", key: "roof", payload: 25 }],
    },
    {
      title: "What has no result is not sent on",
      config: { expression: "payload.t" },
      given: [
        { at: "0 s", payload: { h: 40 } },
        { at: "1 s", payload: { t: 21, h: 40 } },
      ],
      expect: [{ port: "out", at: "1 s", payload: 21 }],
    },
    {
      title: "Count by room from here on",
      config: { expression: "payload.t", key: "params.room" },
      given: [
        { at: "0 s", key: "sensor-7", params: { room: "lobby", sensor: "sensor-7" }, payload: { t: 21 } },
      ],
      expect: [{ port: "out", key: "lobby", payload: 21 }],
    },
  ],
  inputs: [{ name: "in", title: "messages" }],
  outputs: [{ name: "out", title: "new payload" }],
  summary: (config) => (config.expression ?? "").replace(/\s+/g, " ").trim() || "no expression yet",
  stateVersion: 1,
  operator: (config, env): Operator<undefined> => {
    const payloadOf = env.expression(config.expression);
    const keyOf = config.key ? env.expression(config.key) : undefined;
    return {
      onMessage(message, _port, ctx) {
        const payload = ctx.evaluate(payloadOf, message);
        if (payload === undefined) {
          ctx.drop("no result");
          return;
        }
        const changed = derive(message, payload);
        if (!keyOf) {
          ctx.emit("out", changed);
          return;
        }
        const key = ctx.evaluate(keyOf, message);
        if (typeof key !== "string" && typeof key !== "number") {
          ctx.fail("KEY_NOT_TEXT", `Computing the key ${config.key}: it gave no text or number.`, message);
          return;
        }
        ctx.emit("out", { ...changed, key: String(key) });
      },
    };
  },
});

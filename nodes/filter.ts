/** Lets messages through while a condition holds. */
import { config, defineNode, field, type Operator } from "../runtime/core/api.ts";

const schema = config({
  condition: field.expression({
    title: "Let through while",
    placeholder: "payload.occupied = true",
    result: "boolean",
    help: "True lets the message through; false, or a field that is not there, sends it to the rest.",
  }),
});

const docs = `
Lets a message through when the condition is true. All others leave by the second port, so nothing is lost: leave it
open to ignore them.

    condition   payload.temperature > 26

    20   27   25   28      in
         27        28      out
    20        25           rest

A field that is not there counts as not true. A condition that gives something other than true or false is a mistake:
the message goes to the error port or the dead letters.
`;

export default defineNode({
  type: "filter",
  version: 1,
  category: "decide",
  title: "Filter",
  purpose: "let through what matters",
  keywords: ["if", "only", "condition", "gate"],
  icon: "M4 5h16l-6 7.5V19l-4 2v-8.5z",
  config: schema,
  docs,
  examples: [
    {
      title: "Only when it is warm",
      config: { condition: "payload.temperature > 26" },
      given: [
        { at: "0 s", payload: { temperature: 20 } },
        { at: "1 s", payload: { temperature: 27 } },
      ],
      expect: [
        { port: "rest", at: "0 s", payload: { temperature: 20 } },
        { port: "out", at: "1 s", payload: { temperature: 27 } },
      ],
    },
    {
      title: "A missing field is not true",
      config: { condition: "payload.occupied" },
      given: [
        { at: "0 s", payload: { occupied: true } },
        { at: "1 s", payload: { battery: 80 } },
      ],
      expect: [
        { port: "out", payload: { occupied: true } },
        { port: "rest", payload: { battery: 80 } },
      ],
    },
  ],
  inputs: [{ name: "in", title: "messages" }],
  outputs: [
    { name: "out", title: "let through" },
    { name: "rest", title: "the rest" },
  ],
  summary: (config) => (config.condition ?? "").replace(/\s+/g, " ").trim() || "no condition yet",
  stateVersion: 1,
  operator: (config, env): Operator<undefined> => {
    const condition = env.expression(config.condition);
    return {
      onMessage(message, _port, ctx) {
        const result = ctx.evaluate(condition, message);
        if (result !== undefined && typeof result !== "boolean") {
          const text = `Checking ${config.condition}: it gave ${JSON.stringify(result)}, not true or false.`;
          ctx.fail("CONDITION_NOT_BOOLEAN", text, message);
          return;
        }
        ctx.emit(result === true ? "out" : "rest", message);
      },
    };
  },
});

/** Shows messages in the debug drawer. */
import { config, defineNode, derive, field, type Operator } from "../runtime/core/api.ts";

const schema = config({
  show: field.choice({
    title: "Show",
    labels: { message: "the whole message", expression: "the result of an expression" },
    default: "message",
  }),
  expression: field.optional(
    field.expression({
      title: "Expression",
      placeholder: "payload.temperature",
      visibleIf: { show: ["expression"] },
    }),
  ),
});

const docs = `
Shows what arrives in the debug drawer, with its node, key and age. It passes nothing on and changes nothing, so it can
hang on any port of a live flow.

When messages come faster than a person can read, the drawer shows a sample and says how many it left out.
`;

export default defineNode({
  type: "debug",
  version: 1,
  category: "structure",
  title: "Debug",
  purpose: "look at messages",
  keywords: ["log", "print", "inspect", "watch"],
  icon: "M4 6h16M4 12h9M4 18h6M15 14l4 4-4 4",
  config: schema,
  docs,
  examples: [
    {
      title: "The whole message",
      config: {},
      given: [{ at: "0 s", key: "hall-1", payload: { temperature: 21.5 } }],
      expect: [{ port: "debug", at: "0 s", key: "hall-1", payload: { temperature: 21.5 } }],
    },
    {
      title: "Only the temperature",
      config: { show: "expression", expression: "payload.temperature" },
      given: [{ at: "0 s", key: "hall-1", payload: { temperature: 21.5 } }],
      expect: [{ port: "debug", at: "0 s", key: "hall-1", payload: 21.5 }],
    },
  ],
  inputs: [{ name: "in", title: "messages" }],
  outputs: [],
  summary: (config) =>
    config.show === "expression" ? config.expression || "no expression yet" : "whole message",
  check: (config) =>
    config.show === "expression" && !config.expression
      ? [{ field: "/expression", message: "Write the expression to show, such as payload.temperature." }]
      : [],
  stateVersion: 1,
  operator: (config, env): Operator<undefined> => {
    const expression =
      config.show === "expression" && config.expression ? env.expression(config.expression) : undefined;
    return {
      onMessage(message, _port, ctx) {
        if (!expression) {
          ctx.debug(message);
          return;
        }
        // "No result" is worth seeing here, and JSON has only null for it.
        ctx.debug(derive(message, ctx.evaluate(expression, message) ?? null));
      },
    };
  },
});

/** Publishes to an MQTT broker. The effect leaves as data; the shell sends it once its cause is journaled. */
import {
  config,
  defineNode,
  field,
  type Operator,
  publicationText,
  publicationTopic,
} from "../runtime/core/api.ts";

const schema = config({
  topic: field.topic({
    title: "Topic",
    placeholder: "alarms/{device}",
    topic: { levels: true, wildcards: false },
    help: "{device} is filled from the message: a named level of the topic it came from, or {key}.",
  }),
  payload: field.expression({
    title: "Payload",
    default: "payload",
    help: "What to send. The payload as it is, unless you say otherwise.",
  }),
  format: field.choice({ title: "Send as", labels: { json: "JSON", text: "text" }, default: "json" }),
  retain: field.toggle({
    title: "Retain",
    default: false,
    help: "The broker keeps the last message and gives it to whoever subscribes later. Right for states, wrong for commands.",
  }),
  qos: field.choice({
    title: "Delivery (QoS)",
    labels: { "0": "0: at most once", "1": "1: at least once", "2": "2: exactly once" },
    default: "1",
    advanced: true,
  }),
  connection: field.connection(),
});

const docs = `
Publishes each message to a topic. Named levels are filled like this:

1. \`{name}\` takes \`params.name\`: the named level of the topic the message came from;
2. \`{key}\` takes the key of the message, unless a level of that topic was itself called \`key\`.

| topic | message | published to |
|---|---|---|
| \`alarms/{device}\` | params.device = hall-1 | alarms/hall-1 |
| \`alarms/{key}\` | key = hall-1 | alarms/hall-1 |
| \`alarms/{floor}\` | no such level | nowhere: it goes to the error port or the dead letters |

A value that is empty or contains \`/\`, \`+\` or \`#\` is refused in the same way, so that a device cannot write
elsewhere than you drew. As JSON, text is sent in quotes; as text, it is sent bare, and objects still as JSON.
An expression that gives no result sends nothing, and the message is counted as dropped.

To move a device, prefer **Device command**: it waits for the device to confirm.
`;

export default defineNode({
  type: "mqtt-out",
  version: 1,
  category: "act",
  title: "MQTT out",
  purpose: "publish to a topic",
  keywords: ["publish", "send", "broker", "sink"],
  icon: "M4 4v16M9 12h11M16 8l4 4-4 4",
  config: schema,
  docs,
  examples: [
    {
      title: "A topic for each device",
      config: { topic: "averages/{device}" },
      given: [{ at: "0 s", key: "hall-1", params: { device: "hall-1" }, payload: { avg: 21.4 } }],
      expect: [{ port: "publish", topic: "averages/hall-1", payload: { avg: 21.4 } }],
    },
    {
      title: "One value, as text",
      config: { topic: "display/{key}", payload: 'payload.avg & " °C"', format: "text", retain: true },
      given: [{ at: "0 s", key: "lobby", payload: { avg: 21.4 } }],
      expect: [{ port: "publish", topic: "display/lobby", payload: "21.4 °C" }],
    },
  ],
  inputs: [{ name: "in", title: "messages" }],
  outputs: [],
  summary: (config) =>
    config.topic ? `${config.topic}${config.retain ? ", retained" : ""}` : "no topic yet",
  check: (config) =>
    config.topic?.startsWith("$")
      ? [{ field: "/topic", message: "Topics that start with $ belong to the broker. Choose another." }]
      : [],
  stateVersion: 1,
  operator: (config, env): Operator<undefined> => {
    const expression = env.expression(config.payload);
    const qos = Number(config.qos) as 0 | 1 | 2;
    return {
      onMessage(message, _port, ctx) {
        const topic = publicationTopic(config.topic, message);
        if (topic === undefined) {
          const text = `Filling the topic ${config.topic}: the message has no usable value for every level.`;
          ctx.fail("TOPIC_NOT_FILLED", text, message);
          return;
        }
        const value = ctx.evaluate(expression, message);
        if (value === undefined) {
          ctx.drop("no result");
          return;
        }
        ctx.effect({
          kind: "publish",
          connection: config.connection,
          topic,
          payload: publicationText(value, config.format),
          encoding: "utf8",
          qos,
          retain: config.retain,
        });
      },
    };
  },
});

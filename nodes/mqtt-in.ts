/** Messages from an MQTT broker: the engine matches, decodes and times them, this node only says which. */
import {
  config,
  defineNode,
  type EventTime,
  field,
  type Operator,
  type PayloadFormat,
  type PayloadKind,
  parseDuration,
  type Static,
} from "../runtime/core/api.ts";

const schema = config({
  topic: field.topic({
    title: "Topic",
    placeholder: "sensors/{device}/telemetry",
    topic: { levels: true, wildcards: true },
    help: "{device} stands for any text at its place and gives it a name. + and # work as in MQTT.",
  }),
  format: field.choice({
    title: "Payload is",
    labels: {
      json: "JSON",
      text: "text",
      number: "a number",
      boolean: "on or off",
      binary: "binary (as base64 text)",
    },
    default: "json",
  }),
  key: field.optional(
    field.expression({
      title: "Device (key)",
      placeholder: "params.device",
      result: "text",
      help: "What tells one device from another. Empty: the first named level of the topic, else the whole topic.",
    }),
  ),
  retained: field.toggle({
    title: "Take retained messages",
    default: true,
    help: "The broker keeps the last message of some topics and delivers it at once when the flow starts.",
  }),
  qos: field.choice({
    title: "Delivery (QoS)",
    labels: { "0": "0: at most once", "1": "1: at least once", "2": "2: exactly once" },
    default: "1",
    advanced: true,
  }),
  timeFrom: field.choice({
    title: "Time of a message",
    labels: { arrival: "when it arrives", expression: "written in the message" },
    default: "arrival",
    advanced: true,
  }),
  timeExpression: field.optional(
    field.expression({
      title: "Where the time is",
      placeholder: "payload.time",
      visibleIf: { timeFrom: ["expression"] },
      advanced: true,
      help: "Milliseconds or seconds since 1970, or text such as 2026-01-31T08:00:00Z.",
    }),
  ),
  maxDelay: field.duration({
    title: "Messages can be late by",
    default: "5 s",
    visibleIf: { timeFrom: ["expression"] },
    advanced: true,
    help: "Results wait this long for stragglers.",
  }),
  aheadMax: field.duration({
    title: "Clocks may run ahead by",
    default: "30 min",
    visibleIf: { timeFrom: ["expression"] },
    advanced: true,
    help: "A message from further in the future fails. It would make late what all others send.",
  }),
  idleAfter: field.duration({
    title: "Silent after",
    default: "1 min",
    visibleIf: { timeFrom: ["expression"] },
    advanced: true,
  }),
  whenIdle: field.choice({
    title: "When a sensor falls silent",
    labels: { follow: "time goes on with the clock", hold: "time stands still" },
    default: "follow",
    visibleIf: { timeFrom: ["expression"] },
    advanced: true,
  }),
  connection: field.connection(),
});
type Config = Static<typeof schema>;

const docs = `
Listens to a topic and sends every message on. A named level such as \`{device}\` matches any text at its place; the
text is in \`params.device\`, and the first named level becomes the **key**: what follows counts each device apart.

    topic template   sensors/{device}/telemetry
    received         sensors/hall-1/telemetry    {"temperature": 21.5}
    on the wire      key hall-1 · params.device hall-1 · payload.temperature 21.5

The **time** of a message is when it arrived. Choose "written in the message" when a gateway stores readings and delivers
them later or out of order: windows and durations then go by the time of measurement, and wait for stragglers as long
as you say.

Time goes on for everybody by the newest message, so one device with a wrong clock could make all others late. A time too far
ahead of the clock therefore never counts: the message goes to the error port, or to the dead letters, and the card says how
many did. Half an hour lets drifting clocks pass and stops wrong time zones. Times before the year 2000, as of a device whose clock
was never set, fail too. Numbers below 100,000,000,000 are seconds, larger ones milliseconds.

    clock 12:00    message of 12:10    counts: the device's clock is a little fast
                   message of 13:00    fails: is the time zone wrong?
                   message of 1970     fails: is the clock set?

A payload that is not what "Payload is" promises goes to the error port, or to the dead letters, with the reason.
`;

export default defineNode({
  type: "mqtt-in",
  version: 1,
  category: "devices",
  title: "MQTT in",
  purpose: "messages from a topic",
  keywords: ["subscribe", "sensor", "listen", "broker", "source"],
  icon: "M4 12h11M11 8l4 4-4 4M20 4v16",
  config: schema,
  docs,
  examples: [
    {
      title: "The named level becomes the key",
      config: { topic: "sensors/{device}/telemetry" },
      given: [
        {
          at: "0 s",
          port: "messages",
          topic: "sensors/hall-1/telemetry",
          key: "hall-1",
          payload: { temperature: 21.5 },
        },
      ],
      expect: [{ port: "out", at: "0 s", key: "hall-1", payload: { temperature: 21.5 } }],
    },
    {
      title: "A contact that says on or off",
      config: { topic: "doors/{door}/open", format: "boolean" },
      given: [
        { at: "0 s", port: "messages", topic: "doors/north/open", key: "north", payload: true },
        { at: "4 s", port: "messages", topic: "doors/north/open", key: "north", payload: false },
      ],
      expect: [
        { port: "out", at: "0 s", key: "north", payload: true },
        { port: "out", at: "4 s", key: "north", payload: false },
      ],
    },
  ],
  inputs: [],
  outputs: (config) => [{ name: "out", title: "messages", payload: payloadKinds[config.format] ?? "any" }],
  summary: (config) => config.topic || "no topic yet",
  check: (config) =>
    config.timeFrom === "expression" && !config.timeExpression
      ? [{ field: "/timeExpression", message: "Say where in the message the time is, such as payload.time." }]
      : [],
  subscriptions: (config) => [
    {
      port: "messages",
      connection: config.connection,
      topic: config.topic,
      qos: Number(config.qos) as 0 | 1 | 2,
      format: config.format,
      time: eventTime(config),
      retained: config.retained,
      ...(config.key ? { key: config.key } : {}),
    },
  ],
  stateVersion: 1,
  operator: (): Operator<undefined> => ({
    onMessage(message, _port, ctx) {
      ctx.emit("out", message);
    },
  }),
});

const payloadKinds: Readonly<Record<PayloadFormat, PayloadKind>> = {
  json: "any",
  text: "text",
  number: "number",
  boolean: "boolean",
  binary: "text",
};

function eventTime(config: Config): EventTime {
  if (config.timeFrom !== "expression" || !config.timeExpression) return { from: "arrival" };
  return {
    from: "expression",
    expression: config.timeExpression,
    maxDelayMs: parseDuration(config.maxDelay)!,
    idleAfterMs: parseDuration(config.idleAfter)!,
    whenIdle: config.whenIdle,
    aheadMaxMs: parseDuration(config.aheadMax)!,
  };
}

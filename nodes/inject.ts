/** Starts messages by itself: a button, or an interval. What goes by the calendar is the schedule's. */
import {
  type Context,
  config,
  defineNode,
  derive,
  type FieldProblem,
  field,
  formatDuration,
  type Message,
  noParams,
  type Operator,
  parseDuration,
  type Static,
} from "../runtime/core/api.ts";

const schema = config({
  when: field.choice({
    title: "When",
    labels: { button: "only when the button is pressed", interval: "every so often" },
    default: "button",
  }),
  every: field.duration({ title: "Every", default: "1 min", visibleIf: { when: ["interval"] } }),
  send: field.choice({
    title: "Payload",
    labels: { value: "always the same", expression: "from an expression" },
    default: "value",
  }),
  payload: field.json({ title: "Value", default: true, visibleIf: { send: ["value"] } }),
  expression: field.optional(
    field.expression({
      title: "Expression",
      placeholder: '{ "since": time }',
      visibleIf: { send: ["expression"] },
      help: "It sees time (when it was due, ms since 1970), key and topic.",
    }),
  ),
  key: field.text({ title: "Device (key)", default: "", advanced: true }),
  topic: field.text({ title: "Topic", default: "", advanced: true }),
});
type Config = Static<typeof schema>;

/** The pending run, so that a redeploy of the same interval goes on where it was. */
interface State {
  readonly due: number;
}

const docs = `
Starts messages by itself: when somebody presses its button, or every so often. The button works in both modes.

    every 10 min, deployed at 08:03    08:13  08:23  08:33 …

The time of a message is when it was **due**. If Millrace was off at that moment, the message comes once, as soon as it
is back, however many runs were missed; the next one keeps the pace. For times of day, days of the week and the sun there is the
[schedule](schedule.md).
`;

export default defineNode({
  type: "inject",
  version: 1,
  category: "devices",
  title: "Inject",
  purpose: "button, interval",
  keywords: ["timer", "clock", "start", "test", "interval", "repeat"],
  icon: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM10 8.5l5.5 3.5-5.5 3.5z",
  config: schema,
  docs,
  examples: [
    {
      title: "The button sends the value",
      config: { payload: { setpoint: 21 }, key: "hall-1" },
      given: [{ at: "0 s", port: "button" }],
      expect: [{ port: "out", at: "0 s", key: "hall-1", payload: { setpoint: 21 } }],
    },
    {
      title: "Every ten seconds",
      config: { when: "interval", every: "10 s", payload: "tick" },
      given: [],
      until: "25 s",
      expect: [
        { port: "out", at: "10 s", payload: "tick" },
        { port: "out", at: "20 s", payload: "tick" },
      ],
    },
  ],
  inputs: [],
  outputs: [{ name: "out", title: "messages" }],
  button: "Inject",
  summary: (config) => {
    if (config.when === "interval") return `every ${config.every || "…"}`;
    return config.send === "expression"
      ? "on the button"
      : `on the button: ${JSON.stringify(config.payload ?? null)}`;
  },
  check,
  stateVersion: 1,
  stateSignature: (config) => (config.when === "interval" ? `every ${config.every}` : "button"),
  operator: (config, env): Operator<State> => {
    const everyMs = config.when === "interval" ? parseDuration(config.every)! : undefined;
    const expression =
      config.send === "expression" && config.expression ? env.expression(config.expression) : undefined;
    const plan = (ctx: Context<State>, due: number) => {
      ctx.state = { due };
      ctx.setTimer("run", due, "processing");
    };
    const send = (ctx: Context<State>, cause: Message) => {
      const payload = expression ? ctx.evaluate(expression, cause) : config.payload;
      if (payload === undefined) ctx.drop("no result");
      else ctx.emit("out", derive(cause, payload));
    };
    return {
      onStart(ctx) {
        if (everyMs !== undefined) plan(ctx, ctx.now + everyMs);
      },
      onMessage(message, _port, ctx) {
        const cause: Message = { ...message, topic: config.topic, key: config.key };
        if (message.payload === undefined) send(ctx, { ...cause, payload: null });
        else ctx.emit("out", cause);
      },
      onTimer(timer, ctx) {
        // Planned first: an expression that fails now must not end the series. Missed runs do not come in a burst.
        const missed = Math.floor((ctx.now - timer.at) / everyMs!);
        plan(ctx, timer.at + (missed + 1) * everyMs!);
        const { key, topic } = config;
        send(ctx, { topic, payload: null, key, time: timer.at, params: noParams, id: ctx.id });
      },
    };
  },
});

function check(config: Config): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (config.send === "expression" && !config.expression) {
    problems.push({ field: "/expression", message: 'Write the payload, such as { "since": time }.' });
  }
  if (config.when === "interval") {
    const everyMs = parseDuration(config.every ?? "");
    if (everyMs !== undefined && everyMs < intervalMsMin) {
      const message = `The shortest interval is ${formatDuration(intervalMsMin)}.`;
      problems.push({ field: "/every", message });
    }
  }
  return problems;
}

/** Faster than this a flow would do little else; for streams there are sources. */
const intervalMsMin = 100;

/** Starts messages by itself: a button, an interval, a schedule. */
import {
  type Context,
  config,
  defineNode,
  derive,
  type FieldProblem,
  field,
  formatDuration,
  type Message,
  nextCron,
  noParams,
  type Operator,
  type OperatorEnv,
  parseCron,
  parseDuration,
  type Static,
} from "../runtime/core/api.ts";

const schema = config({
  when: field.choice({
    title: "When",
    labels: { button: "only when the button is pressed", interval: "every so often", cron: "on a schedule" },
    default: "button",
  }),
  every: field.duration({ title: "Every", default: "1 min", visibleIf: { when: ["interval"] } }),
  cron: field.cron({
    title: "Schedule",
    default: "0 7 * * MON-FRI",
    visibleIf: { when: ["cron"] },
    help: "Minute, hour, day of month, month, day of week: 0 7 * * MON-FRI is 07:00 on working days.",
  }),
  zone: field.zone({ visibleIf: { when: ["cron"] } }),
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

/** The pending run, so that a redeploy of the same schedule goes on where it was. */
interface State {
  readonly due: number;
}

const docs = `
Starts messages by itself: when somebody presses its button, every so often, or on a schedule in a time zone of your
choice. The button works in every mode.

    every 10 min, deployed at 08:03    08:13  08:23  08:33 …
    0 7 * * MON-FRI, Europe/Oslo       07:00 local time on working days, summer and winter

The time of a message is when it was **due**. If Millrace was off at that moment, the message comes once, as soon as it
is back, however many runs were missed; the next one is on schedule again.

When clocks change, a schedule for certain hours runs once that day; a time that the clocks skip runs an hour later by the
clock. Schedules for every hour simply go by elapsed time.
`;

export default defineNode({
  type: "inject",
  version: 1,
  category: "devices",
  title: "Inject",
  purpose: "button, interval, schedule",
  keywords: ["timer", "cron", "schedule", "clock", "start", "test", "interval"],
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
    if (config.when === "cron") return `${config.cron || "…"}, ${config.zone || "UTC"}`;
    return config.send === "expression"
      ? "on the button"
      : `on the button: ${JSON.stringify(config.payload ?? null)}`;
  },
  check,
  stateVersion: 1,
  stateSignature: (config) => {
    if (config.when === "interval") return `every ${config.every}`;
    return config.when === "cron" ? `${config.cron} ${config.zone}` : "button";
  },
  operator: (config, env): Operator<State> => {
    const nextAfter = scheduleOf(config, env);
    const expression =
      config.send === "expression" && config.expression ? env.expression(config.expression) : undefined;
    const plan = (ctx: Context<State>, due: number | undefined) => {
      if (due === undefined) return;
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
        plan(ctx, nextAfter(ctx.now, ctx.now));
      },
      onMessage(message, _port, ctx) {
        const cause: Message = { ...message, topic: config.topic, key: config.key };
        if (message.payload === undefined) send(ctx, { ...cause, payload: null });
        else ctx.emit("out", cause);
      },
      onTimer(timer, ctx) {
        // Planned first: an expression that fails today must not end the schedule.
        plan(ctx, nextAfter(timer.at, ctx.now));
        const { key, topic } = config;
        send(ctx, { topic, payload: null, key, time: timer.at, params: noParams, id: ctx.id });
      },
    };
  },
});

/** When the run after `due` is: on the schedule, and after `now`, so that missed runs do not come in a burst. */
function scheduleOf(config: Config, env: OperatorEnv): (due: number, now: number) => number | undefined {
  if (config.when === "interval") {
    const everyMs = parseDuration(config.every)!;
    return (due, now) => due + everyMs * (Math.floor(Math.max(0, now - due) / everyMs) + 1);
  }
  const cron = config.when === "cron" ? parseCron(config.cron) : undefined;
  if (!cron) return () => undefined;
  return (due, now) => nextCron(cron, Math.max(due, now), (at) => env.zoneOffsetMs(config.zone, at));
}

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
  if (config.when === "cron") {
    const schedule = parseCron(config.cron ?? "");
    if (!schedule) {
      const message =
        "Write five fields: minute, hour, day of month, month, day of week, such as 0 7 * * MON-FRI.";
      problems.push({ field: "/cron", message });
    } else if (nextCron(schedule, 0, () => 0) === undefined) {
      problems.push({ field: "/cron", message: "This schedule never runs: no month has that day." });
    }
  }
  return problems;
}

/** Faster than this a flow would do little else; for streams there are sources. */
const intervalMsMin = 100;

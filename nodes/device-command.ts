/**
 * Sends a command to a device and sees to it that it happens: waits for a report of the device's state that proves it,
 * sends again, gives up at a deadline.
 *
 * One intent per key is in flight; a newer one supersedes it. The operator decides when to send and what counts as proof,
 * and leaves as one publish effect per attempt, so that an arbiter of points can stand between the two later.
 */
import {
  type Context,
  config,
  defineNode,
  derive,
  type FieldProblem,
  field,
  type Message,
  type Operator,
  parseDuration,
  perKeyFields,
  publicationText,
  publicationTopic,
  type Static,
} from "../runtime/core/api.ts";

const schema = config({
  topic: field.topic({
    title: "Command topic",
    placeholder: "thermostats/{device}/set",
    topic: { levels: true, wildcards: false },
    help: "{device} is filled from the message: a named level of the topic it came from, or {key}.",
  }),
  payload: field.expression({
    title: "Command",
    default: "payload",
    placeholder: '{ "setpoint": 21 }',
    help: "What the device is to be told; below it is called wanted.",
  }),
  format: field.choice({ title: "Send as", labels: { json: "JSON", text: "text" }, default: "json" }),
  stateTopic: field.topic({
    title: "State topic",
    placeholder: "thermostats/{device}/state",
    topic: { levels: true, wildcards: true },
    help: "Where the device reports what it really does.",
  }),
  stateFormat: field.choice({
    title: "Report is",
    labels: { json: "JSON", text: "text", number: "a number", boolean: "on or off" },
    default: "json",
  }),
  confirmed: field.expression({
    title: "Done when",
    default: "payload = wanted",
    placeholder: "payload.setpoint = wanted.setpoint",
    result: "boolean",
    sample: { port: "state", beside: { wanted: { field: "payload", port: "in" } } },
    help: "Looks at the report (payload) and at the command (wanted).",
  }),
  retryEvery: field.duration({ title: "Send again every", default: "10 s", advanced: true }),
  retriesMax: field.integer({
    title: "At most this often again",
    default: 3,
    minimum: 0,
    maximum: 100,
    advanced: true,
  }),
  expiresAfter: field.duration({
    title: "Give up after",
    default: "2 min",
    help: "From then on the command is not sent any more, whatever happens.",
  }),
  stateKey: field.optional(
    field.expression({
      title: "Device (key) of a report",
      placeholder: "params.device",
      result: "text",
      sample: { port: "state" },
      advanced: true,
      help: "Must be the key of the messages that bring commands. Empty: the first named level of the state topic.",
    }),
  ),
  qos: field.choice({
    title: "Delivery (QoS)",
    labels: { "0": "0: at most once", "1": "1: at least once", "2": "2: exactly once" },
    default: "1",
    advanced: true,
  }),
  connection: field.connection(),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

interface Pending {
  /** The message that brought the command, without payload. */
  readonly cause: Message;
  readonly wanted: unknown;
  readonly topic: string;
  readonly text: string;
  /** Processing time, ms since epoch. */
  readonly since: number;
  readonly expiresAt: number;
  attempts: number;
}

interface State {
  pending?: Pending;
  /** The newest report since our last command: what was reported before it proves nothing. */
  report?: Message;
}

const docs = `
Tells a device to do something and sees to it that it happens.

    command          ▼ setpoint 16
    sent             ●         ●           (again, nothing reported yet)
    report of state                ◆ 16
    confirmed                      ▲

1. The command is published, never retained, to the command topic.
2. Millrace waits for a **report on the state topic** for which "Done when" is true. Only a report that comes after the
   command counts; that the broker took our own message proves nothing, so both topics must differ.
3. Without one it is sent again every 10 s, at most 3 times.
4. After 2 min it leaves by **failed**. It is not sent any more, also not when Millrace or the device was off meanwhile.

| what happens | result |
|---|---|
| the device already reports what is wanted | nothing is sent; **confirmed** with \`alreadyTrue: true\` |
| another command comes before the first is confirmed | the newer one takes its place; the older counts as dropped, "superseded" |
| the same command comes again while it is on its way | counts as dropped, "already on its way" |

Named levels of the command topic are filled from \`params\`, \`{key}\` from the key. A report belongs to the device with the
same **key**: by default the first named level of the state topic. Both ports carry \`{ state, wanted, attempts, … }\`:
confirmed also \`report\` and \`alreadyTrue\`, failed also \`reason\` and \`since\`.
`;

export default defineNode({
  type: "device-command",
  version: 1,
  category: "act",
  title: "Device command",
  purpose: "send, and see it confirmed",
  keywords: ["actuate", "thermostat", "setpoint", "switch", "relay", "control", "confirm", "retry"],
  icon: "M12 3v8M6.3 6.3a8 8 0 1 0 11.4 0",
  config: schema,
  docs,
  examples: [
    {
      title: "Confirmed by the thermostat",
      config: {
        topic: "thermostats/{key}/set",
        stateTopic: "thermostats/{device}/state",
        confirmed: "payload.setpoint = wanted.setpoint",
      },
      given: [
        { at: "0 s", key: "hall", payload: { setpoint: 16 } },
        { at: "3 s", port: "state", topic: "thermostats/hall/state", key: "hall", payload: { setpoint: 21 } },
        { at: "5 s", port: "state", topic: "thermostats/hall/state", key: "hall", payload: { setpoint: 16 } },
        { at: "60 s", key: "hall", payload: { setpoint: 16 } },
      ],
      until: "5 min",
      expect: [
        { port: "publish", topic: "thermostats/hall/set", payload: { setpoint: 16 } },
        { port: "confirmed", at: "5 s", key: "hall", payload: { attempts: 1, alreadyTrue: false } },
        { port: "confirmed", at: "60 s", key: "hall", payload: { attempts: 0, alreadyTrue: true } },
      ],
    },
    {
      title: "Nobody answers",
      config: {
        topic: "relays/{key}/set",
        format: "text",
        stateTopic: "relays/{relay}/state",
        stateFormat: "text",
        retryEvery: "10 s",
        retriesMax: 2,
        expiresAfter: "1 min",
      },
      given: [{ at: "0 s", key: "pump", payload: "ON" }],
      until: "5 min",
      expect: [
        { port: "publish", topic: "relays/pump/set", payload: "ON" },
        { port: "publish", topic: "relays/pump/set", payload: "ON" },
        { port: "publish", topic: "relays/pump/set", payload: "ON" },
        {
          port: "failed",
          at: "1 min",
          key: "pump",
          payload: { reason: "expired", wanted: "ON", attempts: 3 },
        },
      ],
    },
  ],
  inputs: [{ name: "in", title: "commands" }],
  outputs: [
    { name: "confirmed", title: "confirmed", shape: "event", payload: "object" },
    { name: "failed", title: "failed", shape: "event", payload: "object" },
  ],
  summary: (config) =>
    config.topic ? `${config.topic}, confirmed within ${config.expiresAfter || "…"}` : "no command topic yet",
  check,
  subscriptions: (config) => [
    {
      port: "state",
      connection: config.connection,
      topic: config.stateTopic,
      qos: Number(config.qos) as 0 | 1 | 2,
      format: config.stateFormat,
      time: { from: "arrival" },
      retained: true,
      ...(config.stateKey ? { key: config.stateKey } : {}),
    },
  ],
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ topic, stateTopic, connection, per, perValue }) =>
    JSON.stringify([topic, stateTopic, connection, per, perValue]),
  status: (gauges) =>
    gauges.unconfirmed ? { level: "warning", text: `${gauges.unconfirmed} unconfirmed` } : undefined,
  operator: (config, env): Operator<State> => {
    const wantedOf = env.expression(config.payload);
    const proof = env.expression(config.confirmed);
    const retryMs = parseDuration(config.retryEvery)!;
    const expiryMs = parseDuration(config.expiresAfter)!;
    const qos = Number(config.qos) as 0 | 1 | 2;

    const proves = (report: Message, wanted: unknown, ctx: Context<State>): boolean => {
      const judged = { ...report, wanted };
      const result = ctx.evaluate(proof, judged);
      if (result !== undefined && typeof result !== "boolean") {
        const text = `Checking ${config.confirmed}: it gave ${JSON.stringify(result)}, not true or false.`;
        ctx.fail("CONDITION_NOT_BOOLEAN", text, report);
      }
      return result === true;
    };
    const send = (pending: Pending, ctx: Context<State>) => {
      pending.attempts++;
      const { topic, text, expiresAt } = pending;
      const { connection } = config;
      ctx.effect({
        kind: "publish",
        connection,
        topic,
        payload: text,
        encoding: "utf8",
        qos,
        retain: false,
        expiresAt,
      });
      if (pending.attempts <= config.retriesMax) ctx.setTimer("retry", ctx.now + retryMs, "processing");
    };
    /** The command in flight is over, in whichever way. */
    const settle = (state: State, ctx: Context<State>) => {
      delete state.pending;
      ctx.cancelTimer("retry");
      ctx.cancelTimer("expire");
      ctx.gauge("unconfirmed", -1);
    };
    const onIntent = (message: Message, ctx: Context<State>) => {
      const topic = publicationTopic(config.topic, message);
      if (topic === undefined) {
        const text = `Filling the topic ${config.topic}: the message has no usable value for every level.`;
        ctx.fail("TOPIC_NOT_FILLED", text, message);
        return;
      }
      const wanted = ctx.evaluate(wantedOf, message);
      if (wanted === undefined) {
        ctx.drop("no result");
        return;
      }
      const text = publicationText(wanted, config.format);
      const state = ctx.state ?? {};
      if (state.pending?.text === text && state.pending.topic === topic) {
        ctx.drop("already on its way");
        return;
      }
      if (!state.pending && state.report && proves(state.report, wanted, ctx)) {
        const payload = {
          state: "confirmed",
          wanted,
          attempts: 0,
          alreadyTrue: true,
          report: state.report.payload,
        };
        ctx.emit("confirmed", derive(message, payload));
        return;
      }
      if (state.pending) {
        settle(state, ctx);
        ctx.drop("superseded");
      }
      const cause = derive(message, null);
      const pending = {
        cause,
        wanted,
        topic,
        text,
        since: ctx.now,
        expiresAt: ctx.now + expiryMs,
        attempts: 0,
      };
      ctx.gauge("unconfirmed", 1);
      ctx.setTimer("expire", pending.expiresAt, "processing");
      send(pending, ctx);
      ctx.state = { pending };
    };
    const onReport = (report: Message, ctx: Context<State>) => {
      const state = ctx.state ?? {};
      const { pending } = state;
      state.report = report;
      ctx.state = state;
      if (!pending || !proves(report, pending.wanted, ctx)) return;
      settle(state, ctx);
      const { wanted, attempts, cause } = pending;
      const payload = { state: "confirmed", wanted, attempts, alreadyTrue: false, report: report.payload };
      ctx.emit("confirmed", derive(cause, payload, report.time));
    };
    return {
      onMessage(message, port, ctx) {
        if (port === "state") onReport(message, ctx);
        else onIntent(message, ctx);
      },
      onTimer(timer, ctx) {
        const state = ctx.state;
        if (!state?.pending) return;
        const { pending } = state;
        // After downtime a retry can be overdue together with the deadline: the deadline wins.
        if (timer.name === "retry" && ctx.now < pending.expiresAt) {
          delete state.report;
          send(pending, ctx);
        } else {
          settle(state, ctx);
          const { wanted, attempts, since, cause, expiresAt } = pending;
          const payload = { state: "failed", reason: "expired", wanted, attempts, since };
          ctx.emit("failed", derive(cause, payload, expiresAt));
        }
        ctx.state = state;
      },
    };
  },
});

function check(config: Config): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const { topic, stateTopic } = config;
  if (topic?.startsWith("$")) {
    problems.push({
      field: "/topic",
      message: "Topics that start with $ belong to the broker. Choose another.",
    });
  }
  if (topic && stateTopic && overlap(topic.split("/"), stateTopic.split("/"))) {
    const message =
      "The state topic also receives our own commands, and those prove nothing. Name the topic of the reports.";
    problems.push({ field: "/stateTopic", message });
  }
  const retryMs = parseDuration(config.retryEvery ?? "");
  const expiryMs = parseDuration(config.expiresAfter ?? "");
  if (retryMs !== undefined && retryMs < 1_000) {
    problems.push({
      field: "/retryEvery",
      message: "Give the device at least 1 s before the command is sent again.",
    });
  }
  if (retryMs !== undefined && expiryMs !== undefined && expiryMs < retryMs && config.retriesMax > 0) {
    const message = `It gives up before it is sent again (every ${config.retryEvery}).`;
    problems.push({ field: "/expiresAfter", message, severity: "warning" });
  }
  if (expiryMs === 0)
    problems.push({ field: "/expiresAfter", message: "Give the device time, such as 2 min." });
  return problems;
}

/** Is there a topic that both templates match? */
function overlap(a: readonly string[], b: readonly string[]): boolean {
  if (a[0] === "#" || b[0] === "#") return true;
  if (a.length === 0 || b.length === 0) return a.length === b.length;
  const open = (level: string) => level === "+" || level.startsWith("{");
  return (open(a[0]!) || open(b[0]!) || a[0] === b[0]) && overlap(a.slice(1), b.slice(1));
}

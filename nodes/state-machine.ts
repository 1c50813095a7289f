/** A machine with named states, for each device: messages and time lead from one to another, as a table says. */
import {
  type CompiledExpression,
  config,
  defineNode,
  derive,
  type FieldProblem,
  field,
  formatDuration,
  inOrder,
  type Judging,
  type Message,
  parseDuration,
  perKeyFields,
  type Static,
} from "../runtime/core/api.ts";

const transitionSchema = field.group(
  {
    from: field.text({
      title: "From",
      placeholder: "idle",
      minLength: 1,
      maxLength: 60,
      help: "* is any state.",
    }),
    on: field.choice({
      title: "On",
      labels: { message: "a message", time: "time in the state" },
      default: "message",
    }),
    when: field.optional(
      field.expression({
        title: "When",
        placeholder: "payload.occupied = true",
        result: "boolean",
        visibleIf: { on: ["message"] },
        help: "Empty: any message.",
      }),
    ),
    after: field.optional(
      field.duration({ title: "After", placeholder: "10 min", visibleIf: { on: ["time"] } }),
    ),
    to: field.text({ title: "To", placeholder: "occupied", minLength: 1, maxLength: 60 }),
  },
  { title: "Transition" },
);

const schema = config({
  initial: field.text({
    title: "Starts in",
    default: "idle",
    minLength: 1,
    maxLength: 60,
    help: "The state of a device that was never heard.",
  }),
  transitions: field.list(transitionSchema, {
    title: "Transitions",
    item: "transition",
    minItems: 1,
    maxItems: 100,
    default: [],
    help: "Of those that lead out of the present state, the first that fits is taken.",
  }),
  ...perKeyFields,
});
type Config = Static<typeof schema>;
type Row = Static<typeof transitionSchema>;

interface State {
  name: string;
  /** Event time at which it entered the state; of the first one, of the first message. */
  since: number;
  /** The newest message, without payload: what time causes takes its topic and named levels. */
  last: Message;
}

const docs = `
Keeps a state for each device and changes it by a table, read from top to bottom.

| from | on | to |
|---|---|---|
| idle | a message, \`payload.people > 0\` | occupied |
| occupied | a message, \`payload.people = 0\` | leaving |
| leaving | a message, \`payload.people > 0\` | occupied |
| leaving | after 10 min | idle |

Of the rows that lead out of the present state, the first whose condition is true is taken; \`*\` is any state. "After" counts
from the moment the state was entered, and needs no message: a timer takes the row. A row that leads back to its own state is
a change too, and starts the time anew. A message exactly when a time is up is looked at first. Of several times in one
state the shortest is taken, of equal ones the upper row. In the first state the time begins with the first message.

Every change leaves by **out**, as \`{ state, from, since, heldMs, by, value }\`: the new state and the old one, when it was entered,
how long the old one lasted, \`message\` or \`time\`, and the payload of the message. What changes nothing leaves by **rest**.

A condition that gives something other than true or false, or cannot be computed, sends the message to the error port or the
dead letters, and the state stays. Messages that come later than their source allows, and are older than what was decided, are
counted as dropped, "late".
`;

export default defineNode({
  type: "state-machine",
  version: 1,
  category: "decide",
  title: "State machine",
  purpose: "states, and what changes them",
  keywords: ["fsm", "sequence", "mode", "status", "transition", "phase", "step", "workflow"],
  icon: "M3 12a3 3 0 1 0 6 0 3 3 0 1 0-6 0M15 12a3 3 0 1 0 6 0 3 3 0 1 0-6 0M7 8.5c3-4 7-4 10 0M17 8.5V5M17 8.5h-3.5M17 15.5c-3 4-7 4-10 0",
  config: schema,
  docs,
  examples: [
    {
      title: "A room is empty only after ten minutes without anybody",
      config: {
        initial: "empty",
        transitions: [
          { from: "empty", on: "message", when: "payload > 0", to: "occupied" },
          { from: "occupied", on: "message", when: "payload = 0", to: "leaving" },
          { from: "leaving", on: "message", when: "payload > 0", to: "occupied" },
          { from: "leaving", on: "time", after: "10 min", to: "empty" },
        ],
      },
      given: [
        { at: "0 min", key: "hall", payload: 2 },
        { at: "30 min", key: "hall", payload: 0 },
        { at: "35 min", key: "hall", payload: 1 },
        { at: "60 min", key: "hall", payload: 0 },
      ],
      until: "90 min",
      expect: [
        {
          port: "out",
          at: "0 min",
          key: "hall",
          payload: { state: "occupied", from: "empty", by: "message", value: 2 },
        },
        { port: "out", at: "30 min", key: "hall", payload: { state: "leaving", heldMs: 1_800_000 } },
        { port: "out", at: "35 min", key: "hall", payload: { state: "occupied", from: "leaving" } },
        { port: "out", at: "60 min", key: "hall", payload: { state: "leaving" } },
        { port: "out", at: "70 min", key: "hall", payload: { state: "empty", from: "leaving", by: "time" } },
      ],
    },
    {
      title: "A pump that must not start again within five minutes",
      config: {
        initial: "off",
        transitions: [
          { from: "*", on: "message", when: "payload = 'fault'", to: "fault" },
          { from: "off", on: "message", when: "payload = 'start'", to: "running" },
          { from: "running", on: "message", when: "payload = 'stop'", to: "resting" },
          { from: "resting", on: "time", after: "5 min", to: "off" },
        ],
      },
      given: [
        { at: "0 min", payload: "start" },
        { at: "1 min", payload: "stop" },
        { at: "2 min", payload: "start" },
        { at: "7 min", payload: "start" },
        { at: "8 min", payload: "fault" },
      ],
      expect: [
        { port: "out", at: "0 min", payload: { state: "running" } },
        { port: "out", at: "1 min", payload: { state: "resting" } },
        { port: "rest", at: "2 min", payload: "start" },
        { port: "out", at: "6 min", payload: { state: "off", by: "time" } },
        { port: "out", at: "7 min", payload: { state: "running" } },
        { port: "out", at: "8 min", payload: { state: "fault", from: "running" } },
      ],
    },
  ],
  inputs: [{ name: "in", title: "messages" }],
  outputs: [
    { name: "out", title: "changes", shape: "event", payload: "object" },
    { name: "rest", title: "the rest", help: "Messages that changed nothing." },
  ],
  summary: ({ initial, transitions = [] }) => {
    const names = [initial, ...transitions.flatMap(({ from, to }) => [from, to])];
    const states = [...new Set(names.filter((name) => name && name !== "*"))];
    return states.length > 0 ? states.join(" · ") : "no states yet";
  },
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ initial, transitions, per, perValue }) =>
    JSON.stringify([initial, [...new Set(transitions.map(({ to }) => to))].sort(), per, perValue]),
  operator: (config, env) => {
    const { byMessage, byTime } = tableOf(config.transitions, env.expression);
    const enter = (state: State, to: string, cause: Message, at: number, extra: object, ctx: Judging) => {
      const payload = { state: to, from: state.name, since: at, heldMs: at - state.since, ...extra };
      state.name = to;
      state.since = at;
      ctx.emit("out", { ...derive(cause, payload, at), key: ctx.key });
    };
    return inOrder<State>({
      judge(known, message, _port, ctx) {
        const { time, payload: value } = message;
        const last = derive(message, null);
        const state = known ?? { name: config.initial, since: time, last };
        for (const { from, to, when } of byMessage) {
          if (from !== "*" && from !== state.name) continue;
          const fits = when === undefined ? true : ctx.evaluate(when, message);
          if (fits !== undefined && typeof fits !== "boolean") {
            const text = `Checking ${when!.source}: it gave ${JSON.stringify(fits)}, not true or false.`;
            ctx.fail("CONDITION_NOT_BOOLEAN", text, message);
            return known;
          }
          if (fits !== true) continue;
          state.last = last;
          enter(state, to, message, time, { by: "message", value }, ctx);
          return state;
        }
        state.last = last;
        ctx.emit("rest", message);
        return state;
      },
      dueAt({ name, since }) {
        const row = shortest(byTime, name);
        return row && since + row.afterMs;
      },
      due(state, at, ctx) {
        const row = shortest(byTime, state.name)!;
        enter(state, row.to, state.last, at, { by: "time" }, ctx);
        return state;
      },
    });
  },
});

interface TimeRow {
  readonly from: string;
  readonly to: string;
  readonly afterMs: number;
}

function tableOf(rows: readonly Row[], compile: (source: string) => CompiledExpression) {
  const byMessage = rows
    .filter(({ on }) => on === "message")
    .map(({ from, to, when }) => ({ from, to, when: when ? compile(when) : undefined }));
  const byTime = rows
    .filter(({ on }) => on === "time")
    .map(({ from, to, after }): TimeRow => ({ from, to, afterMs: parseDuration(after!)! }));
  return { byMessage, byTime };
}

/** The row that time takes first; of equal ones the upper. */
function shortest(rows: readonly TimeRow[], name: string): TimeRow | undefined {
  let found: TimeRow | undefined;
  for (const row of rows) {
    if (row.from !== "*" && row.from !== name) continue;
    if (!found || row.afterMs < found.afterMs) found = row;
  }
  return found;
}

/** Two states that hand over to each other faster than this are a clock, and make up for every beat of a downtime. */
const afterMsMin = 1_000;

function check({ initial, transitions = [] }: Config): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const entered = new Set([initial, ...transitions.map(({ to }) => to)]);
  for (const [index, { from, on, after, to }] of transitions.entries()) {
    const place = `/transitions/${index}`;
    if (from && from !== "*" && !entered.has(from)) {
      const message = `Nothing leads to “${from}”, so this row is never taken. Check how it is spelled.`;
      problems.push({ field: `${place}/from`, message, severity: "warning" });
    }
    if (to === "*") problems.push({ field: `${place}/to`, message: "Say which state, not any." });
    if (on !== "time") continue;
    const afterMs = after === undefined ? undefined : parseDuration(after);
    if (after === undefined)
      problems.push({ field: `${place}/after`, message: "Say after how long, such as 10 min." });
    else if (afterMs !== undefined && afterMs < afterMsMin) {
      problems.push({ field: `${place}/after`, message: `At least ${formatDuration(afterMsMin)}.` });
    }
  }
  if (initial === "*") problems.push({ field: "/initial", message: "Say which state, not any." });
  return problems;
}

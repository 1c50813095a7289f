/** Finds messages that follow one another in a certain way, for each device: complex event patterns, as Flink CEP knows them. */
import {
  type CompiledExpression,
  config,
  defineNode,
  derive,
  ExpressionError,
  eventsByName,
  type FieldProblem,
  field,
  forbids,
  inOrder,
  type Judging,
  Matcher,
  type Matching,
  type Message,
  mentionsField,
  type OperatorEnv,
  type Outcome,
  type Pattern,
  parseDuration,
  perKeyFields,
  rowProblems,
  rowText,
  type Static,
  stepsOf,
  type Taken,
  takenUpTo,
} from "../runtime/core/api.ts";

const mustCome = ["later", "next", "any"];
const repeated = ["exactly", "atLeast", "range"];

const stepSchema = field.group(
  {
    name: field.text({ title: "Called", placeholder: "door opens", minLength: 1, maxLength: 40 }),
    comes: field.choice({
      title: "Comes",
      labels: {
        later: "then; others may come before it",
        next: "directly next",
        any: "then; each one that fits",
        not: "must not come",
        notNext: "must not come directly next",
      },
      default: "later",
    }),
    when: field.optional(
      field.expression({
        title: "When",
        placeholder: 'payload.door = "open"',
        result: "boolean",
        help: "Sees the message, and messages of earlier steps by their name. Empty: any message.",
      }),
    ),
    times: field.choice({
      title: "How often",
      labels: { once: "once", exactly: "exactly …", atLeast: "at least …", range: "from … to …" },
      default: "once",
      visibleIf: { comes: mustCome },
    }),
    count: field.integer({
      title: "Times",
      default: 2,
      minimum: 1,
      maximum: 1_000,
      visibleIf: { comes: mustCome, times: repeated },
    }),
    most: field.integer({
      title: "At most",
      default: 5,
      minimum: 1,
      maximum: 1_000,
      visibleIf: { comes: mustCome, times: ["range"] },
    }),
    between: field.choice({
      title: "Between them",
      labels: { later: "others may come", next: "nothing may come", any: "any may come, or be left out" },
      default: "later",
      visibleIf: { comes: mustCome, times: repeated },
    }),
    greedy: field.toggle({
      title: "As many as come",
      default: false,
      visibleIf: { comes: mustCome, times: ["atLeast", "range"] },
      help: "A message that still fits belongs to this step, not to the next.",
    }),
    until: field.optional(
      field.expression({
        title: "Until",
        placeholder: "payload.temperature < 20",
        result: "boolean",
        visibleIf: { comes: mustCome, times: ["atLeast"] },
        help: "A message for which this is true ends the step.",
      }),
    ),
    optional: field.toggle({
      title: "May be missing",
      default: false,
      visibleIf: { comes: mustCome },
    }),
  },
  { title: "Step" },
);

const schema = config({
  steps: field.list(stepSchema, { title: "Steps", item: "step", minItems: 1, maxItems: 20, default: [] }),
  within: field.optional(
    field.duration({
      title: "Within",
      placeholder: "10 min",
      help: "All of it takes less than this, from the first message on. Empty: however long.",
    }),
  ),
  afterMatch: field.choice({
    title: "After a match",
    labels: {
      past: "start afresh: a message belongs to one match",
      none: "go on: every combination is a match",
      next: "go on with what began later",
      first: "go on from the first message of a step",
      last: "go on from the last message of a step",
    },
    default: "past",
    advanced: true,
  }),
  fromStep: field.optional(
    field.text({
      title: "Step",
      placeholder: "door opens",
      maxLength: 40,
      visibleIf: { afterMatch: ["first", "last"] },
      advanced: true,
    }),
  ),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

const docs = `
Looks for messages that follow one another: the door opens, then it is left open, and nobody moves. A step says which message it
wants; a partial match waits for the next one.

    door opens, not motion within 10 min

    minute    0      4           20          30
    in        open   motion      open
                     ▲ void      ├── 10 min ─┤
    out                                      match

| a step that | wants |
|---|---|
| comes **then** | the next message that fits; others may come before it |
| comes **directly next** | the very next message of the device |
| comes **then, each one that fits** | every later message that fits, each for a match of its own |
| **must not come** | that no such message comes before the next step has begun; as the last step: before the time is up |
| **must not come directly next** | that the very next message is another one |

A step can want several messages. Each number that is enough can become a match; with "As many as come" only the highest, once the next step
has begun. A step that **may be missing** is passed over when the next one comes.

**Conditions** see the message like everywhere, and the messages of earlier steps by name, each as \`{ time, payload, topic, key }\`:
\`payload.temperature > start.payload.temperature + 5\`. A step of several messages is a list; a name with spaces stands in backticks.

**match** carries \`{ state, start, end, events }\`: times of the first and the last message, and the messages of each step by its name.
**timeout** carries what had come of a match when the time was up, and \`waitingFor\`, the step it lacked: with the steps "door opens, motion",
a door that opened without motion. If the last step must not come, silence is the match: it leaves when the time is up.

**After a match** everything that began before its last message is void, so that three alarms in a row are one match of "alarm, 3 times". "More
settings" has the other ways; to get each one that fits, take "every combination". What begins earlier wins: a match waits while an earlier beginning could still make it void.

Messages are looked at in order of their own time, those of one time in order of arrival, and time is up at the same moment whether
messages come or not. What comes later than its source allows, and is older than what was decided, leaves by **late** and is counted
as dropped, "late". For each device at most 1,000 partial matches with 10,000 messages in all are kept; beyond, those that began first
are given up and counted as dropped, "too many partial matches". A time limit keeps them few.

This is pattern matching as in Flink CEP, with three differences: a message that a step wants and another forbids is forbidden; what has
matched does not time out as well; equal partial matches time out once.
`;

export default defineNode({
  type: "sequence",
  version: 1,
  category: "decide",
  title: "Sequence",
  purpose: "first this, then that, or not",
  keywords: ["pattern", "cep", "followed by", "then", "within", "order", "complex event", "absence", "steps"],
  icon: "M3 8a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0M16 8a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0M8 8h8M5.5 10.5V17h13M15.5 14l3 3-3 3",
  config: schema,
  docs,
  examples: [
    {
      title: "The door opens, and nobody comes in",
      config: {
        steps: [
          { name: "door opens", comes: "later", when: 'payload = "open"' },
          { name: "motion", comes: "not", when: 'payload = "motion"' },
        ],
        within: "10 min",
      } as Partial<Config>,
      given: [
        { at: "0 min", key: "hall", payload: "open" },
        { at: "4 min", key: "hall", payload: "motion" },
        { at: "20 min", key: "hall", payload: "open" },
      ],
      until: "35 min",
      expect: [{ port: "match", at: "30 min", key: "hall", payload: { state: "match" } }],
    },
    {
      title: "It heats up by more than 5 degrees after a start",
      config: {
        steps: [
          { name: "start", when: "payload.running" },
          { name: "hot", when: "payload.temperature > start.payload.temperature + 5" },
        ],
        within: "1 h",
      } as Partial<Config>,
      given: [
        { at: "0 min", key: "pump", payload: { running: true, temperature: 40 } },
        { at: "10 min", key: "pump", payload: { running: true, temperature: 44 } },
        { at: "20 min", key: "pump", payload: { running: true, temperature: 46 } },
      ],
      expect: [
        {
          port: "match",
          at: "20 min",
          key: "pump",
          payload: {
            events: {
              start: { payload: { running: true, temperature: 40 } },
              hot: { payload: { running: true, temperature: 46 } },
            },
          },
        },
      ],
    },
    {
      title: "Three failures within 10 minutes, or fewer",
      config: {
        steps: [{ name: "failure", when: 'payload = "failed"', times: "exactly", count: 3 }],
        within: "10 min",
      } as Partial<Config>,
      given: [
        { at: "0 min", key: "burner", payload: "failed" },
        { at: "3 min", key: "burner", payload: "ok" },
        { at: "4 min", key: "burner", payload: "failed" },
        { at: "9 min", key: "burner", payload: "failed" },
        { at: "30 min", key: "burner", payload: "failed" },
      ],
      until: "45 min",
      expect: [
        { port: "match", at: "9 min", key: "burner" },
        {
          port: "timeout",
          at: "40 min",
          key: "burner",
          payload: { state: "timeout", waitingFor: "failure" },
        },
      ],
    },
  ],
  inputs: [{ name: "in", title: "messages" }],
  outputs: [
    { name: "match", title: "match", shape: "event", payload: "object" },
    {
      name: "timeout",
      title: "timeout",
      shape: "event",
      payload: "object",
      help: "What had come of a match when its time was up.",
    },
    { name: "late", title: "late", help: "Messages older than what was decided already." },
  ],
  summary: ({ steps = [], within }) => {
    if (steps.length === 0) return "no steps yet";
    return steps.map(rowText).join(", ") + (within ? ` within ${within}` : "");
  },
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ steps, per, perValue }) => JSON.stringify([steps, per, perValue]),
  status: ({ crowded, open }) => {
    if (crowded) return { level: "warning", text: `${crowded} near the limit` };
    return open ? { level: "ok", text: `${open} under way` } : undefined;
  },
  operator: (config, env) => {
    const pattern = patternOf(config, env);
    const matcher = new Matcher(pattern);
    const emit = (
      port: "match" | "timeout",
      taken: readonly Taken[],
      at: number,
      extra: object,
      ctx: Judging,
    ) => {
      const last = taken.at(-1)!.message;
      const [start, end] = [taken[0]!.message.time, last.time];
      const payload = { state: port, start, end, ...extra, events: eventsByName(pattern, taken) };
      ctx.emit(port, { ...derive(last, payload, at), key: ctx.key, id: ctx.nextId() });
    };
    /** Lets something happen to the state, and tells what comes of it. @returns the state */
    const tell = (state: Matching, happen: () => Outcome, at: number, ctx: Judging) => {
      const { open, crowded } = numbersOf(matcher, state);
      const { matches, timeouts, evicted } = happen();
      for (let each = 0; each < evicted; each++) ctx.drop("too many partial matches");
      for (const { taken } of matches) emit("match", taken, at, {}, ctx);
      for (const { taken, step } of timeouts) {
        const waitingFor = pattern.steps[step]?.name ?? config.steps.at(-1)!.name;
        emit("timeout", taken, at, { waitingFor }, ctx);
      }
      const now = numbersOf(matcher, state);
      if (now.open !== open) ctx.gauge("open", now.open - open);
      if (now.crowded !== crowded) ctx.gauge("crowded", now.crowded - crowded);
      // Kept also when nothing is open: with it stands up to when it was decided.
      return state;
    };
    return inOrder<Matching>({
      judge(known, message, _port, ctx) {
        const state = known ?? matcher.start();
        const judged = new Map<Condition, boolean>();
        const holds = (condition: Condition, entry: number | undefined): boolean => {
          const { expression } = condition;
          if (!expression) return true;
          if (entry !== undefined && condition.namesSteps) {
            const earlier = eventsByName(pattern, takenUpTo(state.buffer, entry));
            return isTrue(expression, { ...earlier, ...message }, ctx);
          }
          const result = judged.get(condition) ?? isTrue(expression, message, ctx);
          judged.set(condition, result);
          return result;
        };
        return tell(state, () => matcher.take(state, message, holds), message.time, ctx);
      },
      dueAt: (state) => matcher.dueAt(state),
      // Messages of this millisecond were still in time: the next one is the end.
      due: (state, at, ctx) => tell(state, () => matcher.expire(state, at), at + 1, ctx),
      late(message, _port, ctx) {
        ctx.drop("late");
        ctx.emit("late", message);
      },
    });
  },
});

/** From here on the card warns that partial matches will be given up. */
const crowdedFrom = 0.8;

/** What the card shows of a key: its partial matches and matches that wait, and whether they come near the limit. */
function numbersOf(matcher: Matcher<Condition>, state: Matching): { open: number; crowded: number } {
  const crowded = matcher.fill(state) >= crowdedFrom ? 1 : 0;
  return { open: state.runs.length + state.held.length, crowded };
}

/** A condition as it runs; without an expression it always holds. */
interface Condition {
  readonly expression: CompiledExpression | undefined;
  /** It may look at messages of earlier steps. */
  readonly namesSteps: boolean;
}

function isTrue(expression: CompiledExpression, input: Message, ctx: Judging): boolean {
  const result = ctx.evaluate(expression, input);
  if (result === undefined || typeof result === "boolean") return result === true;
  const text = `Checking ${expression.source}: it gave ${JSON.stringify(result)}, not true or false.`;
  throw new ExpressionError("CONDITION_NOT_BOOLEAN", text);
}

function patternOf(config: Config, env: OperatorEnv): Pattern<Condition> {
  const { steps: rows, within, afterMatch: skip, fromStep } = config;
  const names = rows.map(({ name }) => name);
  const steps = stepsOf(rows, (source) => ({
    expression: source ? env.expression(source) : undefined,
    namesSteps: source !== undefined && names.some((name) => mentionsField(source, name)),
  }));
  const step = steps.findIndex(({ name }) => name === fromStep);
  const afterMatch = skip === "first" || skip === "last" ? { skip, step } : { skip };
  return { steps, withinMs: within ? parseDuration(within)! : Number.POSITIVE_INFINITY, afterMatch };
}

/** In a condition these names are parts of the message. */
const messageFields = ["topic", "payload", "key", "time", "params", "id"];

function check({ steps = [], within, afterMatch, fromStep }: Config): FieldProblem[] {
  const problems = rowProblems(steps, messageFields);
  const last = steps.at(-1);
  if (last?.comes === "not" && !within)
    problems.push({
      field: "/within",
      message: "The last step must not come: say for how long, such as 10 min.",
    });
  if (within && parseDuration(within) === 0)
    problems.push({ field: "/within", message: "Say how long, such as 10 min." });
  if (afterMatch === "first" || afterMatch === "last") {
    const target = steps.find(({ name }) => name === fromStep);
    if (!target || forbids(target))
      problems.push({ field: "/fromStep", message: "Write the name of a step that comes." });
  }
  return problems;
}

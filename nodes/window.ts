/**
 * Averages, sums and the like over windows of a stream, with Flink's semantics. What each kind of window does with
 * time lives in core/window; here is what a person sees of it.
 */
import {
  CountWindows,
  calendarAssigner,
  config,
  defineNode,
  type FieldProblem,
  field,
  fixedAssigner,
  formatDuration,
  gcd,
  HoppingWindows,
  type Operator,
  type OperatorEnv,
  PaneWindows,
  parseDuration,
  perKeyFields,
  RunningTotals,
  resultProblems,
  resultSchema,
  resultsText,
  SlidingWindows,
  type Static,
  type Updates,
  windowJob,
} from "../runtime/core/api.ts";

const schema = config({
  kind: field.choice({
    title: "Window",
    labels: {
      time: "a length of time (tumbling, hopping)",
      calendar: "a day, week or month",
      sliding: "the time up to each message (sliding)",
      session: "until it falls silent (session)",
      count: "a number of messages (count)",
      stream: "everything, until a reset",
    },
    default: "time",
  }),
  size: field.duration({
    title: "Length",
    default: "5 min",
    visibleIf: { kind: ["time", "sliding"] },
    help: "How much time one result covers.",
  }),
  hop: field.optional(
    field.duration({
      title: "A result every",
      placeholder: "1 min",
      visibleIf: { kind: ["time"] },
      help: "Empty: once per length. Shorter: windows overlap, as in “the last 5 minutes, every minute”.",
    }),
  ),
  period: field.choice({
    title: "Every",
    labels: { day: "day", week: "week (from Monday)", month: "month" },
    default: "day",
    visibleIf: { kind: ["calendar"] },
  }),
  zone: field.zone({ visibleIf: { kind: ["calendar"] } }),
  gap: field.duration({
    title: "Ends after silence of",
    default: "10 min",
    visibleIf: { kind: ["session"] },
  }),
  lengthMax: field.optional(
    field.duration({
      title: "At the latest after",
      placeholder: "8 h",
      visibleIf: { kind: ["session"] },
    }),
  ),
  messages: field.integer({
    title: "Messages",
    default: 10,
    minimum: 1,
    maximum: 1_000_000_000,
    visibleIf: { kind: ["count"] },
  }),
  resetWhen: field.optional(
    field.expression({
      title: "Start again when",
      placeholder: "payload.batch = 'start'",
      result: "boolean",
      visibleIf: { kind: ["stream"] },
      help: "The message for which this is true ends the result, and is the first of the next.",
    }),
  ),
  aggregates: field.list(resultSchema, {
    title: "Results",
    item: "result",
    minItems: 1,
    maxItems: 32,
    default: [{ name: "avg", function: "avg", value: "payload" }],
  }),
  updateEvery: field.optional(
    field.duration({
      title: "Send updates every",
      placeholder: "10 s",
      advanced: true,
      visibleIf: { kind: ["time", "calendar", "session", "stream"] },
      help: "What there is so far, before the end, at round times.",
    }),
  ),
  updateAfter: field.optional(
    field.integer({
      title: "Send updates after",
      unit: "messages",
      placeholder: "100",
      minimum: 1,
      advanced: true,
      visibleIf: { kind: ["time", "calendar", "session", "stream"] },
      help: "The same by number. Everything until a reset, without either: after each message.",
    }),
  ),
  lateness: field.duration({
    title: "Correct results for",
    default: "0 s",
    advanced: true,
    visibleIf: { kind: ["time", "calendar", "session"] },
    help: "A message that comes this much too late still counts: its result is sent again, corrected.",
  }),
  accumulation: field.choice({
    title: "Updates and corrections carry",
    labels: { accumulating: "everything in the window", discarding: "only what is new" },
    default: "accumulating",
    advanced: true,
    visibleIf: { kind: ["time", "calendar", "session", "stream"] },
  }),
  offset: field.duration({
    title: "Begin later by",
    default: "0 s",
    advanced: true,
    visibleIf: { kind: ["time"] },
    help: "Windows of 8 h begin at 0, 8 and 16 h UTC; with 6 h here, at 6, 14 and 22 h.",
  }),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

const docs = `
Collects messages for a while and sends one result for all of them, for each device apart.

    length 5 min                       length 5 min, a result every 1 min

    08:00 ├─────────┤ 08:05            08:00 ├─────────┤ 08:05
              08:05 ├─────────┤          08:01 ├─────────┤ 08:06
                                           08:02 ├─────────┤ 08:07

    messages     ••  •    •  •••                    •  •      ••
    session      ├──────────────┤ silence           ├────┤    ├─

Windows start at round times: windows of 5 minutes at 08:00, 08:05, 08:10 UTC. A reading at exactly 08:05 belongs to the
next one. The result comes as soon as no more readings are expected, also when the sensor has fallen silent, and its time is
the last millisecond of the window. A window without readings sends nothing.

| window | covers | result |
|---|---|---|
| a length of time | [start, start + length) | at its end; every so often when windows overlap |
| a day, week or month | by the clock of the time zone: a day has 23 or 25 hours when the clocks change | at its end |
| the time up to each message | later than message − length, up to the message | one per message, in order of their time |
| session | messages with no longer silence between them; silence of exactly that length still joins | when it fell silent, or at its greatest length |
| count | so many messages, as they arrive | with the last of them; an incomplete one sends nothing |
| everything | since the first message, or the last reset | as updates, and at a reset |

The payload is \`{ …, count, start, end, result }\` with your results by their names; \`count\` is the number of messages, and
\`result\` says **final**, **early** for an update before the end, or **corrected** for one that takes the place of a final
one. Updates every so often come at round times, also when nothing new has come, as long as the window is open.

| function | of | exact? |
|---|---|---|
| average, sum, minimum, maximum, range | numbers | yes |
| standard deviation, variance | numbers; of exactly these values (population) | yes, computed stably after Welford |
| first, last | any value, by the time of the messages | yes |
| count | all messages | yes |
| median, percentile | numbers | up to 128 values, interpolated; beyond within 1 % of the value (DDSketch) |
| how many different | any value | up to 256 different ones; beyond 1.6 % standard error (HyperLogLog) |
| most frequent | any value, as a list of \`{ value, count }\` | up to 512 different ones; beyond a count may be too low by a 512th of all messages |
| list of values | any value, by the time of the messages | the newest 1,000 at most |
| expression | that list, as \`payload\` | the newest 1,000 |

A reading that comes **too late**, when all its windows are done, leaves by the \`late\` port and is counted as dropped,
"late". With "Correct results for" set, results are sent again when a late reading changes them. A value that is not a
number sends the message to the error port or the dead letters, and nothing of it is counted. The time up to each message
is kept by the millisecond; with more than 1,000 different times in it, its older edge is exact to a 250th of the length.
`;

export default defineNode({
  type: "window",
  version: 1,
  category: "time",
  title: "Window",
  purpose: "average, min, max over time",
  keywords: ["mean", "sum", "tumbling", "hopping", "sliding", "session", "daily", "percentile", "total"],
  icon: "M4 4v16M20 4v16M8 16v-4M12 16V8M16 16v-6",
  config: schema,
  docs,
  examples: [
    {
      title: "Five-minute average",
      config: { size: "5 min", aggregates: [{ name: "avg", function: "avg", value: "payload.temperature" }] },
      given: [
        { at: "0 min", key: "hall", payload: { temperature: 20 } },
        { at: "2 min", key: "hall", payload: { temperature: 22 } },
        { at: "4 min", key: "hall", payload: { temperature: 24 } },
        { at: "5 min", key: "hall", payload: { temperature: 30 } },
      ],
      until: "12 min",
      expect: [
        { port: "out", at: "299999 ms", key: "hall", payload: { avg: 22, count: 3 } },
        { port: "out", at: "599999 ms", key: "hall", payload: { avg: 30, count: 1 } },
      ],
    },
    {
      title: "The last two minutes, every minute",
      config: {
        size: "2 min",
        hop: "1 min",
        aggregates: [
          { name: "highest", function: "max" },
          { name: "newest", function: "last" },
        ],
      },
      given: [
        { at: "0 s", payload: 3 },
        { at: "70 s", payload: 8 },
        { at: "80 s", payload: 5 },
      ],
      until: "4 min",
      expect: [
        { port: "out", at: "59999 ms", payload: { highest: 3, newest: 3, count: 1 } },
        { port: "out", at: "119999 ms", payload: { highest: 8, newest: 5, count: 3 } },
        { port: "out", at: "179999 ms", payload: { highest: 8, newest: 5, count: 2 } },
      ],
    },
    {
      title: "How long was the room in use? A session of movements",
      config: { kind: "session", gap: "10 min", aggregates: [{ name: "movements", function: "count" }] },
      given: [
        { at: "0 min", key: "room 4", payload: "motion" },
        { at: "9 min", key: "room 4", payload: "motion" },
        { at: "40 min", key: "room 4", payload: "motion" },
      ],
      until: "60 min",
      expect: [
        { port: "out", at: "1139999 ms", key: "room 4", payload: { movements: 2 } },
        { port: "out", at: "2999999 ms", key: "room 4", payload: { movements: 1 } },
      ],
    },
    {
      title: "Too late, and late but corrected",
      config: { size: "1 min", lateness: "30 s", aggregates: [{ name: "sum", function: "sum" }] },
      given: [
        { at: "10 s", payload: 1 },
        { at: "80 s", payload: 2 },
        { at: "20 s", payload: 5 },
        { at: "95 s", payload: 2 },
        { at: "30 s", payload: 7 },
      ],
      until: "2 min",
      expect: [
        { port: "out", at: "59999 ms", payload: { sum: 1, result: "final" } },
        { port: "out", at: "59999 ms", payload: { sum: 6, result: "corrected" } },
        { port: "late", at: "30 s", payload: 7 },
        { port: "out", at: "119999 ms", payload: { sum: 4, result: "final" } },
      ],
    },
  ],
  inputs: [{ name: "in", title: "readings" }],
  outputs: [
    { name: "out", title: "results", payload: "object" },
    { name: "late", title: "late", help: "Readings that came when all their windows were done." },
  ],
  summary: (config) => `${resultsText(config.aggregates ?? [])} ${extent(config)}`,
  check,
  keyed: true,
  stateVersion: 3,
  // Of the rest, state does not depend: a redeploy that changes it goes on.
  stateSignature: ({ aggregates, lateness, updateEvery, updateAfter, accumulation, ...shape }) =>
    JSON.stringify([
      Object.entries(shape).sort(),
      aggregates.map((each) => [each.function, each.value ?? ""]),
    ]),
  status: (gauges) =>
    gauges.leftOut ? { level: "warning", text: `${gauges.leftOut} values left out` } : undefined,
  operator: operatorOf,
});

function operatorOf(config: Config, env: OperatorEnv): Operator<unknown> {
  const job = windowJob(config.aggregates, env);
  const latenessMs = msOf(config.lateness);
  const discarding = config.accumulation === "discarding";
  const [everyMs, afterMessages] = [msOf(config.updateEvery), config.updateAfter ?? 0];
  const updates: Updates = { everyMs, afterMessages, discarding };
  switch (config.kind) {
    case "time": {
      const sizeMs = msOf(config.size);
      const hopMs = msOf(config.hop) || sizeMs;
      const offsetMs = msOf(config.offset);
      if (hopMs < sizeMs) return new HoppingWindows(job, { sizeMs, hopMs, offsetMs, latenessMs, discarding });
      const assign = fixedAssigner(sizeMs, offsetMs);
      return new PaneWindows(job, { assign, merging: false, latenessMs, updates });
    }
    case "calendar": {
      const assign = calendarAssigner(config.period, (at) => env.zoneOffsetMs(config.zone, at));
      return new PaneWindows(job, { assign, merging: false, latenessMs, updates });
    }
    case "sliding":
      return new SlidingWindows(job, msOf(config.size));
    case "session": {
      const gapMs = msOf(config.gap);
      const assign = (time: number) => ({ start: time, end: time + gapMs });
      const longest = config.lengthMax ? { lengthMaxMs: msOf(config.lengthMax) } : {};
      return new PaneWindows(job, { assign, merging: true, latenessMs, updates, ...longest });
    }
    case "count":
      return new CountWindows(job, config.messages);
    case "stream": {
      const reset = config.resetWhen ? env.expression(config.resetWhen) : undefined;
      const when = everyMs || afterMessages ? updates : { ...updates, afterMessages: 1 };
      if (!reset) return new RunningTotals(job, when);
      return new RunningTotals(job, when, (message, ctx) => ctx.evaluate(reset, message) === true);
    }
  }
}

/** 0 for none. */
function msOf(duration: string | undefined): number {
  return parseDuration(duration ?? "") ?? 0;
}

function extent(config: Config): string {
  const size = config.size || "…";
  switch (config.kind) {
    case "calendar":
      return `per ${config.period || "…"}${config.zone && config.zone !== "UTC" ? ` in ${config.zone}` : ""}`;
    case "sliding":
      return `over the ${size} up to each message`;
    case "session": {
      const longest = config.lengthMax ? `, at most ${config.lengthMax}` : "";
      return `until silent for ${config.gap || "…"}${longest}`;
    }
    case "count":
      return `of every ${config.messages ?? "…"} messages`;
    case "stream":
      return config.resetWhen ? `since ${config.resetWhen}` : "of everything";
    default:
      return `over ${size}${config.hop ? `, every ${config.hop}` : ""}`;
  }
}

/** Slices one window may have. Each key keeps two partials per slice, and checkpoints write them. */
const slicesPerWindowMax = 10_000;

function check(config: Config): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const problem = (field: string, message: string) => void problems.push({ field, message });
  if (config.kind === "session") checkSession(config, problem);
  else if (config.kind === "time" || config.kind === "sliding" || config.kind === undefined) {
    if (parseDuration(config.size ?? "") === 0) problem("/size", "A window needs a length, such as 5 min.");
    else if (config.kind !== "sliding" && config.hop) checkHop(config, problem);
  }
  const updates = config.kind !== "sliding" && config.kind !== "count";
  if (updates && config.updateEvery && parseDuration(config.updateEvery) === 0)
    problem("/updateEvery", "Say how often, such as 10 s.");
  return [...problems, ...resultProblems(config.aggregates ?? [], "/aggregates")];
}

type Problem = (field: string, message: string) => void;

function checkHop({ size, hop, updateEvery, updateAfter }: Config, problem: Problem): void {
  const sizeMs = parseDuration(size ?? "");
  const hopMs = parseDuration(hop ?? "");
  if (hopMs === 0) problem("/hop", "Say how often, such as 1 min.");
  if (!sizeMs || !hopMs) return;
  if (hopMs > sizeMs) {
    problem("/hop", `Must not be longer than the length (${size}): messages in between would be lost.`);
  } else if (sizeMs / gcd(sizeMs, hopMs) > slicesPerWindowMax) {
    const rounder = formatDuration(Math.ceil(sizeMs / 1_000));
    const advice = `Choose a longer or rounder step, such as ${rounder}.`;
    problem("/hop", `This cuts a window into more than ${slicesPerWindowMax} parts. ${advice}`);
  } else if (hopMs < sizeMs && (updateEvery || updateAfter)) {
    const field = updateEvery ? "/updateEvery" : "/updateAfter";
    problem(field, `Windows that overlap send no updates: a result comes every ${hop} already.`);
  }
}

function checkSession({ gap, lengthMax }: Config, problem: Problem): void {
  const gapMs = parseDuration(gap ?? "");
  const maxMs = parseDuration(lengthMax ?? "");
  if (gapMs === 0) problem("/gap", "Say how long a silence ends it, such as 10 min.");
  if (maxMs === 0) problem("/lengthMax", "Say after how long, such as 8 h, or leave it empty.");
  else if (maxMs && gapMs && maxMs < gapMs)
    problem("/lengthMax", `Must not be shorter than the silence (${gap}).`);
}

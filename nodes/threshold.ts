/**
 * Raises when a value has been beyond a limit for long enough, clears when it is back. Several limits are levels of
 * severity, each with a delay of its own; what is reported is the most severe that is raised.
 */
import {
  clearLimit,
  config,
  defineNode,
  derive,
  type FieldProblem,
  field,
  highestRaised,
  inOrder,
  type Judging,
  type Level,
  type LevelState,
  levelProblems,
  type Message,
  nextReminder,
  nextSettling,
  observe,
  parseDuration,
  perKeyFields,
  reminderEveryMsMin,
  type Static,
  settle,
  watchedNumber,
} from "../runtime/core/api.ts";

/** A limit above the first one, for the same value. */
const levelSchema = field.group(
  {
    name: field.text({ title: "Called", placeholder: "alarm", minLength: 1, maxLength: 40 }),
    setPoint: field.optional(
      field.number({ title: "Set point", placeholder: "30", help: "For “above” and “below”." }),
    ),
    low: field.optional(
      field.number({ title: "Range from", placeholder: "15", help: "For “outside a range”." }),
    ),
    high: field.optional(
      field.number({ title: "Range to", placeholder: "30", help: "For “outside a range”." }),
    ),
    for: field.optional(
      field.duration({
        title: "For at least",
        placeholder: "1 min",
        help: "Empty: as long as for the first level.",
      }),
    ),
  },
  { title: "Level" },
);

const schema = config({
  value: field.expression({
    title: "Value",
    default: "payload",
    placeholder: "payload.temperature",
    result: "number",
    help: "The number to watch.",
  }),
  when: field.choice({
    title: "Raise when it is",
    labels: { above: "above", below: "below", outside: "outside a range" },
    default: "above",
  }),
  setPoint: field.optional(
    field.number({ title: "Set point", placeholder: "26", visibleIf: { when: ["above", "below"] } }),
  ),
  low: field.optional(
    field.number({ title: "Range from", placeholder: "18", visibleIf: { when: ["outside"] } }),
  ),
  high: field.optional(
    field.number({ title: "Range to", placeholder: "26", visibleIf: { when: ["outside"] } }),
  ),
  for: field.duration({
    title: "For at least",
    default: "0 s",
    help: "It must stay beyond the limit this long, also while the sensor says nothing.",
  }),
  clearPoint: field.optional(
    field.number({
      title: "Clear at",
      placeholder: "25",
      visibleIf: { when: ["above", "below"] },
      help: "Back at this value it is over. Empty: the set point. A gap between the two keeps it from flickering.",
    }),
  ),
  clearMargin: field.optional(
    field.number({
      title: "Clear inside the range by",
      placeholder: "0.5",
      minimum: 0,
      visibleIf: { when: ["outside"] },
      help: "It is over this far inside the range. Empty: as soon as it is back in the range.",
    }),
  ),
  unit: field.optional(field.text({ title: "Unit", placeholder: "°C", maxLength: 16 })),
  clearFor: field.duration({
    title: "Back for at least",
    default: "0 s",
    advanced: true,
    help: "It must be back this long before it is over.",
  }),
  silence: field.choice({
    title: "When the sensor falls silent",
    labels: { hold: "its last value holds", clear: "it is over", alarm: "it is raised" },
    default: "hold",
    advanced: true,
  }),
  silentAfter: field.duration({
    title: "Silent after",
    default: "10 min",
    visibleIf: { silence: ["clear", "alarm"] },
    advanced: true,
  }),
  output: field.choice({
    title: "Report “raised”",
    labels: {
      edge: "once",
      readings: "with every reading while it is",
      every: "again every so often while it is",
    },
    default: "edge",
    advanced: true,
  }),
  every: field.duration({
    title: "Again every",
    default: "15 min",
    visibleIf: { output: ["every"] },
    advanced: true,
  }),
  severity: field.optional(
    field.text({
      title: "This level is called",
      placeholder: "warning",
      maxLength: 40,
      advanced: true,
      help: "Matters with more levels below. Empty: warning.",
    }),
  ),
  levels: field.list(levelSchema, {
    title: "More severe levels",
    item: "level",
    maxItems: 8,
    default: [],
    advanced: true,
    help: "Each further out than the one before. They clear with the same gap as the first.",
  }),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

interface State {
  /** The least severe first. */
  readonly levels: LevelState[];
  /** Index of the level that was reported as raised; -1: none. */
  reported: number;
  /** The newest reading; its message carries no payload. */
  last: { readonly message: Message; readonly value: number };
  /** The silence after the newest reading has been acted on. */
  silent: boolean;
  repeatAt?: number;
}

const docs = `
Watches a number and reports two things: **raised**, when it has been beyond the limit for long enough, and **cleared**,
when it is back. Each once, not with every reading, and for each device apart.

    above 26 for 5 min, clear at 25

    minute      0     2     4     6     8     10    12    14
    value       27    25.5  27    28    27    27    25.5  25
    above 26    ├─────┤     ├───────────────────────┤
                                           ▲ raised       ▲ cleared

A value between the clear point and the set point starts nothing and ends nothing that is raised; it does interrupt the
wait of a value that is not yet raised. A value exactly on the set point is not beyond it; one exactly on the clear
point is back.

The wait goes by the time of the readings and is watched by a timer: if the sensor falls silent, its last value holds and
"raised" still comes. Late readings are sorted in before anything is decided. One that comes later than its source
allows, and is older than what was decided already, is counted as dropped, "late".

Both ports carry \`{ state, value, limit, since, unit }\`: the newest value, the limit it crossed, and since when, in ms
since 1970; raised also \`level\`, which is above or below.

**More in "More settings".** "Back for at least" delays the end as "For at least" delays the beginning. If the sensor falls silent, its
last value can hold, or the rule can take silence for the end or for an alarm; then \`reason\` is "silent". "Raised" can come again
with every reading or every so often while it is; then \`repeated\` is true. Reminders that are a day behind the clock are not sent any more.

**Several levels** judge the same value by limits further and further out. What counts is the most severe that is raised: each change
to another one leaves by **raised** with \`severity\` and, if one was raised before, \`was\`; **cleared** comes when none is left.

    warning above 26, alarm above 30, clear 1 below

    value    25    27        31      30     29      25
    out            raised    raised         raised  cleared
    severity       warning   alarm          warning
`;

export default defineNode({
  type: "threshold",
  version: 1,
  category: "decide",
  title: "Threshold",
  purpose: "above, below, for how long",
  keywords: ["limit", "alarm", "hysteresis", "above", "below", "range", "deadband", "duration"],
  icon: "M3 10h18M4 19l5-5 3-9 4 8 4 3",
  config: schema,
  docs,
  examples: [
    {
      title: "Above 26 °C for 5 minutes, clear at 25 °C",
      config: { value: "payload.temperature", setPoint: 26, clearPoint: 25, for: "5 min", unit: "°C" },
      given: [
        { at: "0 min", key: "hall", payload: { temperature: 27 } },
        { at: "2 min", key: "hall", payload: { temperature: 25.5 } },
        { at: "4 min", key: "hall", payload: { temperature: 27 } },
        { at: "6 min", key: "hall", payload: { temperature: 28 } },
        { at: "12 min", key: "hall", payload: { temperature: 25.5 } },
        { at: "14 min", key: "hall", payload: { temperature: 25 } },
      ],
      until: "20 min",
      expect: [
        {
          port: "raised",
          at: "9 min",
          key: "hall",
          payload: { state: "raised", value: 28, level: "above", limit: 26 },
        },
        { port: "cleared", at: "14 min", key: "hall", payload: { state: "cleared", value: 25, limit: 25 } },
      ],
    },
    {
      title: "The sensor falls silent",
      config: { when: "below", setPoint: 5, for: "10 min" },
      given: [{ at: "0 min", key: "cellar", payload: 3 }],
      until: "30 min",
      expect: [
        { port: "raised", at: "10 min", key: "cellar", payload: { value: 3, level: "below", limit: 5 } },
      ],
    },
    {
      title: "Outside a range, every device apart",
      config: { when: "outside", low: 18, high: 26, clearMargin: 1 },
      given: [
        { at: "0 s", key: "a", payload: 27 },
        { at: "1 s", key: "b", payload: 20 },
        { at: "2 s", key: "a", payload: 25.5 },
        { at: "3 s", key: "a", payload: 25 },
      ],
      expect: [
        { port: "raised", at: "0 s", key: "a", payload: { level: "above", limit: 26 } },
        { port: "cleared", at: "3 s", key: "a", payload: { value: 25 } },
      ],
    },
    {
      title: "Warning and alarm",
      config: { setPoint: 26, clearPoint: 25, levels: [{ name: "alarm", setPoint: 30 }] },
      given: [
        { at: "0 s", payload: 27 },
        { at: "1 s", payload: 31 },
        { at: "2 s", payload: 29 },
        { at: "3 s", payload: 25 },
      ],
      expect: [
        { port: "raised", at: "0 s", payload: { severity: "warning", limit: 26 } },
        { port: "raised", at: "1 s", payload: { severity: "alarm", was: "warning", limit: 30 } },
        { port: "raised", at: "2 s", payload: { severity: "warning", was: "alarm", limit: 26 } },
        { port: "cleared", at: "3 s", payload: { was: "warning", limit: 25 } },
      ],
    },
    {
      title: "Silence is an alarm",
      config: { setPoint: 26, silence: "alarm", silentAfter: "10 min" },
      given: [
        { at: "0 min", payload: 20 },
        { at: "15 min", payload: 20 },
      ],
      until: "20 min",
      expect: [
        { port: "raised", at: "10 min", payload: { state: "raised", value: 20, reason: "silent" } },
        { port: "cleared", at: "15 min", payload: { state: "cleared", value: 20 } },
      ],
    },
  ],
  inputs: [{ name: "in", title: "readings" }],
  outputs: [
    { name: "raised", title: "raised", shape: "event", payload: "object" },
    { name: "cleared", title: "cleared", shape: "event", payload: "object" },
  ],
  summary: (config) => {
    const unit = config.unit ? ` ${config.unit}` : "";
    const value = config.value || "payload";
    const held = config.for && parseDuration(config.for) !== 0 ? ` for ${config.for}` : "";
    const more = (config.levels ?? [])
      .map((each) => `, ${each.name || "…"} ${each.setPoint ?? "further out"}`)
      .join("");
    if (config.when === "outside")
      return `${value} outside ${config.low ?? "…"} to ${config.high ?? "…"}${unit}${held}${more}`;
    const clear = config.clearPoint === undefined ? "" : `, clear ${config.clearPoint}`;
    return `${value} ${config.when === "below" ? "<" : ">"} ${config.setPoint ?? "…"}${unit}${held}${clear}${more}`;
  },
  check,
  keyed: true,
  stateVersion: 2,
  stateSignature: ({ value, when, levels, per, perValue }) =>
    `${value} ${when} ${levels.length} ${per} ${perValue}`,
  // What is raised is the rule at work, an empty room for one: nothing is wrong with the node.
  status: (gauges) => (gauges.raised ? { level: "ok", text: `${gauges.raised} raised` } : undefined),
  operator: (config, env) => {
    const watched = env.expression(config.value);
    const levels = levelsOf(config);
    const silentAfterMs = config.silence === "hold" ? never : parseDuration(config.silentAfter)!;
    const everyMs = config.output === "every" ? parseDuration(config.every)! : never;
    const unit = config.unit ? { unit: config.unit } : {};
    const severityOf = (index: number) => (levels.length > 1 ? { severity: levels[index]!.name } : {});

    const emitRaised = (state: State, at: number, extra: object, ctx: Judging) => {
      const { reported, last } = state;
      const { since, side } = state.levels[reported]!;
      const bounds = levels[reported]!;
      const level = side ? { level: side, limit: side === "above" ? bounds.high : bounds.low } : {};
      const payload = {
        state: "raised",
        value: last.value,
        ...level,
        since,
        ...severityOf(reported),
        ...unit,
        ...extra,
      };
      ctx.emit("raised", { ...derive(last.message, payload, at), key: ctx.key });
    };
    /** Says so when another level than before is the most severe that is raised. @returns did it? */
    const report = (state: State, at: number, since: number, extra: object, ctx: Judging): boolean => {
      const highest = highestRaised(state.levels);
      const before = state.reported;
      if (highest === before) return false;
      state.reported = highest;
      if (before < 0 || highest < 0) ctx.gauge("raised", highest < 0 ? -1 : 1);
      const was = before < 0 || levels.length === 1 ? {} : { was: levels[before]!.name };
      if (highest >= 0) {
        if (everyMs !== never) state.repeatAt = at + everyMs;
        emitRaised(state, at, { ...was, ...extra }, ctx);
        return true;
      }
      delete state.repeatAt;
      const { message, value } = state.last;
      const limit = clearLimit(levels[before]!, value);
      const payload = { state: "cleared", value, limit, since, ...was, ...unit, ...extra };
      ctx.emit("cleared", { ...derive(message, payload, at), key: ctx.key });
      return true;
    };
    return inOrder<State>({
      judge(known, message, _port, ctx) {
        const { time } = message;
        const value = watchedNumber(ctx, watched, config.value, message);
        if (value === undefined) return known;
        const last = { message: derive(message, null), value };
        const state: State = known ?? { levels: levels.map(calm), reported: -1, last, silent: false };
        state.last = last;
        state.silent = false;
        const ended = observe(state.levels, levels, value, time);
        const changed = report(state, time, ended ?? time, {}, ctx);
        if (!changed && state.reported >= 0 && config.output === "readings") {
          emitRaised(state, time, { repeated: true }, ctx);
        }
        return state;
      },
      dueAt({ levels: states, last, silent, repeatAt = never }) {
        const silentAt = silent ? never : last.message.time + silentAfterMs;
        const due = Math.min(nextSettling(states, levels), repeatAt, silentAt);
        return due === never ? undefined : due;
      },
      due(state, at, ctx) {
        report(state, at, settle(state.levels, levels, at) ?? at, {}, ctx);
        if (!state.silent && state.last.message.time + silentAfterMs <= at) {
          state.silent = true;
          const since = state.last.message.time;
          if (config.silence === "clear")
            for (const index of levels.keys()) state.levels[index] = { raised: false };
          else if (state.reported < 0) state.levels[0] = { raised: true, since };
          report(state, at, since, { reason: "silent" }, ctx);
        }
        if (state.repeatAt !== undefined && state.repeatAt <= at) {
          state.repeatAt = nextReminder(at, everyMs, ctx.now);
          if (state.repeatAt === at + everyMs) emitRaised(state, at, { repeated: true }, ctx);
          else ctx.drop("reminders long past");
        }
        return state;
      },
    });
  },
});

const never = Number.POSITIVE_INFINITY;

const calm = (): LevelState => ({ raised: false });

interface NamedLevel extends Level {
  readonly name: string;
}

function levelsOf(config: Config): NamedLevel[] {
  const { when, setPoint = 0, clearPoint = setPoint, clearMargin = 0, severity = "warning" } = config;
  const gap = when === "outside" ? clearMargin : Math.abs(setPoint - clearPoint);
  const all = [{ ...config, name: severity }, ...config.levels];
  const clearForMs = parseDuration(config.clearFor)!;
  return all.map((level) => {
    const low = when === "above" ? -never : when === "below" ? level.setPoint! : level.low!;
    const high = when === "below" ? never : when === "above" ? level.setPoint! : level.high!;
    const forMs = parseDuration(level.for ?? config.for)!;
    return { name: level.name, low, high, clearLow: low + gap, clearHigh: high - gap, forMs, clearForMs };
  });
}

function check(config: Config): FieldProblem[] {
  const problems = levelProblems(config);
  if (config.silence !== "hold" && parseDuration(config.silentAfter ?? "") === 0) {
    problems.push({ field: "/silentAfter", message: "Say after how long it is silent, such as 10 min." });
  }
  const everyMs = parseDuration(config.every ?? "");
  if (config.output === "every" && everyMs !== undefined && everyMs < reminderEveryMsMin) {
    problems.push({ field: "/every", message: "At most once a second." });
  }
  return problems;
}

/** Sends by the calendar: at times of day and of the sun, by a weekly programme with exceptions, or by a cron line. */
import {
  type Context,
  config,
  daysField,
  daysText,
  defineNode,
  derive,
  exceptionFields,
  exceptionProblems,
  type FieldProblem,
  field,
  fingerprint,
  formatDuration,
  fromToFields,
  type Half,
  lastOccurrence,
  localityOf,
  nextCron,
  nextOccurrence,
  noParams,
  type Operator,
  type OperatorEnv,
  parseCron,
  parseDayTime,
  parseDuration,
  placeFields,
  placeProblems,
  programmeOf,
  type Static,
  weekdays,
  weekText,
} from "../runtime/core/api.ts";

const value = field.json({ title: "Value", default: true });

const schema = config({
  kind: field.choice({
    title: "Sends",
    labels: { times: "at certain times", programme: "by a weekly programme", cron: "by a cron line" },
    default: "times",
  }),
  times: field.list(
    field.group(
      { days: daysField, at: field.dayTime({ title: "At", default: "07:00" }), value },
      { title: "Time" },
    ),
    {
      title: "Times",
      item: "time",
      compact: true,
      minItems: 1,
      maxItems: 100,
      default: [{ days: ["mon", "tue", "wed", "thu", "fri"], at: "07:00", value: true }],
      visibleIf: { kind: ["times"] },
      help: "07:30, or by the sun: sunset, dusk - 15 min; sunrise, not before 06:30.",
    },
  ),
  week: field.list(field.group({ days: daysField, ...fromToFields, value }, { title: "Period" }), {
    title: "Week",
    item: "period",
    compact: true,
    minItems: 1,
    maxItems: 100,
    default: [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "08:00", to: "18:00", value: true }],
    visibleIf: { kind: ["programme"] },
    help: "22:00 to 06:00 ends on the next day. By the sun: sunset, sunrise + 30 min.",
  }),
  otherwise: field.json({
    title: "Value otherwise",
    default: false,
    visibleIf: { kind: ["programme"] },
    help: "Holds while no period does.",
  }),
  exceptions: field.list(
    field.group(
      {
        ...exceptionFields,
        periods: field.list(field.group({ ...fromToFields, value }, { title: "Period" }), {
          title: "Instead of the week",
          item: "period",
          compact: true,
          maxItems: 20,
          default: [],
          help: "None: no period all day.",
        }),
      },
      { title: "Exception" },
    ),
    {
      title: "Exceptions",
      item: "exception",
      maxItems: 200,
      default: [],
      visibleIf: { kind: ["programme"] },
    },
  ),
  cron: field.cron({
    title: "Cron line",
    default: "0 7 * * MON-FRI",
    visibleIf: { kind: ["cron"] },
    help: "Minute, hour, day of month, month, day of week: 0 7 * * MON-FRI is 07:00 on working days.",
  }),
  payload: field.json({ title: "Value", default: true, visibleIf: { kind: ["cron"] } }),
  zone: field.zone(),
  ...placeFields({ visibleIf: { kind: ["times", "programme"] } }),
  grace: field.duration({
    title: "Missed, still send for",
    default: "10 min",
    advanced: true,
    visibleIf: { kind: ["times", "cron"] },
    help: "When Millrace was off at the time. What is older is not sent any more.",
  }),
  key: field.text({ title: "Device (key)", default: "", advanced: true }),
  topic: field.text({ title: "Topic", default: "", advanced: true }),
});
type Config = Static<typeof schema>;

interface State {
  /** The pending time or change. */
  readonly due: number;
  /** Programme: the value sent last. */
  readonly sent?: unknown;
}

const docs = `
Sends by itself, by the calendar of a time zone.

| sends | when |
|---|---|
| at certain times | on its days, at a time of day or of the sun |
| by a weekly programme | whenever another value begins to hold, and once when it is deployed |
| by a cron line | minute, hour, day of month, month, day of week |

    Mon–Fri 08:00–18:00 is 21, 12:00–13:00 is 19, otherwise 17

    Fri      08:00   12:00   13:00   18:00    Mon 08:00
    out      21      19      21      17       21

A **time of day** is \`07:30\`, or \`sunrise\`, \`sunset\`, \`dawn\`, \`dusk\` (civil twilight, the sun 6° below the horizon), \`nautical dawn\` or
\`nautical dusk\` (12°) at the latitude and longitude; \`sunset - 15 min\` shifts it, and \`sunset - 15 min, not before 16:30, not after
21:00\` keeps it within bounds. Where the sun does not rise or set, there is no such time that day, unless a bound says when.

A **period** belongs to the day on which it begins: Friday 22:00 to 06:00 ends on Saturday. It ends on the next day when its end is not
later by the clock, or when it begins after noon and ends by the sun of the morning. Where periods overlap, the one that began last holds.
In a night without sunrise, "sunset to sunrise" goes on. Adjoining periods of one value are one.

An **exception** replaces what begins on its dates, by periods of its own or by none; the first one that fits counts. Use them for holidays:
\`12-25\` is every year, \`2026-12-24 to 2027-01-02\` once, \`12-24 to 01-02\` every year over its turn.

**After a restart** a time that was missed is sent if it is no older than the grace time, and else counted as dropped, "missed" (once,
however many there were). A programme sends what holds now, if that is not what it sent last. The time of a message is when it was due.

When clocks change, times and periods in an hour that comes twice go by its first pass, and those in an hour that is skipped by the
moment clocks skip it. Cron lines follow cron's own rule: what is skipped runs an hour later, and lines for every hour go by elapsed time.

Anything on **now** makes it send at once what holds at the message's time: of a programme its value, of times the value of the latest, of a
cron line its value. Topic, key and named levels are those of the message. The button does the same.
`;

export default defineNode({
  type: "schedule",
  version: 1,
  category: "devices",
  title: "Schedule",
  purpose: "times, sun, week",
  keywords: ["timer", "cron", "clock", "calendar", "sunrise", "sunset", "week", "holiday", "astro", "time"],
  icon: "M4 5h16v15H4zM4 9.5h16M8 3v4M16 3v4M12 12v3l2 1.5",
  config: schema,
  docs,
  examples: [
    {
      title: "A setpoint for working hours",
      config: {
        kind: "programme",
        week: [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "08:00", to: "18:00", value: 21 }],
        otherwise: 17,
        zone: "Europe/Oslo",
        key: "hall",
      },
      given: [{ at: "8 h", port: "now", key: "office", payload: "what holds?" }],
      until: "18 h",
      expect: [
        { port: "out", at: "0 h", key: "hall", payload: 17 },
        // 08:00 in Oslo is 07:00 UTC in winter.
        { port: "out", at: "7 h", key: "hall", payload: 21 },
        { port: "out", at: "8 h", key: "office", payload: 21 },
        { port: "out", at: "17 h", key: "hall", payload: 17 },
      ],
    },
    {
      title: "Lights from sunset, but not in the working day, until eleven",
      config: {
        kind: "times",
        times: [
          { days: ["mon"], at: "sunset, not before 17:00", value: "on" },
          { days: ["mon"], at: "23:00", value: "off" },
        ],
        latitude: 51.5,
        longitude: -0.12,
      },
      given: [],
      until: "24 h",
      expect: [
        { port: "out", at: "17 h", payload: "on" },
        { port: "out", at: "23 h", payload: "off" },
      ],
    },
    {
      title: "A cron line",
      config: { kind: "cron", cron: "*/20 * * * *", payload: "poll" },
      given: [],
      until: "45 min",
      expect: [
        { port: "out", at: "20 min", payload: "poll" },
        { port: "out", at: "40 min", payload: "poll" },
      ],
    },
  ],
  inputs: [{ name: "now", title: "send now", optional: true }],
  outputs: [{ name: "out", title: "messages" }],
  button: "Send",
  summary: ({ kind, times = [], week = [], cron, zone }) => {
    if (kind === "cron") return `${cron || "…"}, ${zone || "UTC"}`;
    if (kind === "programme") return weekText(week);
    const [first, ...more] = times;
    const text = first ? `${first.at || "…"} ${daysText(first.days ?? [])}` : "no time";
    return more.length === 0 ? text : `${text} and ${more.length} more`;
  },
  check,
  stateVersion: 1,
  stateSignature: ({ kind, times, week, otherwise, exceptions, cron, zone, latitude, longitude }) => {
    if (kind === "cron") return `cron ${cron} ${zone}`;
    const place = [zone, latitude, longitude];
    if (kind === "programme") return fingerprint([kind, week, otherwise, exceptions, ...place]);
    return fingerprint([kind, times.map(({ days, at }) => [days, at]), ...place]);
  },
  operator: (config, env): Operator<State> => {
    const send = (ctx: Context<State>, value: unknown, time: number) => {
      const { key, topic } = config;
      ctx.emit("out", { topic, payload: value, key, time, params: noParams, id: ctx.id });
    };
    const schedule =
      config.kind === "programme" ? ofProgramme(config, env, send) : ofTimes(config, env, send);
    return {
      ...schedule,
      onMessage(message, port, ctx) {
        const value =
          port === "button" && message.payload !== undefined
            ? message.payload
            : schedule.valueAt(message.time);
        if (value === undefined) ctx.drop("no time yet");
        else if (port === "button") send(ctx, value, message.time);
        else ctx.emit("out", derive(message, value));
      },
    };
  },
});

type Send = (ctx: Context<State>, value: unknown, time: number) => void;
interface Schedule extends Required<Pick<Operator<State>, "onStart" | "onTimer">> {
  /** What holds at an instant; undefined: nothing yet. */
  valueAt(at: number): unknown;
}

/** After years without power, or with a clock that was years behind: what holds is of this week, or has held all week. */
const lookBackMsMax = 8 * 86_400_000;

/** What holds is sent when it changes; a change that was missed matters only while it still holds. */
function ofProgramme(config: Config, env: OperatorEnv, send: Send): Schedule {
  const { week, exceptions, otherwise } = config;
  const locality = localityOf(config, env);
  const same = (one: unknown = otherwise, other: unknown = otherwise) =>
    fingerprint(one) === fingerprint(other);
  const programme = programmeOf(week, exceptions, locality, (row) => row.value, same);
  const valueAt = (at: number) => {
    const { value: held } = programme.at(at);
    return held === undefined ? otherwise : held;
  };
  return {
    valueAt,
    onStart(ctx) {
      const sent = valueAt(ctx.now);
      const due = programme.at(ctx.now).until;
      ctx.state = { due, sent };
      ctx.setTimer("run", due, "processing");
      send(ctx, sent, ctx.now);
    },
    onTimer({ at }, ctx) {
      let since = Math.max(at, ctx.now - lookBackMsMax);
      let due = programme.at(since).until;
      while (due <= ctx.now) [since, due] = [due, programme.at(due).until];
      const held = valueAt(since);
      const before = ctx.state?.sent;
      ctx.state = { due, sent: held };
      ctx.setTimer("run", due, "processing");
      if (!same(before, held)) send(ctx, held, since);
    },
  };
}

/** Points in time: each is sent once, unless it is too late for it. */
function ofTimes(config: Config, env: OperatorEnv, send: Send): Schedule {
  const graceMs = parseDuration(config.grace)!;
  const { after, valuesAt, valueAt } =
    config.kind === "cron" ? cronTimes(config, env) : dayTimes(config, env);
  const plan = (ctx: Context<State>, due: number | undefined) => {
    if (due === undefined) return;
    ctx.state = { due };
    ctx.setTimer("run", due, "processing");
  };
  return {
    valueAt,
    onStart(ctx) {
      plan(ctx, after(ctx.now));
    },
    onTimer({ at }, ctx) {
      const oldest = ctx.now - graceMs;
      if (at < oldest) {
        ctx.drop("missed");
        plan(ctx, after(oldest - 1));
        return;
      }
      plan(ctx, after(at));
      for (const value of valuesAt(at)) send(ctx, value, at);
    },
  };
}

interface Times {
  /** The next time later than an instant. */
  after(at: number): number | undefined;
  /** What is sent at one of the times. */
  valuesAt(due: number): readonly unknown[];
  valueAt(at: number): unknown;
}

function dayTimes(config: Config, env: OperatorEnv): Times {
  const locality = localityOf(config, env);
  const moments = config.times.map(({ days, at, value }) => ({
    days: weekdays(days),
    at: parseDayTime(at)!,
    value,
  }));
  return {
    after: (at) => nextOccurrence(moments, at, locality)?.at,
    valuesAt: (due) => nextOccurrence(moments, due - 1, locality)?.values ?? [],
    valueAt: (at) => lastOccurrence(moments, at, locality)?.values.at(-1),
  };
}

function cronTimes({ cron, zone, payload }: Config, env: OperatorEnv): Times {
  const schedule = parseCron(cron)!;
  return {
    after: (at) => nextCron(schedule, at, (instant) => env.zoneOffsetMs(zone, instant)),
    valuesAt: () => [payload],
    valueAt: () => payload,
  };
}

function check(config: Half<Config>): FieldProblem[] {
  const { kind, times = [], week = [], exceptions = [] } = config;
  if (kind === "programme") {
    const rows = [...week, ...exceptions.flatMap(({ periods = [] }) => periods)];
    const bounds = rows.flatMap(({ from, to }) => [from, to]);
    return [...exceptionProblems(exceptions), ...placeProblems(bounds, config)];
  }
  const problems: FieldProblem[] = [];
  if (kind === "cron") {
    const schedule = parseCron(config.cron ?? "");
    if (schedule && nextCron(schedule, 0, () => 0) === undefined) {
      problems.push({ field: "/cron", message: "This schedule never runs: no month has that day." });
    }
  } else {
    problems.push(
      ...placeProblems(
        times.map(({ at }) => at),
        config,
      ),
    );
  }
  const graceMs = parseDuration(config.grace ?? "");
  if (graceMs !== undefined && graceMs < graceMsMin) {
    const message = `The shortest is ${formatDuration(graceMsMin)}: a busy machine may be late by seconds.`;
    problems.push({ field: "/grace", message });
  }
  return problems;
}

const graceMsMin = 10_000;

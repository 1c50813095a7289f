/** Learns what is usual for a device and reports what is not: of late, at this hour of the week, or of values together. */
import {
  type Alarm,
  type Baseline,
  calmAlarm,
  config,
  defineNode,
  derive,
  type FieldProblem,
  field,
  formatDuration,
  inOrder,
  isolationBaseline,
  isStuck,
  type Judging,
  type Message,
  noteStrength,
  type OperatorEnv,
  parseDuration,
  perKeyFields,
  type Repeats,
  recentBaseline,
  type Static,
  scoredNumbers,
  scoreOf,
  strengthOf,
  watchedNumber,
  weekBaseline,
} from "../runtime/core/api.ts";

const schema = config({
  method: field.choice({
    title: "Compare with",
    labels: {
      recent: "its recent course",
      week: "the same hour of the week",
      together: "how values go together",
    },
    default: "recent",
  }),
  value: field.expression({
    title: "Value",
    default: "payload",
    placeholder: "payload.temperature",
    result: "number",
    visibleIf: { method: ["recent", "week"] },
    help: "The number to watch.",
  }),
  values: field.list(field.expression({ title: "Value", placeholder: "payload.power", result: "number" }), {
    title: "Values",
    item: "value",
    minItems: 1,
    maxItems: 16,
    default: ["payload"],
    visibleIf: { method: ["together"] },
    help: "Numbers of one message that belong together, such as valve position and supply temperature.",
  }),
  zone: field.zone({ visibleIf: { method: ["week"] } }),
  limit: field.number({
    title: "Unusual from",
    unit: "σ",
    default: 3.5,
    minimum: 1,
    maximum: 100,
    help: "How many times the usual spread a reading must be off. Higher reports less.",
  }),
  atLeast: field.optional(
    field.number({
      title: "And at least",
      placeholder: "0.5",
      exclusiveMinimum: 0,
      visibleIf: { method: ["recent", "week"] },
      help: "In the unit of the value. What is off by less does not matter, however rare it is.",
    }),
  ),
  readings: field.integer({
    title: "For",
    unit: "readings in a row",
    default: 3,
    minimum: 1,
    maximum: 1_000,
    help: "One spike is ignored with 2 or more. As many readings in a row back within the limit end it.",
  }),
  halfLife: field.optional(
    field.duration({
      title: "A reading counts half after",
      placeholder: "6 h",
      advanced: true,
      help: "Empty: 6 h for the recent course, 4 weeks for hours of the week, a week for values together.",
    }),
  ),
  learnFor: field.optional(
    field.duration({
      title: "Only learn for the first",
      placeholder: "18 h",
      advanced: true,
      help: "Nothing is reported in that time. Empty: 18 h, 2 weeks for hours of the week, a day for values together.",
    }),
  ),
  ...perKeyFields,
});
type Config = Static<typeof schema>;

/** Days of building life: by day and night for the course, by weeks for hours of the week, a week for what goes together. */
const defaults = {
  recent: { halfLife: "6 h", learnFor: "18 h" },
  week: { halfLife: "28 d", learnFor: "14 d" },
  together: { halfLife: "7 d", learnFor: "1 d" },
} as const;

/** However long it took: fewer say nothing. */
const learnReadingsMin = 12;

/** A sum of squares of larger ones is infinite. */
const magnitudeMax = 1e100;

interface State {
  /** Event time of the first reading learned, and how many since. */
  since: number;
  learned: number;
  known: { repeats?: Repeats };
  alarm: Alarm;
  isLearning: boolean;
  isStuck: boolean;
}

const docs = `
Learns by itself what is usual, for each device apart, and reports what is not.

    unusual from 3.5 σ, for 3 readings in a row

    value      21.0  21.2  20.9  26.5  21.1  26.4  26.6  26.5  26.4  21.0  21.1  20.9
    off by                       spike       ├──── 3 in a row
    anomaly                                              ▲
    normal                                                                       ▲

| compare with | knows | finds |
|---|---|---|
| its recent course | mean and spread of late; a reading counts half after the half-life | steps, spikes, noise; a slow drift it gets used to |
| the same hour of the week | mean and spread of 168 hours, Monday 00:00 to Sunday 23:00 in the time zone | heating on Sunday night; a demand that is usual at noon but not at 3 |
| how values go together | a sample of 256 points and a random cut forest over it | a valve that is open while the supply stays cold, each usual by itself |

**σ** is the usual spread (standard deviation): of readings around their mean, nineteen of twenty lie within 2 σ, and beyond 3.5 σ hardly one in a thousand. The
spread is never taken for smaller than the smallest step the sensor has shown, and what has never changed is not judged. Where several
values are taken together, σ counts how far apart from all others a point lies, against how far points of this stream usually do.

**Learning.** Nothing is reported until it has learned for the set time, and from 12 readings at least. An hour of the week counts when it was seen in
two weeks; until then the hours beside it speak for it, then the same hour of all days. Unusual readings are learned as if they were 3 σ
off: a spike moves nothing, a lasting change is usual after a while. Of unusual points, one in 16 comes into the sample.

| port | sends | payload |
|---|---|---|
| \`anomaly\` | once, with the reading that makes it one | \`{ state, value, expected, spread, sigma, score, explanation, since }\` |
| \`normal\` | once, with the reading that ends it | \`{ state, value, expected, spread, sigma, score, since, highestScore }\` |
| \`scored\` | every reading | \`{ state, value, expected, spread, sigma, score, explanation }\` |

\`state\` is **learning**, **normal** or **anomaly**; \`sigma\` is below zero for readings that are too low; \`score\` goes from 0 to 1, and 0.5 is
the limit. \`explanation\` is there from the limit on: "31.2 is 6.4σ above the usual 22.1 for Tuesday 14:00". Of values together \`value\` is an object by
their names, and \`shares\` says how much each of them did, in place of \`expected\` and \`spread\`. It ends when readings are below three quarters
of the limit.

A sensor that has stayed at one value more than eight times as long as ever before, and for 20 readings, is probably **stuck**: it is counted on
the card, and its readings carry \`stuck: true\`. What is not a number, or missing, sends the message to the error port or the dead letters and is not learned.
Readings are judged in order of their time; those that come later than their source allows, and are older than what was judged, are counted as
dropped, "late". A silent sensor is not noticed here but by Absence; of the recent course, nothing is left after a silence of several half-lives, and it is
learned anew.
`;

/** Readings to learn from. */
const quiet = [21, 21.2, 21.1, 21, 21.2, 21, 21.1, 21.3, 21.2, 21, 21.1, 21.2];
const learning = quiet.map(() => ({ port: "scored", payload: { state: "learning" } }));

export default defineNode({
  type: "anomaly",
  version: 1,
  category: "decide",
  title: "Anomaly",
  purpose: "learns what is unusual",
  keywords: ["unusual", "outlier", "fault", "z-score", "ewma", "baseline", "seasonal", "isolation", "learn"],
  icon: "M3 16h4l2-2 2 2 2-11 2 11 2-2 2 2h2M13 20v.1",
  config: schema,
  docs,
  examples: [
    {
      title: "A step; the spike before it is ignored",
      config: { readings: 2, learnFor: "10 min" },
      given: [...quiet, 26, 21, 26, 26, 21, 21].map((payload, minute) => ({ at: `${minute} min`, payload })),
      expect: [
        ...learning,
        { port: "scored", at: "12 min", payload: { state: "normal", sigma: 48.8 } },
        { port: "scored", at: "13 min", payload: { state: "normal" } },
        { port: "scored", at: "14 min", payload: { state: "normal" } },
        { port: "anomaly", at: "15 min", payload: { state: "anomaly", value: 26 } },
        { port: "scored", at: "15 min", payload: { state: "anomaly" } },
        { port: "scored", at: "16 min", payload: { state: "anomaly" } },
        { port: "normal", at: "17 min", payload: { state: "normal", value: 21 } },
        { port: "scored", at: "17 min", payload: { state: "normal" } },
      ],
    },
    {
      title: "While it learns, nothing is reported",
      config: { readings: 1 },
      given: [...quiet, 90].map((payload, minute) => ({ at: `${minute} min`, key: "hall", payload })),
      expect: [...learning, { port: "scored", at: "12 min", payload: { state: "learning", value: 90 } }],
    },
  ],
  inputs: [{ name: "in", title: "readings" }],
  outputs: [
    { name: "anomaly", title: "anomaly", shape: "event", payload: "object" },
    { name: "normal", title: "normal again", shape: "event", payload: "object" },
    {
      name: "scored",
      title: "every reading, scored",
      payload: "object",
      help: "All readings, with how unusual they are.",
    },
  ],
  summary: ({ method = "recent", value, values = [], limit, readings = 1 }) => {
    const watched =
      method === "together" ? values.map((each) => nameOf(each) || "…").join(", ") : value || "payload";
    const row = readings > 1 ? `, ${readings} in a row` : "";
    return `${watched || "…"} ${limit ?? "…"} σ off ${against[method]}${row}`;
  },
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ method, value, values, zone, per, perValue }) => {
    const watched = method === "together" ? values : method === "week" ? [value, zone] : [value];
    return JSON.stringify([method, watched, per, perValue]);
  },
  status: ({ anomalous, stuck, learning }) => {
    if (anomalous) return { level: "warning", text: `${anomalous} unusual` };
    if (stuck) return { level: "warning", text: `${stuck} stuck` };
    return learning ? { level: "ok", text: `${learning} learning` } : undefined;
  },
  operator: (config, env) => {
    const sources = config.method === "together" ? config.values : [config.value];
    const names = sources.map(nameOf);
    const expressions = sources.map((source) => env.expression(source));
    const baseline = baselineOf(config, names, env);
    const learnForMs = durationOf(config, "learnFor");

    /** @returns undefined when one is not a number: the message has failed then */
    const read = (message: Message, ctx: Judging): number[] | undefined => {
      const found: number[] = [];
      for (const [index, expression] of expressions.entries()) {
        const value = watchedNumber(ctx, expression, sources[index]!, message, magnitudeMax);
        if (value === undefined) return undefined;
        found.push(value);
      }
      return found;
    };
    const shownValue = (values: readonly number[]): unknown =>
      config.method === "together"
        ? Object.fromEntries(names.map((name, index) => [name, values[index]]))
        : values[0];

    const begin = (time: number, ctx: Judging): State => {
      ctx.gauge("learning", 1);
      return {
        since: time,
        learned: 0,
        known: baseline.begin(ctx.key, time),
        alarm: calmAlarm(),
        isLearning: true,
        isStuck: false,
      };
    };
    const startAnew = (state: State, time: number, ctx: Judging) => {
      if (!state.isLearning) ctx.gauge("learning", 1);
      Object.assign(state, {
        since: time,
        learned: 0,
        known: baseline.begin(ctx.key, time),
        isLearning: true,
      });
    };
    const countStuck = (state: State, time: number, ctx: Judging) => {
      const { repeats } = state.known;
      const stuck = repeats !== undefined && isStuck(repeats, time);
      if (stuck !== state.isStuck) ctx.gauge("stuck", stuck ? 1 : -1);
      state.isStuck = stuck;
    };
    return inOrder<State>({
      judge(before, message, _port, ctx) {
        const values = read(message, ctx);
        if (!values) return before;
        const { time } = message;
        const state = before ?? begin(time, ctx);
        if (before && baseline.isWornOut?.(state.known, time)) startAnew(state, time, ctx);
        const found = baseline.observe(state.known, values, time);
        const isLearning = !found || time - state.since < learnForMs || state.learned < learnReadingsMin;
        state.learned++;
        if (isLearning !== state.isLearning) ctx.gauge("learning", isLearning ? 1 : -1);
        state.isLearning = isLearning;
        countStuck(state, time, ctx);
        const stuck = state.isStuck ? { stuck: true } : {};
        const send = (port: string, payload: object) =>
          ctx.emit(port, { ...derive(message, payload), key: ctx.key });
        const value = shownValue(values);
        if (isLearning) {
          send("scored", { state: "learning", value, ...stuck });
          return state;
        }
        const strength = strengthOf(found, values[0]!, config.limit, config.atLeast);
        const annotated = { value, ...scoredNumbers(found, strength, names), ...stuck };
        const explanation = strength >= 1 ? { explanation: found.explain() } : {};
        const { raised } = state.alarm;
        const change = noteStrength(state.alarm, strength, time, config.readings);
        if (change === "begins") {
          ctx.gauge("anomalous", 1);
          send("anomaly", {
            state: "anomaly",
            ...annotated,
            ...explanation,
            since: state.alarm.raised!.since,
          });
        } else if (change === "ends") {
          ctx.gauge("anomalous", -1);
          const { since, furthest } = raised!;
          send("normal", { state: "normal", ...annotated, since, highestScore: scoreOf(furthest) });
        }
        send("scored", { state: state.alarm.raised ? "anomaly" : "normal", ...annotated, ...explanation });
        return state;
      },
    });
  },
});

const against = {
  recent: "its recent course",
  week: "the hour of the week",
  together: "what goes together",
} as const;

/** The field alone, of an expression that only names one. */
function nameOf(source: string): string {
  return /^payload\.([A-Za-z_]\w*)$/.exec(source.trim())?.[1] ?? source.trim();
}

function durationOf({ method, ...config }: Config, name: "halfLife" | "learnFor"): number {
  return parseDuration(config[name] || defaults[method][name])!;
}

/** What each method knows is its own affair; the node only keeps it. */
function baselineOf(config: Config, names: readonly string[], env: OperatorEnv): Baseline<State["known"]> {
  const halfLifeMs = durationOf(config, "halfLife");
  const baseline =
    config.method === "recent"
      ? recentBaseline(halfLifeMs)
      : config.method === "week"
        ? weekBaseline(halfLifeMs, (at) => env.zoneOffsetMs(config.zone, at))
        : isolationBaseline(names, halfLifeMs, config.limit);
  return baseline as Baseline<State["known"]>;
}

function check({ method = "recent", values = [], halfLife, learnFor }: Config): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const halfLifeMs = parseDuration(halfLife || defaults[method].halfLife);
  if (halfLifeMs === 0) problems.push({ field: "/halfLife", message: "Say how long, such as 6 h." });
  if (method === "week" && halfLifeMs && halfLifeMs < weekMs) {
    const message = `Hours of the week come again after ${formatDuration(weekMs)}: take at least that.`;
    problems.push({ field: "/halfLife", message });
  }
  if (learnFor && parseDuration(learnFor) === 0)
    problems.push({ field: "/learnFor", message: "Say how long, such as 18 h." });
  if (method === "together") {
    const names = values.map(nameOf);
    for (const [index, name] of names.entries()) {
      if (!name) problems.push({ field: `/values/${index}`, message: "Say which value." });
      else if (names.indexOf(name) < index)
        problems.push({ field: `/values/${index}`, message: `${name} is in the list already.` });
    }
  }
  return problems;
}

const weekMs = 7 * 86_400_000;

/** Puts the latest values of several inputs side by side. */
import {
  config,
  defineNode,
  derive,
  type FieldProblem,
  field,
  inOrder,
  type Judging,
  type Message,
  namedPorts,
  type Port,
  parseDuration,
  perKeyFields,
  type Static,
} from "../runtime/core/api.ts";

const inputSchema = field.group(
  {
    name: field.text({ title: "Name", placeholder: "humidity", minLength: 1, maxLength: 60 }),
    value: field.expression({ title: "Value", default: "payload" }),
    maxAge: field.optional(
      field.duration({
        title: "At most this old",
        placeholder: "10 min",
        help: "Then it is forgotten. Empty: never.",
      }),
    ),
    initial: field.optional(
      field.json({
        title: "While there is none",
        placeholder: "0",
        help: "Empty: nothing is sent until there is a value.",
      }),
    ),
    triggers: field.toggle({ title: "A new value sends a result", default: true }),
  },
  { title: "Input" },
);

const schema = config({
  inputs: field.list(inputSchema, {
    title: "Inputs",
    item: "input",
    minItems: 2,
    maxItems: 16,
    default: [
      { name: "first", value: "payload", triggers: true },
      { name: "second", value: "payload", triggers: true },
    ],
    help: "From top to bottom.",
  }),
  ...perKeyFields,
});
type Config = Static<typeof schema>;
type Input = Static<typeof inputSchema>;

interface State {
  /** By input; null: none, or too old. */
  readonly values: ({ readonly value: unknown; readonly at: number } | null)[];
  /** The newest message of any input, without payload: what time causes takes its topic and named levels. */
  last: Message;
  /** Something is missing that has no stand-in. */
  waits: boolean;
}

const docs = `
Keeps the latest value of each input, for each device apart, and sends all of them together whenever one is new: temperature and humidity
for a dew point, the set point beside the reading, three phases for their sum.

    each at most 10 min old

    minute        0     3      5      10           15        18
    temperature   21                                         20
    humidity            40     42
    out                 21/40  21/42
    expired                           temperature  humidity

The payload is an object with a field for each input, under its name. While a value is missing nothing is sent, unless the input says
what stands in for it. Inputs that do not send a result by themselves only have their value ready for the others.

"At most this old" is judged by the time of the messages; a value of exactly that age still counts. When one gets too old, **expired** says
so, as \`{ input, value, since }\`, without any message being needed; and if something stands in for it, a result with that leaves by
**out**. Without a greatest age a value counts until the next one.

"Latest" goes by the time of the messages, whatever order they arrive in. Two values of the same moment are two results. Time, topic
and named levels are those of the message that was new. A message in which the value is not there is counted as dropped, "no
result"; those that come later than their source allows, and are older than what was sent, as "late".
`;

export default defineNode({
  type: "combine-latest",
  version: 1,
  category: "transform",
  title: "Combine latest",
  purpose: "latest of each, side by side",
  keywords: ["latest", "together", "both", "zip", "with latest", "max age", "stale", "several", "object"],
  icon: "M4 6h6M4 12h6M4 18h6M13 4h3a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-3M18 12h3",
  config: schema,
  docs,
  examples: [
    {
      title: "Temperature and humidity of a room",
      config: {
        inputs: [
          { name: "temperature", value: "payload.t", triggers: true },
          { name: "humidity", value: "payload.h", triggers: true },
        ],
      },
      given: [
        { at: "0 s", port: "temperature", key: "hall", payload: { t: 21 } },
        { at: "3 s", port: "humidity", key: "hall", payload: { h: 40 } },
        { at: "5 s", port: "humidity", key: "hall", payload: { h: 42 } },
      ],
      expect: [
        { port: "out", at: "3 s", key: "hall", payload: { temperature: 21, humidity: 40 } },
        { port: "out", at: "5 s", key: "hall", payload: { temperature: 21, humidity: 42 } },
      ],
    },
    {
      title: "A set point that does not count for long",
      config: {
        inputs: [
          { name: "reading", value: "payload", triggers: true },
          { name: "wanted", value: "payload", maxAge: "10 min", initial: 18, triggers: false },
        ],
      },
      given: [
        { at: "0 min", port: "reading", payload: 20 },
        { at: "1 min", port: "wanted", payload: 22 },
        { at: "5 min", port: "reading", payload: 20.5 },
        { at: "15 min", port: "reading", payload: 21 },
      ],
      until: "20 min",
      expect: [
        { port: "out", at: "0 min", payload: { reading: 20, wanted: 18 } },
        { port: "out", at: "5 min", payload: { reading: 20.5, wanted: 22 } },
        { port: "expired", at: "11 min", payload: { input: "wanted", value: 22 } },
        { port: "out", at: "15 min", payload: { reading: 21, wanted: 18 } },
      ],
    },
  ],
  inputs: ({ inputs }) => portsOf(inputs),
  outputs: ({ inputs }): Port[] => [
    { name: "out", title: "combined", payload: "object" },
    ...(inputsOf(inputs).some(({ maxAge }) => maxAge)
      ? [{ name: "expired", title: "expired", shape: "event", payload: "object" } as const]
      : []),
  ],
  summary: ({ inputs }) =>
    inputsOf(inputs)
      .map(({ name, maxAge }) => `${name || "…"}${maxAge ? ` ≤ ${maxAge} old` : ""}`)
      .join(" + ") || "no inputs yet",
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ inputs, per, perValue }) =>
    JSON.stringify([inputs.map(({ name, value }) => [name, value]), per, perValue]),
  status: ({ waiting }) => (waiting ? { level: "ok", text: `${waiting} incomplete` } : undefined),
  operator: (config, env) => {
    const inputs = config.inputs.map(({ name, value, maxAge, initial, triggers }) => ({
      name,
      value: env.expression(value),
      maxAgeMs: maxAge === undefined ? Number.POSITIVE_INFINITY : parseDuration(maxAge)!,
      initial,
      triggers,
    }));
    const indexOf = new Map(portsOf(config.inputs).map(({ name }, index) => [name, index]));
    const isComplete = ({ values }: State) =>
      inputs.every(({ initial }, index) => values[index] !== null || initial !== undefined);
    const expiryOf = ({ values }: State, index: number) => {
      const known = values[index];
      return known ? known.at + inputs[index]!.maxAgeMs : Number.POSITIVE_INFINITY;
    };
    /** Says so when the device begins to wait for something, or has everything. */
    const settle = (state: State, ctx: Judging) => {
      const waits = !isComplete(state);
      if (waits !== state.waits) ctx.gauge("waiting", waits ? 1 : -1);
      state.waits = waits;
    };
    const send = ({ values }: State, cause: Message, time: number, ctx: Judging) => {
      const fields = inputs.map(({ name, initial }, index) => {
        const known = values[index];
        return [name, known ? known.value : initial];
      });
      ctx.emit("out", { ...derive(cause, Object.fromEntries(fields), time), key: ctx.key });
    };
    return inOrder<State>({
      judge(own, message, port, ctx) {
        const index = indexOf.get(port)!;
        const input = inputs[index]!;
        const value = ctx.evaluate(input.value, message);
        if (value === undefined) {
          ctx.drop("no result");
          return own;
        }
        const last = derive(message, null);
        const state = own ?? { values: inputs.map(() => null), last, waits: false };
        state.values[index] = { value, at: message.time };
        state.last = last;
        settle(state, ctx);
        if (input.triggers && !state.waits) send(state, message, message.time, ctx);
        return state;
      },
      dueAt(state) {
        const next = Math.min(...inputs.map((_, index) => expiryOf(state, index)));
        return next === Number.POSITIVE_INFINITY ? undefined : next;
      },
      due(state, at, ctx) {
        const { values, last } = state;
        const expired = inputs.flatMap(({ name, triggers }, index) => {
          if (expiryOf(state, index) > at) return [];
          const { value, at: since } = values[index]!;
          values[index] = null;
          return [{ triggers, payload: { input: name, value, since } }];
        });
        settle(state, ctx);
        for (const { payload } of expired) {
          ctx.emit("expired", { ...derive(last, payload, at), key: ctx.key });
        }
        if (!state.waits && expired.some(({ triggers }) => triggers)) send(state, last, at, ctx);
        if (values.some((each) => each !== null)) return state;
        if (state.waits) ctx.gauge("waiting", -1);
        return undefined;
      },
    });
  },
});

function portsOf(inputs: Config["inputs"] | undefined): Port[] {
  return namedPorts(inputsOf(inputs).map(({ name }) => (typeof name === "string" ? name : "")));
}

/** Also of settings that somebody is still writing, or that a file has wrong. */
function inputsOf(inputs: Config["inputs"] | undefined): readonly Partial<Input>[] {
  return Array.isArray(inputs) ? inputs.map((input) => input ?? {}) : [];
}

function check({ inputs }: Config): FieldProblem[] {
  const known = inputsOf(inputs);
  const problems = known.flatMap(({ name, maxAge }, index): FieldProblem[] => [
    ...(name && known.findIndex((each) => each.name === name) < index
      ? [{ field: `/inputs/${index}/name`, message: `“${name}” is an input already.` }]
      : []),
    ...(maxAge && parseDuration(maxAge) === 0
      ? [{ field: `/inputs/${index}/maxAge`, message: "Say how old, such as 10 min." }]
      : []),
  ]);
  if (known.length > 0 && known.every(({ triggers }) => triggers === false)) {
    problems.push({ field: "/inputs", message: "No input sends a result: switch it on for one of them." });
  }
  return problems;
}

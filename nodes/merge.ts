/** Makes one stream of several, in order of time, and says of each message where it came in. */
import {
  config,
  defineNode,
  type FieldProblem,
  field,
  type Message,
  namedPorts,
  type Operator,
  type Port,
  perKeyFields,
  type Sorted,
  type Static,
  sorting,
} from "../runtime/core/api.ts";

/** Messages that wait are state, written with every checkpoint. */
const holdMax = 10_000;

const schema = config({
  inputs: field.list(field.text({ title: "Input", placeholder: "supply", minLength: 1, maxLength: 60 }), {
    title: "Inputs",
    item: "input",
    minItems: 2,
    maxItems: 16,
    default: ["first", "second"],
    help: "Names, from top to bottom.",
  }),
  order: field.choice({
    title: "In which order",
    labels: { time: "by their own time", arrival: "as they arrive" },
    default: "time",
  }),
  level: field.text({
    title: "Write the input's name to",
    default: "input",
    pattern: "^[A-Za-z_][A-Za-z0-9_-]*$",
    maxLength: 60,
    help: "A named level: here params.input, and {input} in topics.",
  }),
  hold: field.integer({
    title: "Hold at most",
    default: holdMax,
    minimum: 1,
    maximum: holdMax,
    unit: "messages",
    advanced: true,
    visibleIf: { order: ["time"] },
    help: "With more waiting, the first of them leaves at once.",
  }),
  per: field.choice({
    title: "Sort",
    labels: { all: "all together", key: "each device (key)", value: "each value of …" },
    default: "all",
    advanced: true,
    visibleIf: { order: ["time"] },
  }),
  perValue: perKeyFields.perValue,
});
type Config = Static<typeof schema>;

const docs = `
Several wires into one port are one stream already, in the order in which messages happen to arrive. This node does two things more: it puts
them in the order in which they **happened**, and it writes down **by which input** each came.

    arrives   10:01 supply   10:04 supply   10:02 return   10:05 supply
    leaves    10:01 supply                  10:02 return   10:04 supply   …

A message waits until none of the inputs can bring an older one: as long as the slowest source may be behind (MQTT in, "Messages can be late
by"), and not at all when all of them go by arrival. A source that has fallen silent holds nobody back. Of equal times, the first to
arrive leaves first. "As they arrive" lets everything through at once.

Payload, key, topic and time stay as they are. The input's name goes to a named level, so that it is there whatever the payload is:
\`params.input = "supply"\` is a condition for a Filter behind it.

What comes when something newer has left already leaves by **late** and is counted as dropped, "late".
`;

export default defineNode({
  type: "merge",
  version: 1,
  category: "transform",
  title: "Merge",
  purpose: "several inputs into one, by time",
  keywords: ["union", "combine", "interleave", "concat", "together", "label", "several", "fan in"],
  icon: "M3 6h3c5 0 5 6 10 6h5M3 18h3c5 0 5-6 10-6M18 9l3 3-3 3",
  config: schema,
  docs,
  examples: [
    {
      title: "Two meters, each message with its name",
      config: { inputs: ["supply", "return"] },
      given: [
        { at: "1 s", port: "supply", key: "pump", payload: 55 },
        { at: "2 s", port: "return", key: "pump", payload: 41 },
      ],
      until: "10 s",
      expect: [
        { port: "out", at: "1 s", key: "pump", payload: 55 },
        { port: "out", at: "2 s", key: "pump", payload: 41 },
      ],
    },
    {
      title: "Too late for its place",
      config: {},
      given: [
        { at: "5 s", port: "first", payload: "b" },
        { at: "6 s", port: "first", payload: "c" },
        { at: "2 s", port: "second", payload: "a" },
      ],
      until: "10 s",
      expect: [
        { port: "out", at: "5 s", payload: "b" },
        { port: "out", at: "6 s", payload: "c" },
        { port: "late", at: "2 s", payload: "a" },
      ],
    },
  ],
  inputs: ({ inputs }) => namedPorts(namesOf(inputs)),
  outputs: ({ order }): Port[] => [
    { name: "out", title: "merged" },
    ...(order === "arrival"
      ? []
      : [{ name: "late", title: "late", help: "Messages that came when something newer had left already." }]),
  ],
  summary: ({ inputs, order }) =>
    `${namesOf(inputs).join(", ") || "no inputs yet"}${order === "arrival" ? " as they arrive" : " by time"}`,
  check,
  keyed: true,
  stateVersion: 1,
  stateSignature: ({ order, per, perValue }) => `${order} ${per} ${perValue}`,
  status: ({ waiting }) => (waiting ? { level: "ok", text: `${waiting} waiting` } : undefined),
  operator: (config): Operator<Sorted> => {
    const names = new Map(namedPorts(config.inputs).map(({ name, title }) => [name, title]));
    const sorted = config.order === "time" ? sorting({ longerMs: 0, holdMax: config.hold }) : undefined;
    return {
      onMessage(message, port, ctx) {
        const params = { ...message.params, [config.level]: names.get(port)! };
        const named: Message = { ...message, params };
        if (sorted) sorted.onMessage(named, port, ctx);
        else ctx.emit("out", named);
      },
      onTimer: (timer, ctx) => sorted?.onTimer?.(timer, ctx),
    };
  },
});

/** Also of settings that somebody is still writing, or that a file has wrong. */
function namesOf(inputs: Config["inputs"] | undefined): readonly string[] {
  return Array.isArray(inputs) ? inputs.map((name) => (typeof name === "string" ? name : "")) : [];
}

function check({ inputs }: Config): FieldProblem[] {
  return namesOf(inputs).flatMap((name, index, all) =>
    name !== "" && all.indexOf(name) < index
      ? [{ field: `/inputs/${index}`, message: `“${name}” is an input already.` }]
      : [],
  );
}

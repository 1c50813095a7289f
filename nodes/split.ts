/** Sends each item of a list, or each field of an object, as a message of its own. */
import { config, defineNode, field, type Message, type Operator } from "../runtime/core/api.ts";

/** A payload with more parts is a file; each part costs every node behind this one a message. */
const partsMax = 10_000;

const schema = config({
  value: field.expression({
    title: "Split",
    default: "payload",
    placeholder: "payload.sensors",
    help: "A list, or an object.",
  }),
});

const docs = `
Makes one message of each item of a list. Of an object it makes one of each field, as \`{ "name", "value" }\`.

| in | out |
|---|---|
| \`[21, 22]\` | \`21\`, then \`22\` |
| \`{"t": 21, "h": 40}\` | \`{"name": "t", "value": 21}\`, then \`{"name": "h", "value": 40}\` |
| \`[]\` or \`{}\` | the message itself, by **empty** |

Topic, key and time stay as they are. \`params.part\` counts the parts from 1, and \`params.parts\` says how many there are,
and \`params.whole\` is the same for all of them: by these Collect puts them together again. What was split twice counts like
2.1, 2.2, and Collect undoes the last split first.

Anything else than a list or an object, and more than ${partsMax} parts, is a mistake: the message goes to the error port or the
dead letters.
`;

export default defineNode({
  type: "split",
  version: 1,
  category: "transform",
  title: "Split",
  purpose: "a list into single messages",
  keywords: ["list", "array", "items", "each", "for each", "explode", "unpack", "loop"],
  icon: "M3 12h6M9 12l5-7h7M9 12h12M9 12l5 7h7",
  config: schema,
  docs,
  examples: [
    {
      title: "Readings that come as a list",
      config: { value: "payload.readings" },
      given: [{ at: "0 s", key: "logger", payload: { readings: [20, 21] } }],
      expect: [
        { port: "out", at: "0 s", key: "logger", payload: 20 },
        { port: "out", at: "0 s", key: "logger", payload: 21 },
      ],
    },
    {
      title: "One message for each measurement",
      config: {},
      given: [{ at: "0 s", payload: { t: 21, h: 40 } }],
      expect: [
        { port: "out", payload: { name: "t", value: 21 } },
        { port: "out", payload: { name: "h", value: 40 } },
      ],
    },
    {
      title: "Nothing in it",
      config: { value: "payload.readings" },
      given: [{ at: "0 s", payload: { readings: [] } }],
      expect: [{ port: "empty", payload: { readings: [] } }],
    },
  ],
  inputs: [{ name: "in", title: "lists" }],
  outputs: [
    { name: "out", title: "parts" },
    { name: "empty", title: "empty", help: "Messages whose list or object has nothing in it." },
  ],
  summary: ({ value }) => `each of ${value || "payload"}`,
  stateVersion: 1,
  operator: (config, env): Operator<undefined> => {
    const value = env.expression(config.value);
    return {
      onMessage(message, _port, ctx) {
        const whole = ctx.evaluate(value, message);
        const parts = partsOf(whole);
        if (!parts || parts.length > partsMax) {
          const gave = parts
            ? `${parts.length} parts; at most ${partsMax} are allowed`
            : `${typeName(whole)}, not a list or an object`;
          ctx.fail("VALUE_NOT_A_LIST", `Splitting ${config.value}: it gave ${gave}.`, message);
          return;
        }
        if (parts.length === 0) ctx.emit("empty", message);
        // Points separate what was split twice.
        const name = ctx.nextId().replaceAll(".", "-");
        for (const [index, payload] of parts.entries()) {
          const part = partOf(message, payload, name, index + 1, parts.length);
          ctx.emit("out", { ...part, id: ctx.nextId() });
        }
      },
    };
  },
});

function partsOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).map(([name, inner]) => ({ name, value: inner }));
}

function partOf(message: Message, payload: unknown, whole: string, part: number, parts: number): Message {
  const { params } = message;
  const behind = (name: string, own: string | number) =>
    params.whole === undefined ? String(own) : `${params[name]}.${own}`;
  const places = { whole: behind("whole", whole), part: behind("part", part), parts: behind("parts", parts) };
  return { ...message, payload, params: { ...params, ...places } };
}

function typeName(value: unknown): string {
  return value === undefined ? "no result" : value === null ? "null" : `a ${typeof value}`;
}

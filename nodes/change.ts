/** Sets, copies, moves and deletes fields without an expression. */
import {
  config,
  defineNode,
  type FieldProblem,
  field,
  jsonSizeExceeds,
  limits,
  type Message,
  type Operator,
  type Static,
} from "../runtime/core/api.ts";

const stepSchema = field.group(
  {
    do: field.choice({
      title: "Do",
      labels: { set: "set", copy: "copy", move: "move", delete: "delete" },
      default: "set",
    }),
    from: field.optional(
      field.path({ title: "From", placeholder: "payload.temp", visibleIf: { do: ["copy", "move"] } }),
    ),
    field: field.path({ title: "Field", placeholder: "payload.temperature" }),
    value: field.optional(
      field.json({ title: "To the value", placeholder: '21 or "on"', visibleIf: { do: ["set"] } }),
    ),
  },
  { title: "Step" },
);

const schema = config({
  steps: field.list(stepSchema, { title: "Steps", item: "step", minItems: 1, maxItems: 64, default: [] }),
});
type Step = Static<typeof stepSchema>;

const docs = `
Changes fields of a message, one step after the other. Fields are named by their place: \`payload.temperature\`,
\`payload.zones[0].name\`, \`payload\`, \`key\`, \`topic\`; steps can also copy from \`params.room\` or \`time\`.

    before   {"temp": 21.5, "debug": "x"}
    move     payload.temp  to  payload.temperature
    set      payload.unit  to  "°C"
    delete   payload.debug
    after    {"temperature": 21.5, "unit": "°C"}

Objects that are missing on the way are made. Copying or moving a field that is not there leaves the message as it is,
and so does deleting it. Writing into something that is not an object or a list sends the message to the error port or
the dead letters, unchanged; so does a message that copies would make larger than 4 MB.
`;

export default defineNode({
  type: "change",
  version: 1,
  category: "transform",
  title: "Change fields",
  purpose: "set, copy, move, delete",
  keywords: ["set", "rename", "remove", "assign", "edit"],
  icon: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  config: schema,
  docs,
  examples: [
    {
      title: "Tidy up a reading",
      config: {
        steps: [
          { do: "move", from: "payload.temp", field: "payload.temperature" },
          { do: "set", field: "payload.unit", value: "°C" },
          { do: "delete", field: "payload.debug" },
        ],
      },
      given: [{ at: "0 s", payload: { temp: 21.5, debug: "x" } }],
      expect: [{ port: "out", payload: { temperature: 21.5, unit: "°C" } }],
    },
    {
      title: "Count by room from here on",
      config: { steps: [{ do: "copy", from: "params.room", field: "key" }] },
      given: [{ at: "0 s", key: "sensor-7", params: { room: "lobby" }, payload: 21 }],
      expect: [{ port: "out", key: "lobby", payload: 21 }],
    },
  ],
  inputs: [{ name: "in", title: "messages" }],
  outputs: [{ name: "out", title: "changed" }],
  summary: (config) => (config.steps ?? []).map(stepText).join(" · ") || "no steps yet",
  check: (config) => (config.steps ?? []).flatMap((step, index) => stepProblems(step, `/steps/${index}`)),
  stateVersion: 1,
  operator: (config): Operator<undefined> => {
    const steps = config.steps.map(compileStep);
    const copies = config.steps.some((step) => step.do === "copy" || step.do === "move");
    return {
      onMessage(message, _port, ctx) {
        let changed: Message = message;
        for (const step of steps) {
          const result = step(changed);
          if (typeof result === "string") {
            ctx.fail("FIELD_NOT_WRITABLE", result, message);
            return;
          }
          changed = result;
        }
        // Copies into copies double the text each time, though not the memory.
        if (copies && jsonSizeExceeds(changed.payload, limits.payloadBytesMax)) {
          const text = `Copying: the message would be longer than ${limits.payloadBytesMax} characters, or nested too deeply.`;
          ctx.fail("VALUE_TOO_LARGE", text, message);
          return;
        }
        ctx.emit("out", changed);
      },
    };
  },
});

function stepText(step: Partial<Step>): string {
  const target = step.field || "…";
  if (step.do === "delete") return `delete ${target}`;
  if (step.do === "copy") return `${target} = ${step.from || "…"}`;
  if (step.do === "move") return `${step.from || "…"} → ${target}`;
  return `${target} = ${step.value === undefined ? "…" : JSON.stringify(step.value)}`;
}

function stepProblems(step: Step, at: string): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const target = parsePath(step.field ?? "");
  const whole = target?.length === 1;
  if (!target || !writable.has(target[0]!) || (target[0] !== "payload" && !whole)) {
    problems.push({
      field: `${at}/field`,
      message: "Name payload, a field of it such as payload.unit, key or topic.",
    });
  } else if (step.do === "delete" && whole) {
    problems.push({
      field: `${at}/field`,
      message: `A message always has its ${step.field}. Name a field of the payload.`,
    });
  }
  if (step.do === "set" && step.value === undefined) {
    problems.push({ field: `${at}/value`, message: 'Say what to set, such as 21, true or "on".' });
  }
  if (step.do === "copy" || step.do === "move") {
    const source = parsePath(step.from ?? "");
    if (!source || !readable.has(source[0]!)) {
      problems.push({
        field: `${at}/from`,
        message: "Name where to take it, such as payload.temp or params.room.",
      });
    } else if (step.do === "move" && (source[0] !== "payload" || source.length === 1)) {
      problems.push({
        field: `${at}/from`,
        message: `Only fields of the payload can move away; copy ${step.from} instead.`,
      });
    }
  }
  return problems;
}

type Path = readonly (string | number)[];
const writable: ReadonlySet<string | number> = new Set(["payload", "key", "topic"]);
const readable: ReadonlySet<string | number> = new Set([...writable, "time", "params"]);

/** `payload.zones[0].name` as its parts; undefined when the text is not a path. */
function parsePath(text: string): Path | undefined {
  if (!/^[^.[\]]+(\.[^.[\]]+|\[\d{1,6}\])*$/.test(text)) return undefined;
  return [...text.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map((found) =>
    found[1] === undefined ? found[0] : Number(found[1]),
  );
}

/** @returns a function that gives the changed message, or a text that says why it cannot */
function compileStep(step: Step): (message: Message) => Message | string {
  const target = parsePath(step.field) ?? [];
  const source = parsePath(step.from ?? "") ?? [];
  const remove = (message: Message, path: Path): Message => ({
    ...message,
    payload: without(message.payload, path.slice(1)),
  });
  switch (step.do) {
    case "delete":
      return (message) => remove(message, target);
    case "set":
      return (message) => write(message, target, step.value, step.field);
    case "copy":
    case "move":
      return (message) => {
        const value = read(message, source);
        if (value === undefined) return message;
        return write(step.do === "move" ? remove(message, source) : message, target, value, step.field);
      };
  }
}

function read(message: Message, path: Path): unknown {
  let value: unknown = message;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

function write(message: Message, path: Path, value: unknown, name: string): Message | string {
  if (path[0] === "payload") {
    const payload = withValue(message.payload, path.slice(1), value);
    return payload === undefined
      ? `Setting ${name}: something on the way to it is not an object or a list.`
      : { ...message, payload };
  }
  if (typeof value !== "string" && typeof value !== "number") {
    return `Setting ${name}: it must be text, and the value is ${JSON.stringify(value)}.`;
  }
  return path[0] === "key" ? { ...message, key: String(value) } : { ...message, topic: String(value) };
}

/** A copy of `target` with `value` at the path; undefined when something on the way is not an object or a list. */
function withValue(target: unknown, path: Path, value: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (Array.isArray(target)) {
    // A list has no holes: one can change an item or append the next.
    if (typeof part !== "number" || part > target.length) return undefined;
    const item = withValue(target[part], rest, value);
    return item === undefined ? undefined : [...target.slice(0, part), item, ...target.slice(part + 1)];
  }
  if (typeof part === "number" || (target !== undefined && (typeof target !== "object" || target === null)))
    return undefined;
  const fields = (target ?? {}) as Record<string, unknown>;
  const inner = withValue(Object.hasOwn(fields, part) ? fields[part] : undefined, rest, value);
  return inner === undefined ? undefined : { ...fields, [part]: inner };
}

/** A copy of `target` without what is at the path; `target` itself when nothing is there. */
function without(target: unknown, path: Path): unknown {
  const [part, ...rest] = path;
  if (part === undefined || typeof target !== "object" || target === null || !Object.hasOwn(target, part))
    return target;
  if (Array.isArray(target)) {
    const index = Number(part);
    return rest.length === 0
      ? [...target.slice(0, index), ...target.slice(index + 1)]
      : [...target.slice(0, index), without(target[index], rest), ...target.slice(index + 1)];
  }
  const fields = target as Record<string, unknown>;
  if (rest.length > 0) return { ...fields, [part]: without(fields[part], rest) };
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== part));
}

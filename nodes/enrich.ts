/** Adds what a table knows about a device: its room, its limit, its owner. */
import {
  config,
  defineNode,
  derive,
  type FieldProblem,
  field,
  keyText,
  type Operator,
  type Port,
  type Static,
  tableOf,
} from "../runtime/core/api.ts";

const schema = config({
  table: field.table({
    title: "Table",
    default: ["device,name"],
    help: "The first line names the columns. CSV, as spreadsheets write it, or JSON.",
  }),
  column: field.optional(
    field.text({
      title: "Column of the key",
      placeholder: "the first one",
      maxLength: 200,
    }),
  ),
  key: field.expression({
    title: "Look up",
    default: "key",
    placeholder: "payload.badge",
    help: "Of each message; this is sought there.",
  }),
  as: field.choice({
    title: "Add the columns",
    labels: { merge: "to the payload", field: "under a name" },
    default: "merge",
  }),
  into: field.text({
    title: "Name",
    default: "device",
    minLength: 1,
    maxLength: 60,
    visibleIf: { as: ["field"] },
  }),
  unknown: field.choice({
    title: "What is not in the table",
    labels: { pass: "passes unchanged", drop: "is dropped", port: "leaves by “unknown”" },
    default: "pass",
  }),
});
type Config = Static<typeof schema>;

const docs = `
Looks up each message in a table, by its device unless told otherwise, and adds the columns of the row it finds.

| device | room | limit |
|---|---|---|
| t-17 | Lobby | 26 |
| t-18 | Server room | 22 |

    in    t-17  { "t": 23.5 }
    out   t-17  { "t": 23.5, "room": "Lobby", "limit": 26 }

Columns go next to the fields of the payload, or together under a name of their own: \`{ "t": 23.5, "device": { "room": … } }\`. A column
that the payload has too takes the value of the table. A payload that is not an object becomes \`{ value }\` first: 23.5 becomes
\`{ "value": 23.5, "room": "Lobby", … }\`. The column of the key is not added.

**CSV:** the first line names the columns; the separator may be a comma, a semicolon or a tab. A cell written as a number, true or false is
one; in quotation marks it is text, as are numbers with a decimal comma. An empty cell adds nothing. Spaces around a cell do not count.
**JSON:** a list of objects, or an object of them by key: \`{ "t-17": { "room": "Lobby" } }\`.

Keys are compared as text, to the letter: 007 is not 7. A message whose key is not in the table, or is not there at all, passes unchanged,
is counted as dropped, "not in the table", or leaves by **unknown**. A key that is a list or an object sends the message to the error port or
the dead letters. A table has at most 10,000 rows.
`;

export default defineNode({
  type: "enrich",
  version: 1,
  category: "transform",
  title: "Enrich",
  purpose: "columns from a lookup table",
  keywords: [
    "lookup",
    "table",
    "csv",
    "map",
    "dictionary",
    "register",
    "metadata",
    "room",
    "name",
    "vlookup",
  ],
  icon: "M4 5h16v14H4zM4 10h16M10 10v9M14 14.5h3",
  config: schema,
  docs,
  examples: [
    {
      title: "Room and limit of each sensor",
      config: { table: ["device,room,limit", "t-17,Lobby,26", "t-18,Server room,22"] },
      given: [
        { at: "0 s", key: "t-18", payload: { t: 23.5 } },
        { at: "1 s", key: "t-99", payload: { t: 20 } },
      ],
      expect: [
        { port: "out", key: "t-18", payload: { t: 23.5, room: "Server room", limit: 22 } },
        { port: "out", key: "t-99", payload: { t: 20 } },
      ],
    },
    {
      title: "By a field of the payload, under a name, from JSON",
      config: {
        table: ["{", '  "4711": { "name": "Kim", "zones": ["A", "B"] }', "}"],
        key: "payload.badge",
        as: "field",
        into: "person",
        unknown: "port",
      },
      given: [
        { at: "0 s", key: "gate", payload: { badge: 4711 } },
        { at: "1 s", key: "gate", payload: { badge: 815 } },
      ],
      expect: [
        {
          port: "out",
          key: "gate",
          payload: { badge: 4711, person: { name: "Kim", zones: ["A", "B"] } },
        },
        { port: "unknown", key: "gate", payload: { badge: 815 } },
      ],
    },
  ],
  inputs: [{ name: "in", title: "messages" }],
  outputs: ({ unknown }): Port[] => [
    { name: "out", title: "enriched" },
    ...(unknown === "port" ? [{ name: "unknown", title: "unknown" }] : []),
  ],
  summary: ({ table, column, key }) => {
    const { columns, rows } = tableOf(linesOf(table), column || undefined);
    if (rows.size === 0) return "no table yet";
    return `${key || "…"} in ${rows.size} ${rows.size === 1 ? "row" : "rows"}: ${columns.join(", ") || "no columns"}`;
  },
  check,
  stateVersion: 1,
  operator: (config, env): Operator<undefined> => {
    const { rows } = tableOf(config.table, config.column);
    const sought = env.expression(config.key);
    return {
      onMessage(message, _port, ctx) {
        const key = ctx.evaluate(sought, message);
        if (typeof key === "object" && key !== null) {
          ctx.fail("KEY_NOT_TEXT", `Looking up ${config.key}: it gave no text or number.`, message);
          return;
        }
        const row = rows.get(keyText(key) ?? "");
        if (!row) {
          if (config.unknown === "drop") ctx.drop("not in the table");
          else ctx.emit(config.unknown === "port" ? "unknown" : "out", message);
          return;
        }
        const fields = fieldsOf(message.payload);
        const payload = config.as === "merge" ? { ...fields, ...row } : { ...fields, [config.into]: row };
        ctx.emit("out", derive(message, payload));
      },
    };
  },
});

function fieldsOf(payload: unknown): object {
  const isObject = typeof payload === "object" && payload !== null && !Array.isArray(payload);
  return isObject ? payload : { value: payload };
}

/** Also of settings that somebody is still writing. */
function linesOf(table: Config["table"] | undefined): readonly string[] {
  return Array.isArray(table) ? table : [];
}

function check({ table, column }: Config): FieldProblem[] {
  const { rows, problems } = tableOf(linesOf(table), column || undefined);
  if (problems.length > 0) return problems.map((message) => ({ field: "/table", message }));
  if (rows.size > 0) return [];
  return [
    { field: "/table", message: "The table has no rows yet, so nothing is found.", severity: "warning" },
  ];
}

/** The text of the pages in docs/nodes: what a node type's definition says, as Markdown. */
const notice =
  "<!-- Written by tools/docs.mjs from the node types in nodes/. Change those, not this page. -->";

/** The overview: every node type in palette order. */
export function categoryPages(nodeTypes, categories) {
  const sections = Object.entries(categories).map(([category, title]) => {
    const rows = nodeTypes
      .filter((type) => type.category === category)
      .map((type) => [`[${type.title}](${type.type}.md)`, type.purpose, code(type.type)]);
    return `## ${title}\n\n${table(["node", "for", "type"], rows)}`;
  });
  return page(
    "Nodes",
    "What a flow can be drawn with. Every example on these pages is run by a test.",
    ...sections,
  );
}

/**
 * The page of one node type.
 * @param ports gives the input and output ports for a config
 */
export function typePage(type, category, ports) {
  return page(
    type.title,
    `${category} · ${type.purpose} · type ${code(type.type)}`,
    type.docs.trim(),
    portSection(type, ports),
    fieldSection(type),
    ...(type.examples.length === 0
      ? []
      : ["## Examples", ...type.examples.map((each) => exampleText(each, ports(each.config).inputs[0]))]),
  );
}

function page(title, ...blocks) {
  return `${[notice, `# ${title}`, ...blocks.filter((each) => each !== "")].join("\n\n")}\n`;
}

function portSection(type, ports) {
  const sides = { input: type.inputs, output: type.outputs };
  const dependent = Object.keys(sides).filter((side) => typeof sides[side] === "function");
  const config = type.examples[0]?.config ?? {};
  const subscribed = (type.subscriptions?.(settled(type, config)) ?? []).map(({ port, format }) => [
    "MQTT",
    code(port),
    format,
    "From the broker; no wire leads here.",
  ]);
  const row = (side) => (port) => [
    side,
    code(port.name),
    `${port.payload ?? "any"}${port.shape === "event" ? ", event" : ""}`,
    [port.title === port.name ? "" : `“${port.title}”.`, port.help ?? ""].filter(Boolean).join(" "),
  ];
  const { inputs, outputs } = ports(config);
  const rows = [...inputs.map(row("in")), ...subscribed, ...outputs.map(row("out"))];
  if (rows.length === 0) return "";
  const remark =
    dependent.length > 0
      ? `\n\nThe ${dependent.join(" and ")} ports depend on the settings; these are those of the first example.`
      : "";
  return `## Ports\n\n${table(["side", "port", "payload", ""], rows)}${remark}`;
}

function settled(type, config) {
  const defaults = Object.entries(type.config.properties).map(([name, field]) => [name, field.default]);
  return { ...Object.fromEntries(defaults.filter(([, value]) => value !== undefined)), ...config };
}

function fieldSection(type) {
  const rows = fieldRows(type.config, "", "");
  return rows.length === 0 ? "" : `## Settings\n\n${table(["setting", "name", "default", ""], rows)}`;
}

function fieldRows(schema, path, titles) {
  return Object.entries(schema.properties).flatMap(([name, field]) => {
    const place = `${path}${name}`;
    const title = `${titles}${field.title}`;
    const own = [
      [
        title,
        code(place),
        field.default === undefined ? "" : code(JSON.stringify(field.default)),
        remarks(schema, field),
      ],
    ];
    if (field.items?.properties)
      return [...own, ...fieldRows(field.items, `${place}[].`, `${field.x.item ?? field.items.title} › `)];
    return field.properties ? [...own, ...fieldRows(field, `${place}.`, `${title} › `)] : own;
  });
}

/** Help, choices, and when the field is shown. */
function remarks(schema, field) {
  const { labels, visibleIf, unit, advanced } = field.x ?? {};
  const conditions = Object.entries(visibleIf ?? {}).map(([name, values]) => {
    const sibling = schema.properties[name];
    const names = values.map((value) => sibling?.x?.labels?.[value] ?? String(value));
    return `Only when “${sibling?.title ?? name}” is ${names.join(" or ")}.`;
  });
  const choices = Object.entries(labels ?? {}).map(
    ([value, label]) => `${code(JSON.stringify(value))} ${label}`,
  );
  return [
    field.description ?? "",
    unit ? `In ${unit}.` : "",
    choices.length > 0 ? `${choices.join("; ")}.` : "",
    ...conditions,
    advanced ? "*More settings.*" : "",
  ]
    .filter(Boolean)
    .join(" ");
}

/** @param input where messages come in that name no port */
function exampleText({ title, config, given, until, expect }, input) {
  const source = input?.name ?? "";
  const givenRows = given.map((each) => [each.at, code(each.port ?? source), about(each), value(each)]);
  const expectRows = expect.map((each) => [each.at ?? "", code(each.port), about(each), value(each)]);
  const came = givenRows.length > 0 ? `${table(["at", "in by", "from", "payload"], givenRows)}\n\n` : "";
  const watched = until ? `Watched until ${until}. ` : "";
  const left =
    expectRows.length > 0
      ? `What leaves:\n\n${table(["time", "out by", "of", "payload"], expectRows)}`
      : "Nothing leaves.";
  return `### ${title}\n\n\`\`\`json\n${JSON.stringify(config, null, 2)}\n\`\`\`\n\n${came}${watched}${left}`;
}

function about({ key, topic, params }) {
  return [
    key === undefined ? "" : `key ${key}`,
    topic ? code(topic) : "",
    params ? code(JSON.stringify(params)) : "",
  ]
    .filter(Boolean)
    .join(" ");
}

function value({ payload }) {
  return payload === undefined ? "" : code(JSON.stringify(payload));
}

function table(head, rows) {
  const line = (cells) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

function code(text) {
  return `\`${text}\``;
}

/** Sends each message to the port of the rule it satisfies. */
import {
  type CompiledExpression,
  config,
  defineNode,
  type FieldProblem,
  field,
  type Operator,
  type Port,
  type Static,
} from "../runtime/core/api.ts";

const tests = {
  "=": "=",
  "!=": "≠",
  "<": "<",
  "<=": "≤",
  ">": ">",
  ">=": "≥",
  between: "between",
  contains: "contains",
  true: "is true",
  empty: "is empty",
  expression: "a condition",
} as const;

const ruleSchema = field.group(
  {
    test: field.choice({ title: "Compare", labels: tests, default: "=" }),
    operand: field.optional(
      field.json({
        title: "With",
        placeholder: '26 or "open"',
        visibleIf: { test: ["=", "!=", "<", "<=", ">", ">="] },
      }),
    ),
    low: field.optional(field.number({ title: "From", visibleIf: { test: ["between"] } })),
    high: field.optional(field.number({ title: "To", visibleIf: { test: ["between"] } })),
    text: field.optional(field.text({ title: "Text or item", visibleIf: { test: ["contains"] } })),
    condition: field.optional(
      field.expression({
        title: "Condition",
        placeholder: "payload.open = true and params.floor = '2'",
        result: "boolean",
        visibleIf: { test: ["expression"] },
      }),
    ),
    label: field.optional(
      field.text({ title: "Label", placeholder: "too warm", help: "Shown at the port." }),
    ),
  },
  { title: "Rule" },
);

const schema = config({
  value: field.expression({
    title: "Value to compare",
    default: "payload",
    help: "Every rule looks at this value.",
  }),
  rules: field.list(ruleSchema, { title: "Rules", item: "rule", minItems: 1, maxItems: 32, default: [] }),
  mode: field.choice({
    title: "A message goes to",
    labels: { first: "the first rule that fits", all: "every rule that fits" },
    default: "first",
  }),
});
type Rule = Static<typeof ruleSchema>;

const docs = `
Looks at one value of each message and sends the message to the port of the rule that fits; what fits no rule leaves by
**else**. Each rule has its own port, in the order of the list.

| rule | 17 | 21 | 30 | "off" |
|---|---|---|---|---|
| 1: < 18, "cold" | **cold** | | | |
| 2: between 18 and 26, "fine" | | **fine** | | |
| else | | | **else** | an error |

"Between" includes both ends. "Is empty" fits no value at all, \`null\`, \`""\`, \`[]\` and \`{}\`. "Contains" looks for text in
text, or for an item in a list. Text and numbers cannot be ordered: comparing them with <, ≤, >, ≥ or between sends the
message to the error port or the dead letters, while no value at all just fits none of these rules.
`;

export default defineNode({
  type: "switch",
  version: 1,
  category: "decide",
  title: "Switch",
  purpose: "one port for each case",
  keywords: ["case", "route", "branch", "if", "else"],
  icon: "M3 12h4l5-6h9M7 12l5 6h9M18 3l3 3-3 3M18 15l3 3-3 3",
  config: schema,
  docs,
  examples: [
    {
      title: "Cold, fine, and everything else",
      config: {
        value: "payload.temperature",
        rules: [
          { test: "<", operand: 18, label: "cold" },
          { test: "between", low: 18, high: 26, label: "fine" },
        ],
      },
      given: [
        { at: "0 s", payload: { temperature: 17 } },
        { at: "1 s", payload: { temperature: 21 } },
        { at: "2 s", payload: { temperature: 30 } },
      ],
      expect: [
        { port: "rule1", at: "0 s", payload: { temperature: 17 } },
        { port: "rule2", at: "1 s", payload: { temperature: 21 } },
        { port: "else", at: "2 s", payload: { temperature: 30 } },
      ],
    },
    {
      title: "Every rule that fits",
      config: {
        rules: [
          { test: ">", operand: 20 },
          { test: "expression", condition: "key = 'hall'" },
        ],
        mode: "all",
      },
      given: [{ at: "0 s", key: "hall", payload: 25 }],
      expect: [
        { port: "rule1", payload: 25 },
        { port: "rule2", payload: 25 },
      ],
    },
  ],
  inputs: [{ name: "in", title: "messages" }],
  outputs: (config): Port[] => [
    ...(config.rules ?? []).map((rule, index) => ({
      name: `rule${index + 1}`,
      title: rule.label || ruleText(rule),
    })),
    { name: "else", title: "else" },
  ],
  summary: (config) => {
    const rules = (config.rules ?? []).map((rule) => rule.label || ruleText(rule));
    return rules.length === 0 ? "no rules yet" : `${config.value ?? "payload"}: ${rules.join(" · ")} · else`;
  },
  check: (config) => (config.rules ?? []).flatMap((rule, index) => ruleProblems(rule, `/rules/${index}`)),
  stateVersion: 1,
  operator: (config, env): Operator<undefined> => {
    const compared = env.expression(config.value);
    const rules = config.rules.map((rule, index) => ({
      rule,
      port: `rule${index + 1}`,
      condition: rule.test === "expression" ? env.expression(rule.condition ?? "false") : undefined,
    }));
    return {
      onMessage(message, _port, ctx) {
        const value = ctx.evaluate(compared, message);
        // Decide everything before sending anything: a rule that fails must not leave a message half sent.
        const ports: string[] = [];
        for (const { rule, port, condition } of rules) {
          const fits = condition
            ? asBoolean(condition, ctx.evaluate(condition, message))
            : compare(rule, value);
          if (typeof fits === "string") {
            ctx.fail("VALUES_NOT_COMPARABLE", fits, message);
            return;
          }
          if (!fits) continue;
          ports.push(port);
          if (config.mode === "first") break;
        }
        if (ports.length === 0) ports.push("else");
        for (const port of ports) ctx.emit(port, message);
      },
    };
  },
});

function ruleText(rule: Partial<Rule>): string {
  switch (rule.test) {
    case "between":
      return `${rule.low ?? "…"} to ${rule.high ?? "…"}`;
    case "contains":
      return `contains ${rule.text ?? "…"}`;
    case "true":
    case "empty":
      return tests[rule.test];
    case "expression":
      return rule.condition || "…";
    default:
      return `${tests[rule.test ?? "="] ?? "="} ${rule.operand === undefined ? "…" : JSON.stringify(rule.operand)}`;
  }
}

function ruleProblems(rule: Rule, at: string): FieldProblem[] {
  const missing = (name: keyof Rule, message: string): FieldProblem[] =>
    rule[name] === undefined || rule[name] === "" ? [{ field: `${at}/${name}`, message }] : [];
  switch (rule.test) {
    case "true":
    case "empty":
      return [];
    case "between":
      if (rule.low !== undefined && rule.high !== undefined && rule.low > rule.high) {
        return [{ field: `${at}/high`, message: `“To” must not be below “From” (${rule.low}).` }];
      }
      return [
        ...missing("low", "Say where the range begins."),
        ...missing("high", "Say where the range ends."),
      ];
    case "contains":
      return missing("text", "Say what to look for.");
    case "expression":
      return missing("condition", "Write the condition, such as payload.open = true.");
    default:
      return missing("operand", "Say what to compare with.");
  }
}

/** @returns whether the rule fits; a text says why the two cannot be compared */
function compare(rule: Rule, value: unknown): boolean | string {
  switch (rule.test) {
    case "=":
      return equal(value, rule.operand);
    case "!=":
      return !equal(value, rule.operand);
    case "true":
      return value === true;
    case "empty":
      return isEmpty(value);
    case "contains":
      if (typeof value === "string") return value.includes(rule.text ?? "");
      return Array.isArray(value) && value.some((item) => String(item) === rule.text);
    case "between": {
      const low = order(value, rule.low);
      const high = order(value, rule.high);
      if (typeof low === "string") return low;
      if (typeof high === "string") return high;
      return low >= 0 && high <= 0;
    }
    default: {
      const sign = order(value, rule.operand);
      if (typeof sign === "string") return sign;
      if (rule.test === "<") return sign < 0;
      if (rule.test === "<=") return sign <= 0;
      return rule.test === ">" ? sign > 0 : sign >= 0;
    }
  }
}

/** Negative, zero or positive; NaN, which fits no comparison, when there is no value. */
function order(value: unknown, operand: unknown): number | string {
  if (value === undefined || value === null) return Number.NaN;
  if (typeof value === "number" && typeof operand === "number") return value - operand;
  if (typeof value === "string" && typeof operand === "string")
    return value < operand ? -1 : value > operand ? 1 : 0;
  return `Comparing ${JSON.stringify(value)} with ${JSON.stringify(operand)}: only two numbers or two texts have an order.`;
}

function asBoolean(condition: CompiledExpression, result: unknown): boolean | string {
  if (result === undefined || typeof result === "boolean") return result === true;
  return `Checking ${condition.source}: it gave ${JSON.stringify(result)}, not true or false.`;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** Equality of JSON values: lists by item, objects by field whatever the order. */
function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && equal(left[name], right[name]));
}

/**
 * Every node type with hostile settings, payloads, keys, times and restarts: no fault, no state that JSON would change, and the
 * same with restarts and without.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeTypes } from "../../nodes/index.ts";
import { type AnyNodeType, config, defineNode, field, inputsOf, outputsOf } from "../../runtime/core/api.ts";
import { createCatalogue } from "../../runtime/core/catalogue.ts";
import { Engine } from "../../runtime/core/engine/engine.ts";
import type { SnapshotRecord } from "../../runtime/core/engine/output.ts";
import { flowFormat } from "../../runtime/core/flow/document.ts";
import { compileFlow, type FlowPlan } from "../../runtime/core/plan/compile.ts";
import { fillDefaults } from "../../runtime/core/plan/config.ts";
import { testPlatform } from "../harness/platform.ts";

interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly x?: { readonly widget: string };
}

const expressions = [
  "payload",
  "payload",
  "payload",
  "payload.x",
  "payload[0]",
  "key",
  "$sum",
  "$string(payload)",
  "payload > 3",
  "payload = 'a'",
  "true",
  "false",
  "params.input",
  "time",
  "payload.x / 0",
  "payload.`__proto__`",
  "{'a': payload}",
  "[payload, 1]",
  "null",
  "function($x){$x}",
  "-0",
  "1e308",
];
const texts = ["a", "b", "__proto__", "constructor", "x y", "ä", "a.b", "toString", "0"];
const durations = ["0 s", "1 ms", "1 s", "10 s", "1 min", "10 min", "1 h", "7 d", "36500 d"];

function hostileConfig(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.x?.widget) {
    case "duration":
      return fc.constantFrom(...durations);
    case "expression":
      return fc.constantFrom(...expressions);
    case "zone":
      return fc.constantFrom("UTC", "Europe/Oslo", "Pacific/Apia", "America/New_York");
    case "dayTime":
      return fc.constantFrom("00:00", "24:00", "02:30", "08:00", "18:00", "sunset", "sunrise - 12 h");
    case "cron":
      return fc.constantFrom("* * * * *", "0 0 29 2 *", "*/7 3 * * 1");
    case "days":
      return fc.subarray(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], { minLength: 1 });
    case "table":
      return fc.constantFrom(["k,a", "a,1", "__proto__,2"], ["__proto__,constructor", "a,b"], ["k"]);
    case "path":
      return fc.constantFrom("payload", "payload.x", "payload.__proto__", "payload.constructor.y");
    case "json":
      return fc.constantFrom<unknown>(null, 0, "on", { ["__proto__"]: 1 }, [], 1e308);
  }
  switch (schema.type) {
    case "object": {
      const fields = Object.entries(schema.properties ?? {}).map(
        ([name, each]) => [name, hostileConfig(each)] as const,
      );
      return fc.record(Object.fromEntries(fields), { requiredKeys: [] });
    }
    case "array":
      return fc.array(hostileConfig(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, 4),
      });
    case "string":
      return fc.constantFrom(...texts);
    case "number":
    case "integer": {
      const { minimum, exclusiveMinimum, maximum } = schema;
      const values = [
        0,
        1,
        2,
        3,
        minimum,
        maximum,
        ...(schema.type === "number" ? [0.5, 1e308, -1e308, 5e-324] : []),
      ];
      return fc.constantFrom(
        ...values
          .filter((each): each is number => each !== undefined)
          .filter(
            (each) =>
              each >= (minimum ?? -Infinity) &&
              each <= (maximum ?? Infinity) &&
              (exclusiveMinimum === undefined || each > exclusiveMinimum),
          ),
      );
    }
    case "boolean":
      return fc.boolean();
    default:
      return fc.constant(null);
  }
}

/** A working example, with some settings as nobody would set them. */
function configs(type: AnyNodeType): fc.Arbitrary<Record<string, unknown>> {
  const bases = [{}, ...type.examples.map((each) => each.config as object)];
  const names = Object.keys((type.config as Schema).properties ?? {});
  return fc
    .tuple(fc.constantFrom(...bases), hostileConfig(type.config as Schema), fc.subarray(names))
    .map(([base, hostile, chosen]) => {
      const wanted = Object.entries(hostile as object).filter(([name]) => chosen.includes(name));
      return { ...base, ...Object.fromEntries(wanted) };
    });
}

/** As they stand in a payload. */
const payloads = [
  "1",
  "2",
  "3",
  "5",
  "21.5",
  "-0",
  "0",
  "1e308",
  "-1e308",
  "5e-324",
  "1e999",
  "-1e999",
  "9007199254740993",
  '""',
  '"a"',
  '"on"',
  '"NaN"',
  "null",
  "true",
  "false",
  "[]",
  "[1,2]",
  "{}",
  '{"x":1}',
  '{"x":1e308}',
  '{"x":{"y":null}}',
  '{"__proto__":{"x":1},"x":2}',
  '{"constructor":{"prototype":1}}',
  '{"t":1,"x":[{"_jsonata_lambda":true}]}',
  '{"length":1e9}',
  '"1e999"',
  '{"parts":[1]}',
  '[{"a":1},{"a":null}]',
];
const keys = ["a", "a", "b", "", "__proto__", "constructor", "1", "x".repeat(1_025), "ä\u0000"];

type Step =
  | {
      readonly kind: "send";
      readonly port: number;
      readonly payload: string;
      readonly key: string;
      readonly back: number;
      readonly on: number;
    }
  | { readonly kind: "time"; readonly ms: number }
  | { readonly kind: "restart" }
  | { readonly kind: "button" }
  | { readonly kind: "deploy" };

const spans = [
  0,
  1,
  999,
  1_000,
  1_001,
  10_000,
  60_000,
  600_000,
  3_600_000,
  86_400_000,
  7 * 86_400_000,
  400 * 86_400_000,
];
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constant("send" as const),
        port: fc.nat(3),
        payload: fc.constantFrom(...payloads),
        key: fc.constantFrom(...keys),
        back: fc.constantFrom(0, 0, 0, 1, 1_000, 5_000, 60_000, 86_400_000, 9_000 * 86_400_000),
        on: fc.constantFrom(0, 0, 1, 1_000, 10_000, 60_000, 600_000),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("time" as const), ms: fc.constantFrom(...spans) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("button" as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("deploy" as const) }) },
  ),
  { maxLength: 40, minLength: 5 },
);

const feed: AnyNodeType = defineNode({
  type: "harness-feed",
  version: 1,
  category: "structure",
  title: "feed",
  purpose: "",
  icon: "",
  docs: "",
  examples: [],
  inputs: [],
  config: config({
    ports: field.list(field.text({ title: "Port" }), { title: "Ports" }),
    delayMs: field.integer({ title: "d" }),
  }),
  outputs: ({ ports }) => (ports ?? []).map((name) => ({ name, title: name })),
  summary: () => "",
  subscriptions: ({ delayMs }) =>
    [
      {
        port: "feed",
        connection: "harness",
        topic: "feed",
        qos: 0,
        format: "json",
        retained: false,
        time: {
          from: "expression",
          expression: "payload.time",
          maxDelayMs: delayMs,
          idleAfterMs: 60_000,
          whenIdle: "clock",
        },
      },
    ] as never,
  stateVersion: 1,
  operator: () => ({
    onMessage(message, _port, ctx) {
      const { port, key, payload } = message.payload as { port: string; key: string; payload: unknown };
      if (port) ctx.emit(port, { ...message, key, payload, topic: "t", params: { room: "r" } });
    },
  }),
});
const probe: AnyNodeType = defineNode({
  type: "harness-probe",
  version: 1,
  category: "structure",
  title: "probe",
  purpose: "",
  icon: "",
  docs: "",
  examples: [],
  config: config({}),
  inputs: [{ name: "in", title: "in" }],
  outputs: [],
  summary: () => "",
  stateVersion: 1,
  operator: () => ({ onMessage: (message, _port, ctx) => ctx.debug(message) }),
});

function planOf(type: AnyNodeType, given: object, delayMs: number): FlowPlan | undefined {
  const complete = fillDefaults(type.config, given);
  const inputs = inputsOf(type, complete).map((each) => each.name);
  const outputs = outputsOf(type, complete, false).map((each) => each.name);
  const { plan } = compileFlow(
    {
      format: flowFormat,
      id: "test",
      name: "test",
      layout: {},
      tests: [],
      nodes: [
        { id: "feed", type: "harness-feed", version: 1, config: { ports: inputs, delayMs } },
        { id: "node", type: type.type, version: type.version, config: given as never },
        ...outputs.map((name) => ({ id: `probe-${name}`, type: "harness-probe", version: 1, config: {} })),
      ],
      wires: [
        ...inputs.map((name) => `feed.${name} -> node.${name}`),
        ...outputs.map((name) => `node.${name} -> probe-${name}.in`),
      ],
    },
    createCatalogue([type, feed, probe]),
    testPlatform,
  );
  return plan;
}

const startAt = Date.UTC(2026, 9, 24, 22, 0, 0);

function play(
  type: AnyNodeType,
  plans: readonly FlowPlan[],
  ports: readonly (readonly string[])[],
  given: readonly Step[],
  restarts: boolean,
): unknown[] {
  let now = startAt;
  let position = 0;
  let at = 0;
  let engine = new Engine(testPlatform);
  const left: unknown[] = [];
  engine.deploy(plans[0]!, now);
  const step = (inputs: readonly object[]) => {
    const { effects, deadLetters, debug } = engine.step({ now, position, inputs: inputs as never });
    position += inputs.length + 1;
    const fault = engine.fault("test");
    if (fault) throw new Error(`fault in ${fault.node}: ${fault.text}`);
    for (const { node, message } of debug) {
      const problem = notJson(message.payload) ?? notJson(message.time);
      if (problem) throw new Error(`${node} sent ${problem}`);
      left.push([node, message.key, message.time, message.id, JSON.stringify(message.payload)]);
    }
    for (const { effect } of effects) left.push(JSON.stringify(effect));
    for (const { code, text, key } of deadLetters) {
      if (/undefined|\[object/.test(text)) throw new Error(`dead letter says: ${text}`);
      left.push([code, text, key.length]);
    }
  };
  step([]);
  for (const each of given) {
    if (each.kind === "send") {
      now += each.on;
      const names = ports[at]!;
      const port = names[each.port % Math.max(1, names.length)];
      const text = `{"time":${JSON.stringify(new Date(now - each.back).toISOString())},"port":${JSON.stringify(port ?? "")},"key":${JSON.stringify(each.key)},"payload":${each.payload}}`;
      step([
        {
          kind: "mqtt",
          connection: "harness",
          topic: "feed",
          payload: new TextEncoder().encode(text),
          retained: false,
        },
      ]);
    } else if (each.kind === "time") {
      now += each.ms;
      step([]);
    } else if (each.kind === "button") {
      if (type.button === undefined) continue;
      step([{ kind: "inject", flow: "test", node: "node" }]);
    } else if (each.kind === "deploy") {
      at = (at + 1) % plans.length;
      engine.deploy(plans[at]!, now);
      step([]);
    } else if (restarts) {
      const snapshot = engine.snapshot(false);
      for (const record of snapshot) {
        const problem = notJson(record);
        if (problem) throw new Error(`state has ${problem}: ${JSON.stringify(record).slice(0, 300)}`);
      }
      const next = new Engine(testPlatform);
      next.restore(JSON.parse(JSON.stringify(snapshot)) as SnapshotRecord[]);
      next.resume(plans[at]!, now);
      engine = next;
      step([]);
    } else step([]);
    const status = engine.telemetry("test").node?.status;
    if (status && /undefined|NaN|-\d/.test(status.text)) throw new Error(`the card says ${status.text}`);
  }
  return left;
}

/** What JSON would not keep. */
function notJson(value: unknown, path = ""): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${value} at ${path}`;
  if (value === null || typeof value === "string" || typeof value === "boolean" || value === undefined)
    return undefined;
  if (typeof value !== "object") return `a ${typeof value} at ${path}`;
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== Array.prototype && proto !== null)
    return `an object of a class at ${path}`;
  for (const [name, each] of Object.entries(value)) {
    const problem = notJson(each, `${path}/${name}`);
    if (problem) return problem;
  }
  return undefined;
}

/** Always the same, so that a slow one is not met by chance; by hand: HOSTILE_SEED=7 HOSTILE_RUNS=300. */
const { HOSTILE_RUNS = "30", HOSTILE_SEED = "1" } = process.env;
const [runs, seed] = [Number(HOSTILE_RUNS), Number(HOSTILE_SEED)];

describe.each(nodeTypes.filter((each) => each.type !== "comment").map((type) => ({ name: type.type, type })))(
  "$name",
  ({ type }) => {
    it("stands hostile settings, payloads, keys and times, and restarts among them", () => {
      let played = 0;
      fc.assert(
        fc.property(
          fc.array(configs(type), { minLength: 1, maxLength: 3 }),
          fc.constantFrom(0, 5_000, 86_400_000),
          steps,
          (given, delayMs, stream) => {
            const usable = given.flatMap((each) => {
              const plan = planOf(type, each, delayMs);
              return plan ? [{ plan, each }] : [];
            });
            if (usable.length === 0) return;
            played++;
            const plans = usable.map(({ plan }) => plan);
            const ports = usable.map(({ each }) =>
              inputsOf(type, fillDefaults(type.config, each)).map(({ name }) => name),
            );
            const through = play(type, plans, ports, stream, false);
            expect(play(type, plans, ports, stream, true)).toEqual(through);
          },
        ),
        { numRuns: runs, seed },
      );
      expect(played).toBeGreaterThan(runs / 20);
    }, 300_000);
  },
);

/** The flows under torture. All they compute can be computed from the readings alone; see model.ts. */
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import { flowOf } from "../plane/flows.ts";

export const windowMs = 30_000;
export const alarmAbove = 70;
export const alarmForMs = 2_500;
export const silentAfterMs = 4_500;
/** Results go by event time and wait this long for stragglers: what a broker that comes back delivers out of order. */
export const maxDelayMs = 300_000;
export const batchSize = 10;
export const expiryMs = 5_000;
/** Says that the flows listen. */
export const probe = { in: "probe", out: "out/probe" } as const;

/** @param connection that the sources and sinks use */
export function tortureFlows(connection: string): FlowDocument[] {
  const out = (topic: string, payload: string, qos = "1") =>
    ["mqtt-out", { topic: `out/${topic}`, payload, qos, connection }] as const;
  const source = (config: Record<string, unknown>) => ["mqtt-in", { connection, ...config }] as const;
  const measured = source({
    topic: "in/{device}",
    timeFrom: "expression",
    timeExpression: "payload.at",
    maxDelay: `${maxDelayMs} ms`,
    idleAfter: "24 h",
    whenIdle: "hold",
  });
  const batches = [
    "window",
    {
      kind: "count",
      messages: batchSize,
      aggregates: [{ name: "list", function: "collect", value: "payload.n", length: batchSize }],
    },
  ] as const;
  const batch = '{ "list": payload.list, "start": payload.start, "end": payload.end }';
  return [
    flowOf(
      "measured",
      {
        in: measured,
        total: ["counter", { what: "sum", value: "payload.v" }],
        totals: out(
          "total/{device}",
          '{ "at": payload.end, "count": payload.count, "total": payload.total }',
        ),
        window: [
          "window",
          {
            size: `${windowMs} ms`,
            aggregates: [
              { name: "sum", function: "sum", value: "payload.v" },
              { name: "list", function: "collect", value: "payload.n", length: 100 },
            ],
          },
        ],
        windows: out(
          "window/{device}",
          '{ "start": payload.start, "sum": payload.sum, "list": payload.list, "result": payload.result }',
        ),
        alarm: ["threshold", { value: "payload.v", setPoint: alarmAbove, for: `${alarmForMs} ms` }],
        alarms: out("alarm/{device}", '{ "state": payload.state, "since": payload.since }'),
        absence: ["absence", { after: `${silentAfterMs} ms` }],
        absences: out("absence/{device}", '{ "state": payload.state, "since": payload.since }'),
      },
      [
        "in.out -> total.in",
        "total.out -> totals.in",
        "in.out -> window.in",
        "window.out -> windows.in",
        "in.out -> alarm.in",
        "alarm.raised -> alarms.in",
        "alarm.cleared -> alarms.in",
        "in.out -> absence.in",
        "absence.silent -> absences.in",
        "absence.back -> absences.in",
      ],
    ),
    flowOf(
      "arrived",
      {
        in: source({ topic: "in/{device}" }),
        batch: batches,
        batches: out("batch/{device}", batch),
        later: ["delay", { by: "700 ms", waitMax: 10_000 }],
        laterBatch: batches,
        laterBatches: out("later/{device}", batch),
      },
      [
        "in.out -> batch.in",
        "batch.out -> batches.in",
        "in.out -> later.in",
        "later.out -> laterBatch.in",
        "laterBatch.out -> laterBatches.in",
      ],
    ),
    flowOf(
      "exact",
      {
        in: source({ topic: "in2/{device}", qos: "2" }),
        batch: batches,
        batches: out("exact/{device}", batch, "2"),
      },
      ["in.out -> batch.in", "batch.out -> batches.in"],
    ),
    flowOf(
      "commands",
      {
        in: source({ topic: "in/{device}", key: 'params.device & "-" & payload.n' }),
        some: ["filter", { condition: "payload.n % 10 = 3" }],
        order: [
          "device-command",
          {
            topic: "cmd/{key}",
            payload: '{ "n": payload.n }',
            stateTopic: "state/{intent}",
            confirmed: "payload.n = wanted.n",
            retryEvery: "1 s",
            retriesMax: 100,
            expiresAfter: `${expiryMs} ms`,
            connection,
          },
        ],
        done: out("done/{key}", '{ "state": payload.state, "since": payload.since }'),
      },
      ["in.out -> some.in", "some.out -> order.in", "order.confirmed -> done.in", "order.failed -> done.in"],
    ),
    flowOf(
      "probe",
      { in: source({ topic: probe.in }), out: ["mqtt-out", { topic: probe.out, qos: "0", connection }] },
      ["in.out -> out.in"],
    ),
  ];
}

/** The same rule with something beside it: what a redeploy in the middle brings. Nodes that stay keep what they know. */
export function revised(flow: FlowDocument, revision: number): FlowDocument {
  const extra = { id: "extra", type: "debug", version: 1, config: {} };
  const others = flow.nodes.filter(({ id }) => id !== "extra");
  const wires = flow.wires.filter((wire) => !wire.includes("extra"));
  const name = `${flow.id}, revision ${revision}`;
  return revision % 2 === 0
    ? { ...flow, name, nodes: others, wires }
    : { ...flow, name, nodes: [...others, extra], wires: [...wires, "in.out -> extra.in"] };
}

/** A command that the device never obeys: it must fail at its deadline. */
export function isDeaf(n: number): boolean {
  return n % 40 === 23;
}

export function isIntent(n: number): boolean {
  return n % 10 === 3;
}

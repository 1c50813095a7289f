/** What Millrace measures of itself: the visible list behind /metrics and docs/metrics.md. */
import type { FlowSummary } from "../protocol/http.ts";
import type { SystemStatus } from "../protocol/live.ts";
import type { Metric, Sample } from "./prometheus.ts";

/** What the parts of the runtime know when somebody asks. Durations in ms. */
export interface Facts {
  readonly version: string;
  readonly status: SystemStatus;
  readonly flows: readonly FlowSummary[];
  /** Undefined while the data plane does not run. */
  readonly plane: PlaneFacts | undefined;
  readonly journal: { readonly bytes: number; readonly oldestAgeMs: number | undefined };
  readonly process: {
    readonly residentBytes: number;
    readonly heapBytes: number;
    readonly cpuMs: number;
    readonly startedAtMs: number;
    readonly loopDelayMsP99: number;
  };
}

export interface PlaneFacts {
  /** Since its thread started. */
  readonly inputs: number;
  readonly flows: Readonly<Record<string, FlowFacts>>;
  readonly openBatch: number;
  readonly unsettled: number;
  readonly journalPendingBytes: number;
  readonly checkpointAgeMs: number;
  readonly checkpointDurationMs: number;
  readonly heapBytes: number;
  readonly loopDelayMsP99: number;
}

/** Since the flow was deployed, or the data plane started. */
export interface FlowFacts {
  readonly messages: number;
  readonly failed: number;
  readonly drops: Readonly<Record<string, number>>;
}

type Read = (facts: Facts) => readonly Sample[];

const counter = (name: string, help: string, read: Read) =>
  [{ name, type: "counter", help } as Metric, read] as const;
const gauge = (name: string, help: string, read: Read) =>
  [{ name, type: "gauge", help } as Metric, read] as const;

export const metrics: readonly (readonly [Metric, Read])[] = [
  gauge("millrace_info", "1, with the version as a label.", ({ version }) => [
    { labels: { version }, value: 1 },
  ]),
  gauge(
    "millrace_data_plane_up",
    "1 while flows run, 0 while the data plane starts or restarts.",
    ({ status }) => one(status.dataPlane === "running" ? 1 : 0),
  ),
  counter(
    "millrace_inputs_total",
    "Messages received and buttons pressed, since the data plane started.",
    inPlane((plane) => plane.inputs),
  ),
  counter("millrace_dropped_total", "What was dropped outside of flows, by reason.", ({ status }) =>
    byReason(status.drops),
  ),
  gauge(
    "millrace_open_batch_inputs",
    "Inputs received and not processed yet.",
    inPlane((plane) => plane.openBatch),
  ),
  gauge(
    "millrace_unconfirmed_publishes",
    "Publishes of QoS 1 and 2 that no broker has confirmed yet.",
    inPlane((plane) => plane.unsettled),
  ),
  counter(
    "millrace_flow_messages_total",
    "Messages that entered the flow, since it was deployed or the data plane started.",
    byFlow(({ messages }) => messages),
  ),
  counter(
    "millrace_flow_failed_total",
    "Messages a node of the flow could not process, whether its error port is wired or not.",
    byFlow(({ failed }) => failed),
  ),
  counter(
    "millrace_flow_dropped_total",
    "Messages that ended in the flow on purpose, by reason, such as late.",
    ({ plane }) =>
      Object.entries(plane?.flows ?? {}).flatMap(([flow, { drops }]) => byReason(drops, { flow })),
  ),
  gauge(
    "millrace_flow_up",
    "1 while a live flow runs (or is paused), 0 when it should run and does not.",
    ({ flows }) =>
      flows
        .filter(({ live }) => live)
        .map(({ id, problem }) => ({ labels: { flow: id }, value: problem === undefined ? 1 : 0 })),
  ),
  gauge(
    "millrace_flow_paused",
    "1 while a live flow is paused.",
    ofFlows((lag) => (lag?.paused ? 1 : 0)),
  ),
  gauge(
    "millrace_flow_lag_messages",
    "Messages a paused flow, or one that catches up, has yet to go through, at most.",
    ofFlows((lag) => lag?.lagMessages ?? 0),
  ),
  gauge(
    "millrace_flow_lag_seconds",
    "How far the clock of the flow is behind.",
    ofFlows((lag) => seconds(lag?.lagMs ?? 0)),
  ),
  gauge("millrace_dead_letters", "Dead letters kept of the flow.", ({ status }) =>
    Object.entries(status.deadLetters).map(([flow, value]) => ({ labels: { flow }, value })),
  ),
  gauge("millrace_connection_up", "1 while the MQTT connection is up.", ({ status }) =>
    status.connections.map(({ name, state }) => ({
      labels: { connection: name },
      value: state === "connected" ? 1 : 0,
    })),
  ),
  gauge(
    "millrace_problems",
    "Problems that a person should look at; the editor and /api/status tell which.",
    ({ status }) => one(status.problems.length),
  ),
  gauge(
    "millrace_journal_pending_bytes",
    "Bytes of inputs that are not on disk yet.",
    inPlane((plane) => plane.journalPendingBytes),
  ),
  gauge("millrace_journal_size_bytes", "Size of the journal on disk.", ({ journal }) => one(journal.bytes)),
  gauge("millrace_journal_oldest_age_seconds", "How far back the journal goes.", ({ journal }) =>
    journal.oldestAgeMs === undefined ? [] : one(seconds(journal.oldestAgeMs)),
  ),
  gauge(
    "millrace_checkpoint_age_seconds",
    "Since what the flows know was last saved, or found to be saved.",
    inPlane((plane) => seconds(plane.checkpointAgeMs)),
  ),
  gauge(
    "millrace_checkpoint_duration_seconds",
    "How long the last checkpoint took to be on disk.",
    inPlane((plane) => seconds(plane.checkpointDurationMs)),
  ),
  gauge(
    "millrace_event_loop_delay_p99_seconds",
    "How late a thread comes to its work, 99th percentile since the last scrape.",
    ({ process, plane }) =>
      perThread(seconds(process.loopDelayMsP99), plane && seconds(plane.loopDelayMsP99)),
  ),
  gauge("millrace_heap_bytes", "JavaScript heap in use.", ({ process, plane }) =>
    perThread(process.heapBytes, plane?.heapBytes),
  ),
  gauge("process_resident_memory_bytes", "Memory of the whole process.", ({ process }) =>
    one(process.residentBytes),
  ),
  counter("process_cpu_seconds_total", "Processor time of the whole process.", ({ process }) =>
    one(seconds(process.cpuMs)),
  ),
  gauge("process_start_time_seconds", "When the process started, since the epoch.", ({ process }) =>
    one(seconds(process.startedAtMs)),
  ),
];

function one(value: number): readonly Sample[] {
  return [{ value }];
}

function inPlane(read: (plane: PlaneFacts) => number): Read {
  return ({ plane }) => (plane ? one(read(plane)) : []);
}

function byFlow(read: (flow: FlowFacts) => number): Read {
  return ({ plane }) =>
    Object.entries(plane?.flows ?? {}).map(([flow, facts]) => ({ labels: { flow }, value: read(facts) }));
}

function ofFlows(read: (lag: SystemStatus["behind"][string] | undefined) => number): Read {
  return ({ flows, status }) =>
    flows
      .filter(({ live }) => live)
      .map(({ id }) => ({ labels: { flow: id }, value: read(status.behind[id]) }));
}

function byReason(drops: Readonly<Record<string, number>>, labels: Readonly<Record<string, string>> = {}) {
  return Object.entries(drops).map(([reason, value]) => ({ labels: { ...labels, reason }, value }));
}

function perThread(control: number, data: number | undefined): readonly Sample[] {
  const samples = [{ labels: { thread: "control" }, value: control }];
  return data === undefined ? samples : [...samples, { labels: { thread: "data" }, value: data }];
}

function seconds(ms: number): number {
  return ms / 1000;
}

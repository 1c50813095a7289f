import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { expressionLimits } from "../../runtime/core/expression/limits.ts";
import type { FlowSummary } from "../../runtime/protocol/http.ts";
import { type Facts, metrics } from "../../runtime/telemetry/metrics.ts";
import { prometheusText } from "../../runtime/telemetry/prometheus.ts";

const flow = { name: "Heat", revision: 1, version: 1, live: true, changed: false, nodes: 1, updatedAt: 1 };
const flows: readonly FlowSummary[] = [
  { ...flow, id: "heat", lag: { paused: true, lagMessages: 7, lagMs: 1500 } },
  { ...flow, id: "broken", problem: "It does not compile." },
  { ...flow, id: "draft", live: false },
];
const facts: Facts = {
  version: "1.2.3",
  status: {
    at: 1,
    connections: [
      { name: "default", url: "mqtt://a", state: "connected", embedded: true },
      { name: "site", url: "mqtt://b", state: "connecting", embedded: false },
    ],
    inputsPerSecond: 5,
    lag: 0,
    unsettled: 3,
    journalPendingBytes: 0,
    behind: { heat: { paused: true, lagMessages: 7, lagMs: 1500 } },
    drops: { "no flow listens": 4 },
    deadLetters: { heat: 2 },
    dataPlane: "running",
    problems: [],
    expressionLimits,
  },
  flows,
  plane: {
    inputs: 100,
    flows: { heat: { messages: 90, failed: 2, drops: { late: 3 } } },
    openBatch: 1,
    unsettled: 3,
    journalPendingBytes: 512,
    checkpointAgeMs: 900,
    checkpointDurationMs: 12,
    heapBytes: 1000,
    loopDelayMsP99: 20,
  },
  journal: { bytes: 4096, oldestAgeMs: 60_000 },
  process: {
    residentBytes: 5000,
    heapBytes: 2000,
    cpuMs: 1234,
    startedAtMs: 1_700_000_000_000,
    loopDelayMsP99: 10,
  },
};

const textOf = (given: Facts) =>
  prometheusText(metrics.map(([metric, read]) => [metric, read(given)] as const));
const linesOf = (given: Facts) =>
  textOf(given)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

test("what is known is told, in seconds and bytes, by flow, reason and connection", () => {
  expect(linesOf(facts)).toEqual([
    'millrace_info{version="1.2.3"} 1',
    "millrace_data_plane_up 1",
    "millrace_inputs_total 100",
    'millrace_dropped_total{reason="no flow listens"} 4',
    "millrace_open_batch_inputs 1",
    "millrace_unconfirmed_publishes 3",
    'millrace_flow_messages_total{flow="heat"} 90',
    'millrace_flow_failed_total{flow="heat"} 2',
    'millrace_flow_dropped_total{flow="heat",reason="late"} 3',
    'millrace_flow_up{flow="heat"} 1',
    'millrace_flow_up{flow="broken"} 0',
    'millrace_flow_paused{flow="heat"} 1',
    'millrace_flow_paused{flow="broken"} 0',
    'millrace_flow_lag_messages{flow="heat"} 7',
    'millrace_flow_lag_messages{flow="broken"} 0',
    'millrace_flow_lag_seconds{flow="heat"} 1.5',
    'millrace_flow_lag_seconds{flow="broken"} 0',
    'millrace_dead_letters{flow="heat"} 2',
    'millrace_connection_up{connection="default"} 1',
    'millrace_connection_up{connection="site"} 0',
    "millrace_problems 0",
    "millrace_journal_pending_bytes 512",
    "millrace_journal_size_bytes 4096",
    "millrace_journal_oldest_age_seconds 60",
    "millrace_checkpoint_age_seconds 0.9",
    "millrace_checkpoint_duration_seconds 0.012",
    'millrace_event_loop_delay_p99_seconds{thread="control"} 0.01',
    'millrace_event_loop_delay_p99_seconds{thread="data"} 0.02',
    'millrace_heap_bytes{thread="control"} 2000',
    'millrace_heap_bytes{thread="data"} 1000',
    "process_resident_memory_bytes 5000",
    "process_cpu_seconds_total 1.234",
    "process_start_time_seconds 1700000000",
  ]);
});

test("of a data plane that is down nothing is made up", () => {
  const down = linesOf({ ...facts, plane: undefined, status: { ...facts.status, dataPlane: "restarting" } });
  expect(down).toContain("millrace_data_plane_up 0");
  expect(down.filter((line) => /inputs_total|checkpoint|flow_messages|thread="data"/.test(line))).toEqual([]);
});

test("each metric says what it is, and names are as Prometheus has them", () => {
  const names = metrics.map(([{ name }]) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const [{ name, type }] of metrics) {
    expect(name).toMatch(/^(millrace|process)_[a-z0-9_]+$/);
    expect(name.endsWith("_total")).toBe(type === "counter");
    expect(textOf(facts)).toContain(`# TYPE ${name} ${type}\n`);
  }
});

test("labels and help with quotes, backslashes and line ends stay on their line", () => {
  const metric = { name: "a_total", type: "counter", help: "one\ntwo \\ three" } as const;
  const labels = { reason: 'say "no"\n\\' };
  expect(prometheusText([[metric, [{ labels, value: 1 }]]])).toBe(
    '# HELP a_total one\\ntwo \\\\ three\n# TYPE a_total counter\na_total{reason="say \\"no\\"\\n\\\\"} 1\n',
  );
});

test("docs/metrics.md lists them; MILLRACE_REWRITE=1 rewrites the list", () => {
  const file = new URL("../../docs/metrics.md", import.meta.url);
  const [mark, end] = [
    "<!-- the list, generated by test/telemetry/metrics.test.ts -->\n",
    "<!-- end of the list -->\n",
  ];
  const rows = metrics.map(([{ name, type, help }]) => `| \`${name}\` | ${type} | ${help} |\n`).join("");
  const list = `| metric | type | what it tells |\n| --- | --- | --- |\n${rows}`;
  const text = readFileSync(file, "utf8");
  const [before, rest] = text.split(mark);
  const [found, after] = rest!.split(end);
  if (process.env.MILLRACE_REWRITE) writeFileSync(file, `${before}${mark}${list}${end}${after}`);
  else expect(found).toBe(list);
});

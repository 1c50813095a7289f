import { expect, test, vi } from "vitest";
import { flowOf } from "./flows.ts";
import { TestPlane } from "./testPlane.ts";

const soon = { timeout: 10_000, interval: 5 };
const flow = flowOf(
  "f",
  {
    in: ["mqtt-in", { topic: "in/{device}", connection: "main" }],
    quiet: ["mqtt-in", { topic: "quiet/{device}", connection: "main" }],
    show: ["debug"],
  },
  ["in.out -> show.in"],
);

async function watched(flows: readonly string[]): Promise<TestPlane> {
  const one = new TestPlane();
  await one.start(flow);
  await one.plane.answer("setWatched", { flows });
  return one;
}

test("a watched flow reports all nodes at first, then only those that changed", async () => {
  await using one = await watched(["f"]);
  await vi.waitFor(() => expect(one.of("telemetry").length).toBe(1), soon);
  expect(Object.keys(one.of("telemetry")[0]!.nodes).sort()).toEqual(["in", "quiet", "show"]);
  one.receive("in/a", '{"t":1}');
  one.now += 1000;
  await vi.waitFor(() => expect(one.of("telemetry").length).toBeGreaterThan(1), soon);
  const { nodes } = one.of("telemetry")[1]!;
  expect(Object.keys(nodes).sort()).toEqual(["in", "show"]);
  expect(nodes.in?.outputs.out).toMatchObject({ count: 1, rate: 1, last: { key: "a", payload: { t: 1 } } });
});

test("flows that nobody watches report nothing", async () => {
  await using one = await watched([]);
  one.receive("in/a", "1");
  await vi.waitFor(() => expect(one.of("status").length).toBeGreaterThan(0), soon);
  expect(one.of("telemetry")).toEqual([]);
  expect(one.of("debug")).toEqual([]);
});

test("a rate falls back to zero when messages stop", async () => {
  await using one = await watched(["f"]);
  for (let i = 0; i < 10; i++) one.receive("in/a", "1");
  const rate = () =>
    one
      .of("telemetry")
      .flatMap(({ nodes }) => nodes.in?.outputs.out?.rate ?? [])
      .at(-1);
  one.now += 1000;
  await vi.waitFor(() => expect(rate()).toBe(10), soon);
  one.now += 1000;
  await vi.waitFor(() => expect(rate()).toBe(5), soon);
  one.now += 6000;
  await vi.waitFor(() => expect(one.of("telemetry").at(-1)?.at).toBe(one.now), soon);
  one.now += 1000;
  await vi.waitFor(() => expect(rate()).toBe(0), soon);
});

test("a large payload is shown by its size", async () => {
  await using one = await watched(["f"]);
  one.receive("in/a", JSON.stringify({ big: "x".repeat(5000) }));
  await vi.waitFor(async () => {
    const nodes = await one.plane.answer("latestSamples", { flow: "f" });
    expect(nodes.in?.outputs.out?.last).toMatchObject({ payloadBytes: 5010 });
    expect(nodes.in?.outputs.out?.last).not.toHaveProperty("payload");
  }, soon);
});

test("debug lines are bounded per flush and the rest is counted", async () => {
  await using one = await watched(["f"]);
  for (let i = 0; i < 80; i++) one.receive("in/a", String(i));
  await vi.waitFor(() => expect(one.of("debug").length).toBeGreaterThan(0), soon);
  const lines = one.of("debug");
  expect(lines[0]?.records[0]).toMatchObject({ node: "show", payload: 0, key: "a" });
  expect(lines.every((each) => each.records.length <= 50)).toBe(true);
  expect(lines.reduce((sum, each) => sum + each.records.length + each.skipped, 0)).toBe(80);
});

test("the newest samples of a flow that is not deployed are refused", async () => {
  await using one = new TestPlane();
  await expect(one.plane.answer("latestSamples", { flow: "none" })).rejects.toMatchObject({
    code: "FLOW_NOT_DEPLOYED",
  });
});

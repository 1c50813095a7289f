import { expect, test, vi } from "vitest";
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import { alarmFlow, flowOf } from "./flows.ts";
import { TestPlane } from "./testPlane.ts";

const soon = { timeout: 10_000, interval: 5 };
const minuteMs = 60_000;
const deploy = async (on: TestPlane, flow: FlowDocument, version = 1) => {
  const outcome = await on.deploy(flow, version);
  await on.connect();
  return outcome;
};

test("a message runs through a deployed flow and its command goes out", async () => {
  await using one = new TestPlane();
  await deploy(one, alarmFlow());
  expect(one.filters.map((each) => each.filter)).toEqual(["in/+"]);
  one.receive("in/hall", "27");
  await vi.waitFor(() => expect(one.sent).toEqual(["out/hall raised"]), soon);
});

test("a flow with errors is not deployed, and the one before goes on", async () => {
  await using one = new TestPlane();
  await deploy(one, alarmFlow());
  const broken = flowOf("alarm", { hot: ["threshold", { value: "((" }] }, []);
  const { diagnostics } = await deploy(one, broken);
  expect(diagnostics.some((each) => each.node === "hot" && each.severity === "error")).toBe(true);
  one.receive("in/hall", "27");
  await vi.waitFor(() => expect(one.sent).toEqual(["out/hall raised"]), soon);
});

test("a timer fires when the clock reaches it, without any message", async () => {
  await using one = new TestPlane();
  await deploy(one, alarmFlow("alarm", "5 min"));
  one.receive("in/hall", "27");
  await vi.waitFor(() => expect(one.store.size).toBeGreaterThan(0), soon);
  expect(one.sent).toEqual([]);
  // The watermark is a millisecond behind the clock.
  one.now += 5 * minuteMs + 1;
  await vi.waitFor(() => expect(one.sent).toEqual(["out/hall raised"]), soon);
});

test("after a stop and a start, states and timers go on where they were", async () => {
  const first = new TestPlane();
  await deploy(first, alarmFlow("alarm", "5 min"));
  await deploy(first, alarmFlow("quick"));
  first.receive("in/hall", "27");
  await vi.waitFor(() => expect(first.sent).toEqual(["out/hall raised"]), soon);
  first.now += minuteMs;
  await first.plane.answer("stop", {});

  await using second = new TestPlane(first.store, first.now + 4 * minuteMs + 1, first.journal);
  await second.start(alarmFlow("alarm", "5 min"), alarmFlow("quick"));
  // The timer that came due during the downtime fires.
  await vi.waitFor(() => expect(second.sent).toEqual(["out/hall raised"]), soon);
  // Both remember that they have raised.
  second.receive("in/hall", "28");
  second.receive("in/hall", "20");
  await vi.waitFor(() => expect(second.sent.length).toBe(3), soon);
  expect(second.sent).toEqual(["out/hall raised", "out/hall cleared", "out/hall cleared"]);
});

test("without a journal, ids are not given out twice after a crash", async () => {
  const flow = flowOf(
    "f",
    { in: ["mqtt-in", { topic: "in/{device}", format: "number", connection: "main" }] },
    [],
  );
  // Nothing of it is found after the crash.
  const first = new TestPlane(undefined, undefined, undefined, false);
  await deploy(first, flow);
  first.receive("in/a", "bad");
  await vi.waitFor(() => expect(first.store.progress).toBeDefined(), soon);
  // What the crash finds on disk; these letters come after it, and so many that two ranges would meet.
  const store = first.store.copy();
  const letters = (of: TestPlane) => of.of("deadLetters").flatMap((each) => each.letters);
  for (let i = 0; i < 100; i++) first.receive("in/a", "bad");
  await vi.waitFor(() => expect(letters(first).length).toBe(101), soon);
  await first.plane.answer("stop", {});

  await using second = new TestPlane(store);
  await deploy(second, flow);
  for (let i = 0; i < 100; i++) second.receive("in/a", "bad");
  await vi.waitFor(() => expect(letters(second).length).toBe(100), soon);
  const ids = [...letters(first), ...letters(second)].map((each) => each.id);
  expect(new Set(ids).size).toBe(201);
});

test("a redeploy keeps the state of what did not change and resets what did", async () => {
  await using one = new TestPlane();
  await deploy(one, alarmFlow());
  one.receive("in/hall", "27");
  await vi.waitFor(() => expect(one.sent).toEqual(["out/hall raised"]), soon);
  expect((await deploy(one, alarmFlow("alarm", "0 s", 27.5))).kept).toContain("hot");
});

test("undeploy forgets: deployed again, the flow starts afresh", async () => {
  await using one = new TestPlane();
  await deploy(one, alarmFlow());
  one.receive("in/hall", "27");
  await vi.waitFor(() => expect(one.store.size).toBeGreaterThan(0), soon);
  await one.plane.answer("undeploy", { flow: "alarm" });
  expect(one.filters).toEqual([]);
  await vi.waitFor(() => expect(one.store.size).toBe(0), soon);
  await deploy(one, alarmFlow());
  one.receive("in/hall", "27");
  await vi.waitFor(() => expect(one.sent).toEqual(["out/hall raised", "out/hall raised"]), soon);
});

test("a clock that is set back does not take time back", async () => {
  await using one = new TestPlane();
  await deploy(one, alarmFlow("alarm", "5 min"));
  one.receive("in/hall", "27");
  one.now -= 60 * minuteMs;
  one.receive("in/hall", "27");
  await vi.waitFor(() => expect(one.store.progress?.now).toBe(Date.UTC(2026, 0, 5, 12)), soon);
  one.now += 65 * minuteMs + 1;
  await vi.waitFor(() => expect(one.sent).toEqual(["out/hall raised"]), soon);
});

test("a checkpoint that cannot be saved is reported, and saved when there is room again", async () => {
  await using one = new TestPlane();
  one.store.failure = new Error("ENOSPC: no space left on device");
  await deploy(one, alarmFlow());
  one.receive("in/hall", "27");
  await vi.waitFor(
    () =>
      expect(one.of("problem")[0]?.text).toContain("saving the checkpoint: ENOSPC: no space left on device"),
    soon,
  );
  one.store.failure = undefined;
  await vi.waitFor(() => expect(one.store.size).toBeGreaterThan(0), soon);
});

test("malformed payloads become dead letters with flow, node and cause; the next message is processed", async () => {
  await using one = new TestPlane();
  await deploy(one, alarmFlow());
  one.receive("in/hall", "hot!");
  one.receive("in/hall", "27");
  await vi.waitFor(() => expect(one.of("deadLetters").length).toBe(1), soon);
  expect(one.of("deadLetters")[0]?.letters).toMatchObject([
    { flow: "alarm", node: "sensor", topic: "in/hall" },
  ]);
  expect(one.sent).toEqual(["out/hall raised"]);
});

test("a dead letter goes to its node again, through the journal; what fails once more is another", async () => {
  await using one = new TestPlane();
  await deploy(one, alarmFlow());
  one.receive("in/hall", "hot!");
  await vi.waitFor(() => expect(one.of("deadLetters").length).toBe(1), soon);
  const [letter] = one.of("deadLetters")[0]!.letters;
  const { id, flow, node, port, raw, topic, key, time, params, payload } = letter!;
  const message = { topic, key, time, params, payload };
  const input = { kind: "replay", letter: id, flow, node, port: port!, message, raw: raw! } as const;
  const stranger = { ...input, letter: "alarm/0.0", node: "gone" };
  expect(await one.plane.answer("replay", { flow, letters: [input, stranger] })).toEqual([id]);
  await vi.waitFor(() => expect(one.of("deadLetters").length).toBe(2), soon);
  expect(one.of("deadLetters")[1]).toMatchObject({ replayed: [id], letters: [{ node, topic: "in/hall" }] });
  const fine = { ...input, raw: Buffer.from("27").toString("base64") };
  await one.plane.answer("replay", { flow, letters: [fine] });
  await vi.waitFor(() => expect(one.sent).toEqual(["out/hall raised"]), soon);
  await one.plane.answer("pause", { flow });
  await expect(one.plane.answer("replay", { flow, letters: [input] })).rejects.toMatchObject({
    code: "FLOW_PAUSED",
  });
});

test("drops are counted by reason in the status", async () => {
  await using one = new TestPlane();
  one.drop("publish queue full");
  one.drop("publish queue full");
  await vi.waitFor(
    () => expect(one.of("status").at(-1)?.status.drops).toEqual({ "publish queue full": 2 }),
    soon,
  );
});

test("what is peeked at is told, and is none of the flows' business", async () => {
  await using one = new TestPlane();
  await deploy(one, alarmFlow());
  const topics = [{ connection: "main", filter: "in/+" }];
  expect(await one.plane.answer("setPeeked", { topics })).toEqual([]);
  expect(one.peeks).toEqual(topics);
  expect(one.filters.map((each) => each.filter)).toEqual(["in/+"]);
  one.show("in/hall", "27");
  await vi.waitFor(() => expect(one.of("peeked")).toHaveLength(1), soon);
  expect(one.of("peeked")[0]?.messages).toMatchObject([{ topic: "in/hall", payload: "27" }]);
  expect(await one.plane.answer("setPeeked", { topics })).toMatchObject([{ topic: "in/hall" }]);
  await vi.waitFor(() => expect(one.of("status").length).toBeGreaterThan(1), soon);
  expect(one.sent).toEqual([]);
  expect(one.of("status").at(-1)?.status).toMatchObject({ drops: {} });
});

test.each([
  [{ flow: "none", node: "go" }, "FLOW_NOT_DEPLOYED"],
  [{ flow: "f", node: "none" }, "NODE_UNKNOWN"],
  [{ flow: "f", node: "out" }, "NODE_WITHOUT_BUTTON"],
])("inject %o is refused with %s", async (args, code) => {
  await using one = new TestPlane();
  await deploy(one, buttonFlow);
  await expect(one.plane.answer("inject", args)).rejects.toMatchObject({ code });
});

test("a press of a button runs through the flow, with a payload of its own if there is one", async () => {
  await using one = new TestPlane();
  await deploy(one, buttonFlow);
  await one.plane.answer("inject", { flow: "f", node: "go" });
  await one.plane.answer("inject", { flow: "f", node: "go", payload: { mine: 1 } });
  await vi.waitFor(() => expect(one.sent).toEqual(["out true", 'out {"mine":1}']), soon);
});

const buttonFlow = flowOf(
  "f",
  {
    go: ["inject", { payload: true }],
    out: ["mqtt-out", { topic: "out", connection: "main" }],
  },
  ["go.out -> out.in"],
);

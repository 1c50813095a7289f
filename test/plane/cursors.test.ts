/** Flows that are paused, catch up or skip, beside flows that go on; and crashes in the middle of it. */
import { expect, test, vi } from "vitest";
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import { limits } from "../../runtime/plane/limits.ts";
import { flowOf } from "./flows.ts";
import { TestPlane } from "./testPlane.ts";

const soon = { timeout: 10_000, interval: 5 };
const minuteMs = 60_000;

/** Publishes how many messages a device has sent; says when it has been silent for five minutes. */
const counting = (id: string): FlowDocument =>
  flowOf(
    id,
    {
      in: ["mqtt-in", { topic: "in/{device}", format: "text", connection: "main" }],
      n: ["counter", {}],
      out: ["mqtt-out", { topic: `${id}/{device}`, payload: "payload.count", connection: "main" }],
      quiet: ["absence", { after: "5 min" }],
      alarm: ["mqtt-out", { topic: `${id}/silent`, payload: "key", format: "text", connection: "main" }],
    },
    ["in.out -> n.in", "n.out -> out.in", "in.out -> quiet.in", "quiet.silent -> alarm.in"],
  );

const pause = (one: TestPlane, flow = "b") => one.plane.answer("pause", { flow });
const resume = (one: TestPlane, missed: "catch up" | "skip", flow = "b") =>
  one.plane.answer("resume", { flow, missed });
const of = (one: TestPlane, flow: string) =>
  one.published.filter((each) => each.flow === flow).map(({ effect }) => `${effect.topic} ${effect.payload}`);
/** What was published, with the identity that makes it idempotent; apart from the flow's name the same for both. */
const issued = (one: TestPlane, flow: string) =>
  one.published
    .filter((each) => each.flow === flow)
    .map(({ id, effect }) => `${id} ${effect.topic} ${effect.payload}`.replaceAll(`${flow}/`, "*/"));
const lag = (one: TestPlane, flow = "b") => one.of("status").at(-1)?.status.behind[flow];

test("a paused flow stands still while the others go on, and its lag is told", async () => {
  await using one = new TestPlane();
  await one.start(counting("a"), counting("b"));
  await pause(one);
  for (let n = 0; n < 3; n++) one.receive("in/x", "1");
  await vi.waitFor(() => expect(of(one, "a")).toHaveLength(3), soon);
  one.now += minuteMs;
  one.receive("in/x", "1");
  await vi.waitFor(() => expect(of(one, "a")).toHaveLength(4), soon);
  expect(of(one, "b")).toEqual([]);
  expect(one.filters).toHaveLength(1);
  await vi.waitFor(() => expect(lag(one)).toMatchObject({ paused: true, lagMs: minuteMs }), soon);
  expect(lag(one)!.lagInputs).toBeGreaterThanOrEqual(4);
  await vi.waitFor(
    () => expect(one.journal.trims.at(-1)?.[0]).toBeLessThan(one.journal.trims.at(-1)![1]),
    soon,
  );
});

test("resumed to catch up, it does with the same ids and clocks what it would have done, and is live again", async () => {
  await using one = new TestPlane();
  await one.start(counting("a"), counting("b"));
  one.receive("in/x", "1");
  await one.settleDown();
  await pause(one);
  for (let n = 0; n < 3 * limits.catchUpInputs; n++) {
    one.receive("in/x", "1");
    one.receive("in/y", "1");
    if (n % 500 === 0) {
      // A device falls silent in between: the timer fires at its place.
      one.now += 6 * minuteMs;
      await one.settleDown();
    }
  }
  await resume(one, "catch up");
  one.receive("in/x", "live");
  await vi.waitFor(() => expect(issued(one, "b").length).toBe(issued(one, "a").length), soon);
  expect(issued(one, "b")).toEqual(issued(one, "a"));
  await vi.waitFor(() => expect(lag(one)).toBeUndefined(), soon);
  one.receive("in/x", "live");
  await vi.waitFor(() => expect(of(one, "b").at(-1)).toBe(of(one, "a").at(-1)!.replace("a/", "b/")), soon);
});

test("resumed to skip, it goes on with what comes next, and what it knew", async () => {
  await using one = new TestPlane();
  await one.start(counting("a"), counting("b"));
  one.receive("in/x", "1");
  await one.settleDown();
  await pause(one);
  one.receive("in/x", "1");
  await one.settleDown();
  await resume(one, "skip");
  one.receive("in/x", "1");
  await vi.waitFor(() => expect(of(one, "b")).toEqual(["b/x 1", "b/x 2"]), soon);
  expect(of(one, "a")).toEqual(["a/x 1", "a/x 2", "a/x 3"]);
  await vi.waitFor(() => expect(lag(one)).toBeUndefined(), soon);
});

test("a pause survives a crash, and what was missed before and after it is caught up with", async () => {
  const first = new TestPlane();
  await first.start(counting("a"), counting("b"));
  first.receive("in/x", "1");
  await pause(first);
  first.receive("in/x", "1");
  await vi.waitFor(() => expect(first.store.progress?.position).toBe(first.journal.next), soon);
  first.receive("in/x", "1");
  await first.settleDown();
  await using second = new TestPlane(first.store.copy(), first.now, first.journal.crash());
  await first.plane.answer("stop", {});
  await second.start(counting("a"), counting("b"));
  second.receive("in/x", "1");
  await vi.waitFor(() => expect(of(second, "a").at(-1)).toBe("a/x 4"), soon);
  await vi.waitFor(() => expect(lag(second)?.paused).toBe(true), soon);
  await resume(second, "catch up");
  await vi.waitFor(() => expect(of(second, "b").at(-1)).toBe("b/x 4"), soon);
  expect(of(second, "b")).toEqual(["b/x 2", "b/x 3", "b/x 4"]);
});

test("a crash while it catches up: everything it decides has one id, and what was confirmed is not published again", async () => {
  const first = new TestPlane();
  await first.start(counting("a"), counting("b"));
  await pause(first);
  const count = 4 * limits.catchUpInputs;
  for (let n = 0; n < count; n++) first.receive("in/x", "1");
  await vi.waitFor(() => expect(of(first, "a")).toHaveLength(count), soon);
  const store = first.store;
  await vi.waitFor(() => expect(store.progress?.position).toBe(first.journal.next), soon);
  const before = store.copy();
  first.confirms = false;
  await resume(first, "catch up");
  await vi.waitFor(() => expect(of(first, "b").length).toBeGreaterThan(limits.catchUpInputs), soon);
  for (const { id } of first.published.filter(({ flow }) => flow === "b").slice(0, 1000)) first.settle(id);
  // Confirmed, and in the journal; the checkpoint is from before all that.
  await vi.waitFor(
    () =>
      expect(
        first.journal.batches
          .flatMap(({ inputs }) => inputs)
          .some((each) => each.kind === "settled" && each.effects.some((id) => id.startsWith("b/"))),
      ).toBe(true),
    soon,
  );
  await first.settleDown();
  const journal = first.journal.crash();
  const settled = new Set(
    journal.batches.flatMap(({ inputs }) =>
      inputs.flatMap((each) => (each.kind === "settled" ? each.effects : [])),
    ),
  );
  const done = new Set(first.published.filter(({ id }) => settled.has(id)).map(({ id }) => id));
  await using second = new TestPlane(before, first.now, journal);
  const wasIssued = issued(first, "b");
  await first.plane.answer("stop", {});
  await second.start(counting("a"), counting("b"));
  expect(done.size).toBeGreaterThanOrEqual(1000);
  await vi.waitFor(() => expect(of(second, "b").at(-1)).toBe(`b/x ${count}`), soon);
  expect(of(second, "b")).toHaveLength(count - 1000);
  expect(second.published.filter(({ id }) => done.has(id))).toEqual([]);
  const together = new Set([...wasIssued, ...issued(second, "b")]);
  expect(together.size).toBe(count);
  expect([...together].map((each) => each.replace(/^\S+ /, ""))).toEqual(
    Array.from({ length: count }, (_, n) => `*/x ${n + 1}`),
  );
});

test("a replay brings a flow to where it stood when it was paused, resumed or deployed again", async () => {
  const first = new TestPlane();
  await first.start(counting("a"), counting("b"));
  await vi.waitFor(() => expect(first.store.progress).toBeDefined(), soon);
  const before = first.store.copy();
  const send = async (count: number) => {
    for (let n = 0; n < count; n++) first.receive("in/x", "1");
    await first.settleDown();
  };
  await send(2);
  await pause(first);
  await send(2);
  await resume(first, "catch up");
  await first.settleDown();
  await send(1);
  await pause(first);
  await send(3);
  await first.deploy(counting("b"), 2);
  await resume(first, "skip");
  await send(1);
  await vi.waitFor(() => expect(of(first, "b").at(-1)).toBe("b/x 6"), soon);
  await vi.waitFor(() => expect(first.journal.pendingBytes).toBe(0), soon);
  const journal = first.journal.crash();
  // Nothing of it is in the checkpoint: the journal says all of it.
  await using second = new TestPlane(before, first.now, journal);
  await first.plane.answer("stop", {});
  await second.deploy(counting("b"), 2);
  await second.start(counting("a"));
  expect(second.journal.batches.length).toBe(journal.batches.length);
  second.receive("in/x", "1");
  await vi.waitFor(() => expect(of(second, "b").at(-1)).toBe("b/x 7"), soon);
  expect(of(first, "b")).toEqual(["b/x 1", "b/x 2", "b/x 3", "b/x 4", "b/x 5", "b/x 6"]);
});

test("what the journal has given up passes a paused flow by, and is told", async () => {
  await using one = new TestPlane();
  await one.start(counting("b"));
  await pause(one);
  one.receive("in/x", "1");
  await one.settleDown();
  one.journal.first = one.journal.next;
  await resume(one, "catch up");
  one.receive("in/x", "1");
  await vi.waitFor(() => expect(of(one, "b")).toEqual(["b/x 1"]), soon);
  expect(one.of("problem").map(({ text }) => text)).toEqual([
    expect.stringMatching(
      /^the flow b was behind for longer than the journal is kept: inputs \d+ to \d+ have passed it by$/,
    ),
  ]);
});

test("a disabled node leaves the others what they know", async () => {
  await using one = new TestPlane();
  const flow = counting("a");
  await one.start(flow);
  one.receive("in/x", "1");
  await one.settleDown();
  const nodes = flow.nodes.map((node) => (node.id === "quiet" ? { ...node, disabled: true as const } : node));
  expect((await one.deploy({ ...flow, nodes }, 2)).kept).toEqual(["n"]);
  one.receive("in/x", "1");
  await vi.waitFor(() => expect(of(one, "a")).toEqual(["a/x 1", "a/x 2"]), soon);
});

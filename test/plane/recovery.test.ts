/**
 * What a crash leaves, at every stage of a batch's way: appended, committed, stepped, dispatched, settled, saved. The host
 * is dropped where it stands, and another one starts on what the disk would hold.
 */
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import { alarmFlow, flowOf } from "./flows.ts";
import { MemoryJournal } from "./memoryJournal.ts";
import { MemoryStore, TestPlane } from "./testPlane.ts";

const soon = { timeout: 10_000, interval: 5 };

/** Numbers every message, and says which it was: a message lost or counted twice shows in every number behind it. */
const counting = (id = "count", qos: "0" | "1" = "1"): FlowDocument =>
  flowOf(
    id,
    {
      in: ["mqtt-in", { topic: "in/{device}", format: "text", connection: "main" }],
      n: ["counter", {}],
      out: ["mqtt-out", { topic: "out/{device}", payload: "payload.count", qos, connection: "main" }],
    },
    ["in.out -> n.in", "n.out -> out.in"],
  );

/** The same place in time, space and on disk as a plane that is gone. */
function after(crashed: TestPlane, uncommitted = 0): TestPlane {
  const next = new TestPlane(crashed.store.copy(), crashed.now, crashed.journal.crash(uncommitted));
  // It is gone: whatever it still does is not on the disk that was copied.
  crashed.journal.held = true;
  void crashed.plane.answer("stop", {});
  return next;
}

const idsOf = (one: TestPlane) => one.published.map(({ id }) => id);

test("nothing is acknowledged, published or told before its batch is on disk", async () => {
  await using one = new TestPlane();
  await one.start(counting(), alarmFlow());
  await vi.waitFor(() => expect(one.journal.pendingBytes).toBe(0), soon);
  one.journal.held = true;
  one.receive("in/a", "1", 7);
  one.receive("in/a", "not a number", 8);
  await one.settleDown();
  expect(one.journal.batches.at(-1)?.inputs).toHaveLength(2);
  expect([one.acknowledged, one.published, one.of("deadLetters")]).toEqual([0, [], []]);
  one.journal.commit();
  expect(one.acknowledged).toBe(2);
  expect(idsOf(one)).toEqual([
    expect.stringMatching(/^count\/\d+\.0$/),
    expect.stringMatching(/^count\/\d+\.0$/),
  ]);
  await vi.waitFor(() => expect(one.of("deadLetters")).toHaveLength(1), soon);
});

test("a batch that did not reach the disk never was: the broker delivers it again", async () => {
  const first = new TestPlane();
  await first.start(counting());
  await first.settleDown();
  first.journal.held = true;
  first.receive("in/a", "1", 7);
  await first.settleDown();
  await using second = after(first);
  await second.start(counting());
  second.receive("in/a", "1", 7);
  await vi.waitFor(() => expect(second.published.map(({ effect }) => effect.payload)).toEqual(["1"]), soon);
});

test("a batch that reached the disk is not lost, and comes to the same effects with the same ids", async () => {
  const first = new TestPlane();
  await first.start(counting());
  await first.settleDown();
  first.journal.held = true;
  first.receive("in/a", "x", 7);
  first.receive("in/b", "y", 8);
  await first.settleDown();
  // On disk, and nobody has been told yet.
  await using second = after(first, 1);
  first.journal.commit();
  await second.start(counting());
  await vi.waitFor(() => expect(idsOf(second)).toEqual(idsOf(first)), soon);
  expect(idsOf(second)).toHaveLength(2);
  expect(second.recalled.map(({ packetId, topic }) => [packetId, topic])).toEqual([
    [7, "in/a"],
    [8, "in/b"],
  ]);
  second.receive("in/a", "z", 9);
  await vi.waitFor(() => expect(second.published.at(-1)?.effect.payload).toBe("2"), soon);
});

test("what a broker has confirmed is not published again; what it has not is, in order", async () => {
  const first = new TestPlane();
  first.confirms = false;
  await first.start(counting());
  for (let n = 0; n < 4; n++) first.receive("in/a", "x", n);
  await vi.waitFor(() => expect(first.published).toHaveLength(4), soon);
  first.settle(first.published[1]!.id);
  first.settle(first.published[3]!.id);
  // They ride in the next batch, at the latest with a tick.
  await vi.waitFor(
    () =>
      expect(first.journal.batches.some(({ inputs }) => inputs.some(({ kind }) => kind === "settled"))).toBe(
        true,
      ),
    soon,
  );
  await first.settleDown();
  await using second = after(first);
  await second.start(counting());
  await vi.waitFor(() => expect(idsOf(second)).toEqual([idsOf(first)[0], idsOf(first)[2]]), soon);
});

test("what waits to be confirmed survives in the checkpoint, when the journal behind it is all there is", async () => {
  const first = new TestPlane();
  first.confirms = false;
  await first.start(counting());
  first.receive("in/a", "x", 1);
  first.receive("in/a", "x", 2);
  await vi.waitFor(() => expect([...first.store.load("outbox")]).toHaveLength(2), soon);
  first.settle(first.published[0]!.id);
  await vi.waitFor(() => expect([...first.store.load("outbox")]).toHaveLength(1), soon);
  const store = first.store.copy();
  const journal = new MemoryJournal();
  journal.first = store.progress!.position;
  journal.committed = journal.first;
  await using second = new TestPlane(store, first.now, journal);
  await second.start(counting());
  await vi.waitFor(() => expect(idsOf(second)).toEqual([idsOf(first)[1]]), soon);
  await first.plane.answer("stop", {});
});

test("publishes of QoS 0 are not repeated by a replay", async () => {
  const first = new TestPlane();
  await first.start(counting("count", "0"));
  first.receive("in/a", "x");
  await vi.waitFor(() => expect(first.published).toHaveLength(1), soon);
  await using second = after(first);
  await second.start(counting("count", "0"));
  second.receive("in/a", "x");
  await vi.waitFor(() => expect(second.published).toHaveLength(1), soon);
  expect(second.published[0]?.effect.payload).toBe("2");
});

test("a checkpoint waits for its journal, and does not go beyond it", async () => {
  await using one = new TestPlane();
  await one.start(counting());
  await vi.waitFor(() => expect(one.store.progress).toBeDefined(), soon);
  one.journal.held = true;
  const before = one.store.progress!.position;
  one.receive("in/a", "x", 1);
  await one.settleDown();
  const events = one.of("status").length;
  await vi.waitFor(() => expect(one.of("status").length).toBeGreaterThan(events + 2), soon);
  expect(one.store.progress?.position).toBe(before);
  one.journal.held = false;
  one.journal.commit();
  await vi.waitFor(() => expect(one.store.progress?.position).toBeGreaterThan(before), soon);
  expect(one.journal.trims.at(-1)).toEqual([one.store.progress?.position, one.store.progress?.position]);
});

test("flows go on from the checkpoint by themselves, and are not started anew when they are deployed again", async () => {
  const clock = flowOf(
    "clock",
    {
      go: ["inject", { when: "interval", every: "10 s", payload: true }],
      out: ["mqtt-out", { topic: "out", connection: "main" }],
    },
    ["go.out -> out.in"],
  );
  const first = new TestPlane();
  await first.start(clock);
  await vi.waitFor(() => expect([...first.store.load("flows")]).toHaveLength(1), soon);
  first.now += 9_000;
  await using second = after(first);
  second.now += 1_001;
  await second.settleDown();
  const before = second.journal.batches.length;
  expect(await second.deploy(clock)).toMatchObject({ kept: ["go"], reset: [] });
  await second.connect();
  await vi.waitFor(() => expect(second.sent).toEqual(["out true"]), soon);
  expect(second.journal.batches.slice(before).some(({ inputs }) => inputs.length > 0)).toBe(false);
});

test("flows that are not wanted any more are gone by the first connections", async () => {
  const first = new TestPlane();
  await first.start(counting("stays"), counting("goes"));
  await first.settleDown();
  await using second = after(first);
  await second.start(counting("stays"));
  second.receive("in/a", "x");
  await vi.waitFor(() => expect(second.published).toHaveLength(1), soon);
  expect(second.published[0]?.flow).toBe("stays");
  await vi.waitFor(
    () => expect([...second.store.load("flows")].map(({ address }) => address)).toEqual([["stays"]]),
    soon,
  );
});

test("while the journal does not keep up, sockets are not read; what it says is told", async () => {
  await using one = new TestPlane();
  await one.start(counting());
  await one.settleDown();
  one.journal.held = true;
  one.journal.onProblem?.("the disk is full");
  for (let n = 0; n < 40; n++) one.receive("in/a", "x".repeat(1024 * 1024), n);
  await one.settleDown();
  expect(one.isCongested).toBe(true);
  expect(one.acknowledged).toBe(0);
  await vi.waitFor(
    () => expect(one.of("status").at(-1)?.status.journalProblem).toBe("the disk is full"),
    soon,
  );
  one.journal.held = false;
  one.journal.onProblem?.(undefined);
  one.journal.commit();
  expect(one.isCongested).toBe(false);
  expect(one.acknowledged).toBe(40);
  expect(one.of("problem").map(({ text }) => text)).toEqual([
    "the disk is full",
    "writing the journal works again",
  ]);
});

/** A move of the world: messages, a crash with so many batches on disk that were not known to be, time, a redeploy. */
const moves = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant("send" as const), count: fc.integer({ min: 1, max: 5 }) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("turn" as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("commit" as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("save" as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("deploy" as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("crash" as const), uncommitted: fc.nat(3) }) },
  ),
  { maxLength: 40 },
);

test("whenever it crashes, every message counts once: none lost, none double, one effect id each", async () => {
  await fc.assert(
    fc.asyncProperty(moves, async (given) => {
      const flow = counting();
      let version = 1;
      let one = new TestPlane(new MemoryStore());
      one.confirms = false;
      await one.start(flow);
      await one.settleDown();
      one.journal.held = true;
      let sent = 0;
      /** Highest packet id that was acknowledged, and those delivered in this life, in order. */
      let acked = 0;
      let delivered: number[] = [];
      const deliver = (id: number) => {
        delivered.push(id);
        one.receive("in/a", "x", id);
      };
      /** Ids by what was published under them, over all lives. */
      const effects = new Map<string, string>();
      const look = () => {
        for (const { id, effect } of one.published.splice(0)) {
          expect(effects.get(id) ?? effect.payload).toBe(effect.payload);
          effects.set(id, effect.payload);
          one.settle(id);
        }
      };
      for (const move of given) {
        if (move.do === "send") for (let n = 0; n < move.count; n++) deliver(++sent);
        else if (move.do === "turn") await one.settleDown();
        else if (move.do === "commit") one.journal.commit();
        else if (move.do === "deploy") await one.deploy(flow, ++version);
        else if (move.do === "save") {
          const saved = one.store.progress?.position;
          const until = vi.waitFor(() => expect(one.store.progress?.position).not.toBe(saved), {
            timeout: 1500,
          });
          one.journal.held = false;
          one.journal.commit();
          await until.catch(() => undefined);
          one.journal.held = true;
        } else {
          await one.settleDown();
          look();
          acked = Math.max(acked, ...delivered.slice(0, one.acknowledged));
          const batches = one.journal.batches.filter((each) => each.position >= one.journal.committed);
          const next = after(one, Math.min(move.uncommitted, batches.length));
          one = next;
          one.confirms = false;
          await one.start(flow);
          one.journal.held = true;
          // The broker delivers again what was not acknowledged. What of it the journal has is known by its packet id.
          const recalled = [
            ...one.restored.map(({ value }) => Number(value)),
            ...one.recalled.map(({ packetId }) => packetId),
          ];
          const known = Math.max(acked, ...recalled);
          delivered = [];
          for (let id = known + 1; id <= sent; id++) deliver(id);
        }
        look();
      }
      one.journal.held = false;
      await one.settleDown();
      one.journal.commit();
      await one.settleDown();
      look();
      expect([...effects.values()].map(Number).sort((a, b) => a - b)).toEqual(
        Array.from({ length: sent }, (_, n) => n + 1),
      );
      await one.plane.answer("stop", {});
    }),
    { numRuns: 40 },
  );
}, 60_000);

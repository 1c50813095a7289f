import { describe, expect, it, vi } from "vitest";
import { LiveStore } from "../../../editor/live/store.ts";
import type { DebugLine, NodeLive, SystemStatus } from "../../../runtime/protocol/live.ts";

/** A store whose animation frames come when the test says so. */
function storeWithFrames() {
  const frames: (() => void)[] = [];
  const store = new LiveStore((flush) => void frames.push(flush));
  store.watch("f");
  const frame = () => {
    for (const flush of frames.splice(0)) flush();
  };
  frame();
  return { store, frames, frame };
}

function nodeWith(count: number, payload: unknown = count, at = count): NodeLive {
  const last = { topic: "t", key: "room-1", time: at, params: {}, id: `${count}`, at, payload };
  return { inputs: { in: { count, rate: 1, last } }, outputs: {}, failed: 0, drops: {} };
}

function debugLine(payload: unknown): DebugLine {
  return { node: "n1", topic: "t", key: "k", time: 0, params: {}, id: "1", at: 0, payload };
}

const telemetry = (nodes: Record<string, NodeLive>, flow = "f") =>
  ({ type: "telemetry", flow, at: 1_000, nodes }) as const;

describe("LiveStore", () => {
  it("publishes once per frame, however many messages came", () => {
    const { store, frames, frame } = storeWithFrames();
    const listener = vi.fn();
    store.subscribeNode("n1", listener);
    for (let count = 1; count <= 50; count++) store.receive(telemetry({ n1: nodeWith(count) }));
    expect(frames).toHaveLength(1);
    expect(store.node("n1")).toBeUndefined();
    frame();
    expect(listener).toHaveBeenCalledOnce();
    expect(store.node("n1")?.inputs.in?.count).toBe(50);
  });

  it("wakes only those who show a node that changed", () => {
    const { store, frame } = storeWithFrames();
    const other = vi.fn();
    store.subscribeNode("n2", other);
    store.receive(telemetry({ n1: nodeWith(1) }));
    frame();
    expect(other).not.toHaveBeenCalled();
  });

  it("keeps a node it hears nothing new of", () => {
    const { store, frame } = storeWithFrames();
    store.receive(telemetry({ n1: nodeWith(1), n2: nodeWith(2) }));
    frame();
    const before = store.node("n2");
    store.receive(telemetry({ n1: nodeWith(3) }));
    frame();
    expect(store.node("n2")).toBe(before);
  });

  it("forgets the last flow when another one is watched, and says so to its cards", () => {
    const { store, frame } = storeWithFrames();
    store.receive(telemetry({ n1: nodeWith(1) }));
    frame();
    const listener = vi.fn();
    store.subscribeNode("n1", listener);
    store.watch("g");
    expect(listener).toHaveBeenCalled();
    expect(store.node("n1")).toBeUndefined();
  });

  it("ignores what comes late about a flow no longer watched", () => {
    const { store, frame } = storeWithFrames();
    store.watch("g");
    store.receive(telemetry({ n1: nodeWith(1) }, "f"));
    frame();
    expect(store.node("n1")).toBeUndefined();
  });

  it("lets the feed win over samples fetched when the flow opened", () => {
    const { store, frame } = storeWithFrames();
    store.receive(telemetry({ n1: nodeWith(9) }));
    store.seed("f", { n1: nodeWith(1), n2: nodeWith(2) });
    frame();
    expect(store.node("n1")?.inputs.in?.count).toBe(9);
    expect(store.node("n2")?.inputs.in?.count).toBe(2);
  });

  it("stops waking who has unsubscribed", () => {
    const { store, frame } = storeWithFrames();
    const listener = vi.fn();
    store.subscribeNode("n1", listener)();
    store.receive(telemetry({ n1: nodeWith(1) }));
    frame();
    expect(listener).not.toHaveBeenCalled();
  });

  it("counts dead letters from both messages that tell them", () => {
    const { store, frame } = storeWithFrames();
    store.receive({
      type: "status",
      status: { deadLetters: { f: 2 } as SystemStatus["deadLetters"] } as SystemStatus,
    });
    expect(store.deadLetters).toEqual({ f: 2 });
    store.receive({ type: "deadLetters", counts: { f: 5 } });
    frame();
    expect(store.deadLetters).toEqual({ f: 5 });
  });

  it("remembers some minutes of a node's messages, at most one a second and key", () => {
    const { store } = storeWithFrames();
    for (const at of [1_000, 1_000, 1_500, 2_000]) store.receive(telemetry({ n1: nodeWith(1, at, at) }));
    expect(store.history("n1").map((sample) => sample.payload)).toEqual([1_000, 2_000]);
  });

  it("lets go of messages older than that", () => {
    const { store } = storeWithFrames();
    store.receive({ type: "telemetry", flow: "f", at: 1_000, nodes: { n1: nodeWith(1, 1, 1_000) } });
    store.receive({ type: "telemetry", flow: "f", at: 400_000, nodes: { n1: nodeWith(2, 2, 400_000) } });
    expect(store.history("n1").map((sample) => sample.payload)).toEqual([2]);
  });

  it("bounds what it remembers over all nodes", () => {
    const { store } = storeWithFrames();
    const ids = Array.from({ length: 1_000 }, (_, index) => `n${index}`);
    for (let at = 1_000; at <= 60_000; at += 1_000) {
      store.receive(telemetry(Object.fromEntries(ids.map((id) => [id, nodeWith(1, at, at)]))));
    }
    const kept = ids.reduce((sum, id) => sum + store.history(id).length, 0);
    expect(kept).toBeLessThanOrEqual(25_000);
  });
});

describe("debug lines", () => {
  const debug = (payloads: readonly unknown[], skipped = 0) =>
    ({ type: "debug", flow: "f", records: payloads.map(debugLine), skipped }) as const;
  const payloads = (store: LiveStore) => store.debug.lines.map((line) => line.payload);

  it("keep the newest 500", () => {
    const { store } = storeWithFrames();
    store.receive(debug(Array.from({ length: 600 }, (_, index) => index)));
    expect(payloads(store)).toHaveLength(500);
    expect(payloads(store).at(-1)).toBe(599);
  });

  it("stand still while paused, count what comes, and show it on resuming", () => {
    const { store } = storeWithFrames();
    store.receive(debug(["a"]));
    store.pauseDebug(true);
    store.receive(debug(["b", "c"], 4));
    expect(payloads(store)).toEqual(["a"]);
    expect(store.debug).toMatchObject({ paused: true, waiting: 2, skipped: 4 });
    store.pauseDebug(false);
    expect(payloads(store)).toEqual(["a", "b", "c"]);
    expect(store.debug).toMatchObject({ paused: false, waiting: 0 });
  });

  it("give the same view until something changes", () => {
    const { store } = storeWithFrames();
    store.receive(debug(["a"]));
    expect(store.debug).toBe(store.debug);
  });

  it("are numbered apart even when the same message passes twice", () => {
    const { store } = storeWithFrames();
    store.receive(debug(["a", "a"]));
    const [first, second] = store.debug.lines;
    expect(first?.number).not.toBe(second?.number);
  });

  it("can be cleared, also what waits behind a pause", () => {
    const { store } = storeWithFrames();
    store.pauseDebug(true);
    store.receive(debug(["a"], 1));
    store.clearDebug();
    store.pauseDebug(false);
    expect(store.debug).toMatchObject({ lines: [], skipped: 0 });
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PreviewHost, type PreviewWorker } from "../../../editor/app/previewHost.ts";
import type { FromPreview, PreviewedNodes, ToPreview } from "../../../editor/app/previewMessages.ts";
import { LiveStore } from "../../../editor/live/store.ts";
import { configure } from "../../../editor/model/commands.ts";
import { expressionLimits } from "../../../runtime/core/expression/limits.ts";
import type { PeekedMessage, PeekedTopic } from "../../../runtime/protocol/live.ts";
import { openSession, sampleFlow } from "../sampleFlow.ts";

class FakeWorker implements PreviewWorker {
  onmessage: PreviewWorker["onmessage"] = null;
  onerror: PreviewWorker["onerror"] = null;
  readonly asked: ToPreview[] = [];
  ended = false;

  postMessage(message: ToPreview): void {
    this.asked.push(message);
  }

  terminate(): void {
    this.ended = true;
  }

  answer(answer: Partial<PreviewedNodes> = {}): void {
    const data: PreviewedNodes = { type: "nodes", at: 1, nodes: {}, ...answer };
    this.onmessage?.({ data } as MessageEvent<FromPreview>);
  }
}

const topic: PeekedTopic = { connection: "default", filter: "a/b" };
const node = { inputs: {}, outputs: {}, failed: 0, drops: {} };
const message: PeekedMessage = {
  connection: "default",
  topic: "a/b",
  payload: "1",
  encoding: "utf8",
  retained: false,
  at: 1,
};
const live = { version: 1, live: true, flow: sampleFlow };

function setUp() {
  const workers: FakeWorker[] = [];
  const peeks: (readonly PeekedTopic[])[] = [];
  const page = { visible: true };
  const host = new PreviewHost(
    {
      startWorker: () => {
        const worker = new FakeWorker();
        workers.push(worker);
        return worker;
      },
      peek: (topics) => peeks.push(topics),
      visible: () => page.visible,
      limits: () => expressionLimits,
    },
    new LiveStore((flush) => flush()),
  );
  const kinds = (index = 0) => workers[index]?.asked.map((each) => each.type);
  return { host, workers, peeks, page, kinds };
}

describe("the host of the preview", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("draws a flow that does not run, peeks at its topics and tells its nodes", () => {
    const { host, workers, peeks, kinds } = setUp();
    host.open(openSession());
    expect(kinds()).toEqual(["draw", "run"]);
    workers[0]?.answer({ topics: [topic], nodes: { n1: node } });
    expect(peeks.at(-1)).toEqual([topic]);
    expect(host.store.node("n1")).toEqual(node);
    host.receive([message]);
    expect(workers[0]?.asked.at(-1)).toEqual({ type: "take", messages: [message] });
  });

  it("costs nothing while everything runs as drawn, and begins with the first change", () => {
    const { host, workers, peeks, kinds } = setUp();
    const session = openSession(sampleFlow, live);
    host.open(session);
    expect(workers).toEqual([]);
    configure(session, "n2", { level: 7 });
    vi.advanceTimersByTime(1000);
    expect(kinds()).toEqual(["draw", "run"]);
    workers[0]?.answer({ topics: [topic] });
    session.deployment.set({ ...live, version: 2, flow: session.document.get() });
    expect(workers[0]?.ended).toBe(true);
    expect(peeks.at(-1)).toEqual([]);
  });

  it("draws again only when nodes or wires are others", () => {
    const { host, kinds, workers } = setUp();
    const session = openSession();
    host.open(session);
    workers[0]?.answer();
    configure(session, "n2", { level: 7 });
    vi.advanceTimersByTime(1000);
    host.refresh();
    expect(kinds()).toEqual(["draw", "run", "draw"]);
  });

  it("rests while the page is hidden", () => {
    const { host, workers, peeks, page, kinds } = setUp();
    host.open(openSession());
    workers[0]?.answer({ topics: [topic] });
    page.visible = false;
    host.refresh();
    expect(workers[0]?.asked.at(-1)).toEqual({ type: "run", running: false });
    expect(peeks.at(-1)).toEqual([]);
    host.receive([message]);
    expect(kinds()).toEqual(["draw", "run", "run"]);
    page.visible = true;
    host.refresh();
    expect(peeks.at(-1)).toEqual([topic]);
  });

  it.each([
    ["does not answer", (_worker: FakeWorker) => vi.advanceTimersByTime(60_000)],
    ["fails", (worker: FakeWorker) => worker.onerror?.({} as ErrorEvent)],
  ])("ends a worker that %s, and starts another one when the drawing changes", (_what, happen) => {
    const { host, workers, peeks } = setUp();
    const session = openSession();
    host.open(session);
    workers[0]?.answer({ nodes: { n1: node } });
    configure(session, "n2", { level: 6 });
    vi.advanceTimersByTime(1000);
    happen(workers[0]!);
    expect(workers[0]?.ended).toBe(true);
    expect(host.store.node("n1"), "what it said last is gone").toBeUndefined();
    expect(peeks.at(-1)).toEqual([]);
    host.refresh();
    expect(workers).toHaveLength(1);
    configure(session, "n2", { level: 7 });
    vi.advanceTimersByTime(1000);
    expect(workers).toHaveLength(2);
  });

  it("ends with the flow", () => {
    const { host, workers, peeks } = setUp();
    const close = host.open(openSession());
    workers[0]?.answer({ topics: [topic], nodes: { n1: node } });
    close();
    expect(workers[0]?.ended).toBe(true);
    expect(peeks.at(-1)).toEqual([]);
    expect(host.store.node("n1")).toBeUndefined();
  });
});

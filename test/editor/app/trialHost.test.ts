import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FromPreview, ToPreview } from "../../../editor/app/previewMessages.ts";
import { TrialHost } from "../../../editor/app/trialHost.ts";
import { type Trial, tryExpression } from "../../../editor/expression/trial.ts";
import { expressionLimits } from "../../../runtime/core/expression/limits.ts";

class FakeWorker {
  onmessage: ((event: MessageEvent<FromPreview>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly asked: string[] = [];
  private last: Extract<ToPreview, { type: "try" }> | undefined;
  ended = false;

  postMessage(message: ToPreview): void {
    if (message.type !== "try") throw new Error(`unexpected ${message.type}`);
    this.asked.push(message.request.source);
    this.last = message;
  }

  terminate(): void {
    this.ended = true;
  }

  answer(): void {
    const { request, limits } = this.last!;
    const data: FromPreview = { type: "tried", trial: tryExpression(request, limits) };
    this.onmessage?.({ data } as MessageEvent<FromPreview>);
  }
}

const sample = { topic: "t", key: "k", time: 1, at: 1, id: "1", params: {}, payload: 1 };

function setUp() {
  const workers: FakeWorker[] = [];
  const host = new TrialHost(
    () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    },
    () => expressionLimits,
  );
  const results: string[] = [];
  const field = {};
  const ask = (source: string, of: object = field) =>
    host.ask(of, { source, sample, now: 0 }, (trial: Trial) =>
      results.push("text" in trial ? trial.text : "empty"),
    );
  return { host, workers, results, ask, field };
}

describe("the host of trials", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("has an expression tried in a worker, and hands on what came out", () => {
    const { workers, results, ask } = setUp();
    ask("1 + payload");
    expect(results).toEqual([]);
    workers[0]?.answer();
    expect(results).toEqual(["2"]);
  });

  it("answers a field what it asked last, other fields in turn", () => {
    const { workers, results, ask } = setUp();
    ask("1");
    ask("2");
    ask("3");
    ask("10", {});
    workers[0]?.answer();
    workers[0]?.answer();
    workers[0]?.answer();
    expect(workers[0]?.asked).toEqual(["1", "3", "10"]);
    expect(results).toEqual(["3", "10"]);
  });

  it("stops an expression that hangs, says so, and goes on with the next in another worker", () => {
    const { workers, results, ask } = setUp();
    ask("1");
    workers[0]?.answer();
    ask("$hangs()");
    ask("2", {});
    vi.advanceTimersByTime(2_000);
    expect(workers[0]?.ended).toBe(true);
    expect(results).toEqual(["1", "Stopped: it takes longer than 2 s on this message."]);
    workers[1]?.answer();
    expect(results.at(-1)).toBe("2");
  });

  it("lets a worker load before it counts", () => {
    const { workers, results, ask } = setUp();
    ask("1");
    vi.advanceTimersByTime(10_000);
    workers[0]?.answer();
    expect(results).toEqual(["1"]);
  });

  it("does not ask for a field that is gone", () => {
    const { host, workers, ask, field } = setUp();
    ask("1", {});
    ask("2");
    host.forget(field);
    workers[0]?.answer();
    expect(workers[0]?.asked).toEqual(["1"]);
  });
});

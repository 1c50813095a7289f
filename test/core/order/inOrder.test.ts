import { describe, expect, it } from "vitest";
import {
  config,
  defineNode,
  derive,
  ExpressionError,
  inOrder,
  type OrderedOperator,
} from "../../../runtime/core/api.ts";
import { createHarness } from "../../harness/operatorHarness.ts";

const start = 1_767_571_200_000;

function nodeOf(operator: OrderedOperator<{ until: number }>, waitingMax?: number) {
  return defineNode({
    type: "probe",
    version: 1,
    category: "structure",
    title: "Probe",
    purpose: "",
    icon: "",
    config: config({}),
    docs: "",
    examples: [],
    inputs: [{ name: "in", title: "in" }],
    outputs: [{ name: "out", title: "out" }],
    summary: () => "",
    keyed: false,
    stateVersion: 1,
    operator: () => inOrder(operator, waitingMax),
  });
}

/** Passes messages on, fails at -1, and says so when a message was followed by 10 ms of nothing. */
const operator: OrderedOperator<{ until: number }> = {
  judge(_own, message, _port, ctx) {
    if (message.payload === -1) throw new ExpressionError("T2001", "bad");
    ctx.emit("out", message);
    return { until: message.time + 10 };
  },
  dueAt: ({ until }) => until,
  due(_own, at, ctx) {
    const message = { topic: "", payload: "due", key: ctx.key, time: at, params: {}, id: ctx.id };
    ctx.emit("out", derive(message, "due"));
    return undefined;
  },
};

describe("an operator in order", () => {
  const seen = (harness: ReturnType<typeof createHarness>) =>
    harness.outputs().map(({ payload, time }) => [payload, time - start]);

  it("judges by time, with what is due between", () => {
    const harness = createHarness(nodeOf(operator), {}, { startAt: start, maxDelayMs: 100 });
    for (const at of [40, 5, 15, 16, 5]) harness.send(at, { at: start + at });
    harness.restart();
    harness.watermark(start + 100);
    expect(seen(harness)).toEqual([
      [5, 5],
      [5, 5],
      [15, 15],
      [16, 16],
      ["due", 26],
      [40, 40],
      ["due", 50],
    ]);
  });

  it("judges at once what nothing can precede", () => {
    const harness = createHarness(nodeOf(operator), {}, { startAt: start });
    harness.send(1, { at: start + 7 });
    expect(seen(harness)).toEqual([[1, 7]]);
  });

  it("fails one message without stopping those behind it", () => {
    const harness = createHarness(nodeOf(operator), {}, { startAt: start, maxDelayMs: 100 });
    for (const [at, value] of [
      [1, 1],
      [2, -1],
      [3, 3],
    ] as const) {
      harness.send(value, { at: start + at, topic: "t" });
    }
    harness.watermark(start + 100);
    expect(seen(harness)).toEqual([
      [1, 1],
      [3, 3],
      ["due", 13],
    ]);
    expect(harness.deadLetters()).toMatchObject([{ code: "T2001", payload: -1, topic: "t" }]);
  });

  it("judges the first before its time when too many wait, and then drops what precedes it", () => {
    const harness = createHarness(nodeOf(operator, 2), {}, { startAt: start, maxDelayMs: 100 });
    for (const at of [20, 40, 60]) harness.send(at, { at: start + at });
    expect(seen(harness)).toEqual([[20, 20]]);
    harness.send(10, { at: start + 10 });
    expect(harness.drops()).toEqual({ late: 1 });
    harness.send(80, { at: start + 80 });
    expect(seen(harness)).toEqual([
      ["due", 30],
      [40, 40],
    ]);
  });

  it("keeps messages before what is due later when too many wait", () => {
    const harness = createHarness(nodeOf(operator, 1), {}, { startAt: start, maxDelayMs: 100 });
    for (const at of [20, 25, 27, 50]) harness.send(at, { at: start + at });
    expect(seen(harness)).toEqual([
      [20, 20],
      [25, 25],
      [27, 27],
    ]);
  });

  it("takes a message behind the watermark as long as its own key has not gone further", () => {
    const harness = createHarness(nodeOf(operator), {}, { startAt: start });
    harness.send(1, { at: start + 100, key: "a" });
    harness.send(2, { at: start + 50, key: "b" });
    expect(seen(harness)).toEqual([
      [1, 100],
      [2, 50],
      ["due", 60],
    ]);
  });
});

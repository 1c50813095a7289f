import fc from "fast-check";
import { describe, expect, it } from "vitest";
import batch from "../../nodes/batch.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { type Arrival, type Left, modelled, run, streamStart as start, streams } from "./orderedStream.ts";

describe("batch", () => {
  it("gives a list the topic and named levels of its newest message", () => {
    const harness = createHarness(batch, { size: 2 }, { startAt: start, maxDelayMs: 5_000 });
    harness.send(2, { at: start + 2, topic: "new", params: { device: "new" } });
    harness.send(1, { at: start + 1, topic: "old", params: { device: "old" } });
    harness.watermark(start + 10);
    expect(harness.outputs()[0]!.message).toMatchObject({
      topic: "new",
      params: { device: "new" },
      payload: [1, 2],
      key: "key",
    });
  });

  it("has nothing to flush when nothing was collected", () => {
    const harness = createHarness(batch, {}, { startAt: start });
    harness.send(true, { port: "flush" });
    expect(harness.outputs()).toEqual([]);
  });

  it("counts what has nothing to collect", () => {
    const harness = createHarness(batch, { value: "payload.t", size: 1 }, { startAt: start });
    harness.send({});
    harness.send({ t: null });
    expect(harness.outputs().map((each) => each.payload)).toEqual([[null]]);
    expect(harness.drops()).toEqual({ "no result": 1 });
  });

  it("sends a full list early when it goes by time alone", () => {
    const harness = createHarness(batch, { until: "time", wait: "1 h" }, { startAt: start });
    for (let index = 0; index < 10_001; index++) harness.send(index);
    expect(harness.outputs().map((each) => (each.payload as unknown[]).length)).toEqual([10_000]);
    harness.advanceTo(start + 3_600_001);
    expect(harness.outputs().map((each) => each.payload)).toEqual([[10_000]]);
  });

  it("refuses no time at all", () => {
    expect(batch.check!({ until: "time", wait: "0 s" } as never).map((each) => each.field)).toEqual([
      "/wait",
    ]);
  });
});

function model(messages: readonly Arrival<number>[], size: number, waitMs: number): Left[] {
  const left: Left[] = [];
  let list: Arrival<number>[] = [];
  const send = (at: number) => {
    if (list.length > 0) left.push(["out", at, list.map(({ payload }) => payload)]);
    list = [];
  };
  for (const message of messages) {
    const end = list.length > 0 ? list[0]!.at + waitMs : Number.POSITIVE_INFINITY;
    if (message.at > end) send(end);
    if (message.port === "flush") send(message.at);
    else list.push(message);
    if (list.length === size) send(message.at);
  }
  if (list.length > 0 && waitMs < Number.POSITIVE_INFINITY) send(list[0]!.at + waitMs);
  return left;
}

describe("batch beside a naive model", () => {
  it("agrees on streams out of order within the delay, flushed and restarted anywhere", () => {
    fc.assert(
      fc.property(
        streams(fc.nat(99), ["in", "in", "in", "in", "flush"]),
        fc.constantFrom("either", "count", "time"),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(3, 9),
        (stream, until, size, wait) => {
          const expected = modelled(stream, (messages) =>
            model(
              messages,
              until === "time" ? Number.POSITIVE_INFINITY : size,
              until === "count" ? Number.POSITIVE_INFINITY : wait * 1_000,
            ),
          );
          expect(run(batch, { until, size, wait: `${wait} s` }, stream)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import counter from "../../nodes/counter.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { type Arrival, type Left, modelled, run, streamStart as start, streams } from "./orderedStream.ts";
import { watchState } from "./watchState.ts";

const hour = 3_600_000;

describe("counter", () => {
  it("adds small numbers without losing any", () => {
    const total = (values: readonly number[]) => {
      const harness = createHarness(counter, { what: "sum" }, { startAt: start });
      for (const value of values) {
        harness.send(value);
        harness.restart();
      }
      return (harness.outputs().at(-1)!.payload as { total: number }).total;
    };
    expect(total(Array(10).fill(0.1))).toBe(1);
    expect(total([1, 1e17, 1, -1e17])).toBe(2);
  });

  it("ends a day by the calendar of its zone, whether it has 23 hours, 24 or 25", () => {
    const noonBefore = Date.UTC(2026, 2, 28, 11);
    const harness = createHarness(counter, { period: "day", zone: "Europe/Oslo" }, { startAt: noonBefore });
    harness.send(1, { at: noonBefore });
    harness.send(1, { at: noonBefore + 24 * hour });
    harness.advanceTo(noonBefore + 48 * hour);
    expect(harness.outputs("done").map(({ payload }) => (payload as { end: number }).end)).toEqual([
      Date.UTC(2026, 2, 28, 23),
      Date.UTC(2026, 2, 29, 22),
    ]);
  });

  it("counts a message at exactly the end to the next period, and forgets a device that is silent", () => {
    const watched = watchState(counter);
    const harness = createHarness(watched.type, { period: "hour" }, { startAt: start });
    harness.send(1, { at: start });
    harness.send(1, { at: start + hour });
    expect(
      harness.outputs().map(({ port, payload }) => [port, (payload as { total: number }).total]),
    ).toEqual([
      ["out", 1],
      ["done", 1],
      ["out", 1],
    ]);
    harness.advanceTo(start + 5 * hour);
    expect(harness.outputs()).toHaveLength(1);
    expect([...watched.keys]).toEqual([]);
  });

  it("knows across a reset that a motor is running", () => {
    const config = { what: "rises", condition: "payload" };
    const harness = createHarness(counter, config, { startAt: start });
    harness.send(true);
    harness.send(1, { port: "reset" });
    harness.send(1, { port: "reset" });
    harness.send(true);
    expect(
      harness.outputs().map(({ port, payload }) => [port, (payload as { total: number }).total]),
    ).toEqual([
      ["out", 1],
      ["done", 1],
      ["out", 0],
    ]);
  });

  it.each([
    [{ what: "sum" }, "5", "VALUE_NOT_A_NUMBER"],
    [{ what: "sum" }, 1e301, "VALUE_NOT_A_NUMBER"],
    [{ what: "rises", condition: "payload" }, 1, "CONDITION_NOT_BOOLEAN"],
  ])("with %j refuses %j", (config, payload, code) => {
    const harness = createHarness(counter, config, { startAt: start });
    harness.send(payload);
    expect(harness.deadLetters().map((each) => each.code)).toEqual([code]);
    expect(harness.outputs()).toEqual([]);
  });

  it("wants a condition to count by", () => {
    expect(counter.check!({ what: "rises" } as never).map((each) => each.field)).toEqual(["/condition"]);
  });
});

interface Rule {
  readonly what: string;
  readonly upTo: number;
  readonly periodMs: number;
}

/** Cuts the stream into stretches, and adds each up from its messages whenever it is asked. */
function model(messages: readonly Arrival<number>[], { what, upTo, periodMs }: Rule): Left[] {
  const left: Left[] = [];
  let stretch: Arrival<number>[] = [];
  const inputs = messages.filter(({ port }) => port === "in");
  const amount = (message: Arrival<number>) => {
    if (what === "messages") return 1;
    if (what === "sum") return message.payload;
    const before = inputs[inputs.indexOf(message) - 1];
    return message.payload > 5 && !(before && before.payload > 5) ? 1 : 0;
  };
  const result = (end: number) => ({
    total: stretch.reduce((sum, each) => sum + amount(each), 0),
    count: stretch.length,
    start: start + stretch[0]!.at,
    end: start + end,
  });
  const finish = (end: number, at: number, by: string) => {
    if (stretch.length > 0) left.push(["done", at, { ...result(end), by }]);
    stretch = [];
  };
  const periodEnd = () => (Math.floor(stretch[0]!.at / periodMs) + 1) * periodMs;
  for (const message of messages) {
    const { at } = message;
    if (stretch.length > 0 && at >= periodEnd()) finish(periodEnd(), periodEnd() - 1, "period");
    if (message.port === "reset") {
      finish(at, at, "message");
      continue;
    }
    stretch.push(message);
    const now = result(at);
    left.push(["out", at, now]);
    if (now.total >= upTo) finish(at, at, "number");
  }
  if (stretch.length > 0 && periodMs < Number.POSITIVE_INFINITY)
    finish(periodEnd(), periodEnd() - 1, "period");
  return left;
}

describe("counter beside a naive model", () => {
  it("agrees on streams out of order within the delay, reset and restarted anywhere", () => {
    fc.assert(
      fc.property(
        streams(fc.nat(9), ["in", "in", "in", "in", "reset"]),
        fc.constantFrom("messages", "sum", "rises"),
        fc.constantFrom(undefined, 3, 12),
        fc.boolean(),
        (stream, what, upTo, hourly) => {
          // Seconds become minutes, so that streams last for hours.
          const longer = {
            ...stream,
            arrivals: stream.arrivals.map((each) => ({ ...each, at: each.at * 60 })),
          };
          const slow = { ...longer, delayMs: stream.delayMs * 60 };
          const config = {
            what,
            condition: "payload > 5",
            period: hourly ? "hour" : "never",
            ...(upTo ? { upTo } : {}),
          };
          const rule = {
            what,
            upTo: upTo ?? Number.POSITIVE_INFINITY,
            periodMs: hourly ? hour : Number.POSITIVE_INFINITY,
          };
          const expected = modelled(slow, (messages) => model(messages, rule));
          expect(run(counter, config, slow, "3 h")).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});

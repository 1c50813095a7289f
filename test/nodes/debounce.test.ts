import fc from "fast-check";
import { describe, expect, it } from "vitest";
import debounce from "../../nodes/debounce.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { type Arrival, type Left, modelled, run, streamStart as start, streams } from "./orderedStream.ts";
import { watchState } from "./watchState.ts";

describe("debounce", () => {
  it("counts a message exactly at the end of the wait to the burst", () => {
    const harness = createHarness(debounce, { wait: "5 s" }, { startAt: start });
    harness.send("a", { at: start });
    harness.send("b", { at: start + 5_000 });
    harness.advanceTo(start + 60_000);
    expect(harness.outputs("out").map(({ payload, time }) => [payload, time - start])).toEqual([
      ["b", 10_000],
    ]);
  });

  it("lets the last one through in silence, also after a restart and a long absence", () => {
    const harness = createHarness(debounce, { wait: "5 s" }, { startAt: start });
    harness.send("a", { at: start, key: "door" });
    harness.restart();
    harness.advanceTo(start + 3_600_000);
    expect(harness.outputs().map(({ payload, key, time }) => [payload, key, time - start])).toEqual([
      ["a", "door", 5_000],
    ]);
  });

  it("lets a burst of one through once", () => {
    const harness = createHarness(debounce, { wait: "5 s", send: "both" }, { startAt: start });
    harness.send("a", { at: start });
    harness.advanceTo(start + 60_000);
    expect(harness.outputs()).toHaveLength(1);
  });

  it("counts what is older than what was decided as late", () => {
    const harness = createHarness(debounce, { wait: "5 s", send: "first" }, { startAt: start });
    harness.send("a", { at: start + 1_000 });
    harness.send("b", { at: start });
    expect(harness.drops()).toEqual({ late: 1 });
  });

  it("forgets a device when its burst is over", () => {
    const watched = watchState(debounce);
    const harness = createHarness(watched.type, { wait: "5 s" }, { startAt: start });
    harness.send("a", { at: start, key: "x" });
    expect([...watched.keys]).toEqual(["x"]);
    harness.advanceTo(start + 5_001);
    expect([...watched.keys]).toEqual([]);
  });

  it.each([
    [{ wait: "0 s" }, "/wait"],
    [{ wait: "5 s", atLatest: "5 s" }, "/atLatest"],
  ])("refuses %j at its field", (config, field) => {
    expect(debounce.check!(config as never).map((each) => each.field)).toEqual([field]);
  });
});

/** Cuts the stream into bursts first, then looks at each. */
function model(
  messages: readonly Arrival<number>[],
  send: string,
  waitMs: number,
  atLatestMs: number,
): Left[] {
  const bursts: Arrival<number>[][] = [];
  for (const message of messages) {
    const burst = bursts.at(-1);
    const goesOn =
      burst && message.at <= burst.at(-1)!.at + waitMs && message.at <= burst[0]!.at + atLatestMs;
    if (goesOn) burst.push(message);
    else bursts.push([message]);
  }
  return bursts.flatMap((burst): Left[] => {
    const over = Math.min(burst.at(-1)!.at + waitMs, burst[0]!.at + atLatestMs);
    const first: Left = ["out", burst[0]!.at, burst[0]!.payload];
    const last: Left = ["out", over, burst.at(-1)!.payload];
    if (send === "first")
      return [first, ...burst.slice(1).map(({ at, payload }): Left => ["rest", at, payload])];
    const held = send === "both" ? burst.slice(1) : burst;
    const rest = held.slice(0, -1).map(({ payload }, index): Left => ["rest", held[index + 1]!.at, payload]);
    return [...(send === "both" ? [first] : []), ...rest, ...(held.length > 0 ? [last] : [])];
  });
}

describe("debounce beside a naive model", () => {
  it("agrees on streams out of order within the delay, silent and restarted anywhere", () => {
    fc.assert(
      fc.property(
        streams(fc.nat(99)),
        fc.constantFrom("first", "last", "both"),
        fc.constantFrom(2, 5),
        fc.constantFrom(undefined, 8),
        (stream, send, wait, atLatest) => {
          const config = { send, wait: `${wait} s`, ...(atLatest ? { atLatest: `${atLatest} s` } : {}) };
          const expected = modelled(stream, (messages) =>
            model(messages, send, wait * 1_000, (atLatest ?? Number.POSITIVE_INFINITY) * 1_000),
          );
          expect(run(debounce, config, stream)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import delay from "../../nodes/delay.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { type Arrival, type Left, modelled, run, streamStart as start, streams } from "./orderedStream.ts";
import { watchState } from "./watchState.ts";

describe("delay", () => {
  it("sends at once what was due while nothing ran", () => {
    const harness = createHarness(delay, { by: "5 s" }, { startAt: start });
    harness.send("a", { at: start });
    harness.send("b", { at: start + 1_000 });
    harness.restart();
    harness.advanceTo(start + 3_600_000);
    expect(harness.outputs().map(({ payload, time }) => [payload, time - start])).toEqual([
      ["a", 5_000],
      ["b", 6_000],
    ]);
  });

  it("says how many wait, also after a restart", () => {
    const watched = watchState(delay);
    const harness = createHarness(watched.type, { by: "5 s" }, { startAt: start });
    harness.send("a", { at: start, key: "a" });
    harness.send("b", { at: start, key: "b" });
    harness.restart();
    expect(harness.status()).toEqual({ level: "ok", text: "2 waiting" });
    harness.send("x", { at: start + 1, key: "a", port: "cancel" });
    expect(harness.status()).toEqual({ level: "ok", text: "1 waiting" });
    harness.advanceTo(start + 5_001);
    expect(harness.status()).toBeUndefined();
    expect([...watched.keys]).toEqual([]);
  });

  it("sends messages without room to the rest, for each device apart", () => {
    const harness = createHarness(delay, { by: "5 s", waitMax: 2 }, { startAt: start });
    for (const value of [1, 2, 3]) harness.send(value, { at: start, key: "a" });
    harness.send(4, { at: start, key: "b" });
    expect(harness.outputs().map(({ port, payload }) => [port, payload])).toEqual([["rest", 3]]);
  });

  it("refuses no wait at all", () => {
    expect(delay.check!({ by: "0 s" } as never).map((each) => each.field)).toEqual(["/by"]);
  });
});

function model(messages: readonly Arrival<number>[], byMs: number, newest: boolean): Left[] {
  const left: { at: number; order: number; left: Left }[] = [];
  for (const [index, { at, port, payload }] of messages.entries()) {
    if (port === "cancel") continue;
    const ends = messages.findIndex(
      (each, other) => other > index && (newest || each.port === "cancel") && each.at <= at + byMs,
    );
    const end = messages[ends];
    left.push(
      end
        ? { at: end.at, order: ends, left: ["rest", end.at, payload] }
        : { at: at + byMs, order: messages.length, left: ["out", at + byMs, payload] },
    );
  }
  return left.sort((a, b) => a.at - b.at || a.order - b.order).map((each) => each.left);
}

describe("delay beside a naive model", () => {
  it("agrees on streams out of order within the delay, cancelled and restarted anywhere", () => {
    fc.assert(
      fc.property(
        streams(fc.nat(99), ["in", "in", "in", "cancel"]),
        fc.constantFrom(2, 7),
        fc.boolean(),
        (stream, by, newest) => {
          const expected = modelled(stream, (messages) => model(messages, by * 1_000, newest));
          expect(run(delay, { by: `${by} s`, newest }, stream)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});

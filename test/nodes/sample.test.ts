import fc from "fast-check";
import { describe, expect, it } from "vitest";
import sample from "../../nodes/sample.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { type Arrival, type Left, modelled, run, streamStart as start, streams } from "./orderedStream.ts";
import { watchState } from "./watchState.ts";

describe("sample", () => {
  it("samples all devices at the same moments, by the clock", () => {
    const harness = createHarness(sample, { every: "10 s" }, { startAt: start });
    harness.send(1, { at: start + 3_000, key: "a" });
    harness.send(2, { at: start + 7_000, key: "b" });
    harness.restart();
    harness.advanceTo(start + 60_000);
    expect(harness.outputs().map(({ key, payload, time }) => [key, payload, time - start])).toEqual([
      ["a", 1, 10_000],
      ["b", 2, 10_000],
    ]);
  });

  it("forgets a device that is silent, at the latest when its value is no longer repeated", () => {
    const watched = watchState(sample);
    const harness = createHarness(watched.type, { every: "10 s", repeatFor: "20 s" }, { startAt: start });
    harness.send(1, { at: start + 5_000, key: "a" });
    harness.advanceTo(start + 20_001);
    expect(harness.outputs()).toHaveLength(2);
    expect([...watched.keys]).toEqual([]);
  });

  it.each([
    [{ every: "0 s" }, "/every"],
    [{ every: "1 s", repeatFor: "1 d" }, "/repeatFor"],
  ])("refuses %j at its field", (config, field) => {
    expect(sample.check!(config as never).map((each) => each.field)).toEqual([field]);
  });
});

/** Goes through every moment by the clock and looks for the newest message until then. */
function byTime(messages: readonly Arrival<number>[], everyMs: number, repeatForMs: number): Left[] {
  const left: Left[] = [];
  const last = messages.at(-1)!.at + everyMs + repeatForMs;
  let before = Number.NEGATIVE_INFINITY;
  for (let moment = 0; moment <= last; moment += everyMs) {
    const fresh = messages.filter(({ at }) => at > before && at <= moment);
    const held = fresh
      .slice(0, -1)
      .map(({ payload }, index): Left => ["rest", fresh[index + 1]!.at, payload]);
    left.push(...held);
    const newest = messages.filter(({ at }) => at <= moment).at(-1);
    if (newest && (fresh.length > 0 || moment <= newest.at + repeatForMs))
      left.push(["out", moment, newest.payload]);
    before = moment;
  }
  return left;
}

describe("sample beside a naive model", () => {
  it("agrees on regular times, whatever the order of arrival", () => {
    fc.assert(
      fc.property(
        streams(fc.nat(99)),
        fc.constantFrom(4, 10),
        fc.constantFrom(0, 3, 25),
        (stream, every, repeatFor) => {
          const expected = modelled(stream, (messages) => byTime(messages, every * 1_000, repeatFor * 1_000));
          expect(run(sample, { every: `${every} s`, repeatFor: `${repeatFor} s` }, stream)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("agrees on one of every so many", () => {
    fc.assert(
      fc.property(streams(fc.nat(99)), fc.integer({ min: 1, max: 4 }), (stream, count) => {
        const expected = modelled(stream, (messages) =>
          messages.map(({ at, payload }, index): Left => [index % count === 0 ? "out" : "rest", at, payload]),
        );
        expect(run(sample, { by: "count", count }, stream)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});

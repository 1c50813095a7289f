import fc from "fast-check";
import { describe, expect, it } from "vitest";
import latch from "../../nodes/latch.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { type Arrival, type Left, modelled, run, streamStart as start, streams } from "./orderedStream.ts";
import { watchState } from "./watchState.ts";

describe("latch", () => {
  it("says how many are set, also after a restart, and forgets those that are not", () => {
    const watched = watchState(latch);
    const harness = createHarness(watched.type, {}, { startAt: start });
    for (const key of ["a", "b"]) harness.send(true, { key, port: "set" });
    harness.restart();
    expect(harness.status()).toEqual({ level: "ok", text: "2 set" });
    for (const key of ["a", "b"]) harness.send(true, { key, port: "reset" });
    expect(harness.status()).toBeUndefined();
    expect([...watched.keys]).toEqual([]);
  });

  it("stays set through a message exactly at the end of its time", () => {
    const harness = createHarness(latch, { resetAfter: "5 s" }, { startAt: start });
    harness.send(true, { at: start, port: "set" });
    harness.send(true, { at: start + 5_000, port: "set" });
    harness.advanceTo(start + 60_000);
    expect(harness.outputs("reset").map(({ time }) => time - start)).toEqual([10_000]);
  });

  it("refuses no time at all", () => {
    expect(latch.check!({ resetAfter: "0 s" } as never).map((each) => each.field)).toEqual(["/resetAfter"]);
  });
});

function model(
  messages: readonly Arrival<number>[],
  resetAfterMs: number | undefined,
  retrigger: boolean,
): Left[] {
  const left: Left[] = [];
  let sets: Arrival<number>[] = [];
  const end = () => (retrigger ? sets.at(-1)! : sets[0]!).at + (resetAfterMs ?? Number.POSITIVE_INFINITY);
  const reset = (at: number, by: string) => {
    const since = sets[0]!.at;
    left.push(["reset", at, { state: "reset", since: start + since, heldMs: at - since, by }]);
    sets = [];
  };
  for (const message of messages) {
    const { at, port, payload } = message;
    if (sets.length > 0 && at > end()) reset(end(), "time");
    if (port === "reset" && sets.length > 0) reset(at, "message");
    else if (port === "reset" || sets.length > 0) left.push(["rest", at, payload]);
    else left.push(["set", at, { state: "set", since: start + at, value: payload }]);
    if (port === "set") sets.push(message);
  }
  if (sets.length > 0 && resetAfterMs !== undefined) reset(end(), "time");
  return left;
}

describe("latch beside a naive model", () => {
  it("agrees on streams out of order within the delay, silent and restarted anywhere", () => {
    fc.assert(
      fc.property(
        streams(fc.nat(9), ["set", "set", "reset"]),
        fc.constantFrom(undefined, 4, 9),
        fc.boolean(),
        (stream, resetAfter, retrigger) => {
          const config = { retrigger, ...(resetAfter ? { resetAfter: `${resetAfter} s` } : {}) };
          const expected = modelled(stream, (messages) =>
            model(messages, resetAfter && resetAfter * 1_000, retrigger),
          );
          expect(run(latch, config, stream)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import dedupe from "../../nodes/dedupe.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { type Arrival, type Left, modelled, run, streamStart as start, streams } from "./orderedStream.ts";
import { watchState } from "./watchState.ts";

describe("dedupe", () => {
  it("compares values as a whole, whatever the order of fields", () => {
    const harness = createHarness(dedupe, {}, { startAt: start });
    for (const payload of [
      { a: 1, b: [2] },
      { b: [2], a: 1 },
      { a: 1, b: ["2"] },
      "__proto__",
      "__proto__",
    ]) {
      harness.send(payload);
    }
    expect(harness.outputs().map((each) => each.port)).toEqual(["out", "repeat", "out", "out", "repeat"]);
  });

  it("never takes a message without the value for a repeat", () => {
    const harness = createHarness(dedupe, { value: "payload.id" }, { startAt: start });
    for (const payload of [{}, {}, { id: null }, { id: null }]) harness.send(payload);
    expect(harness.outputs().map((each) => each.port)).toEqual(["out", "out", "out", "repeat"]);
  });

  it("tells devices apart, unless they are taken together", () => {
    const ports = (config: object) => {
      const harness = createHarness(dedupe, config, { startAt: start });
      for (const key of ["a", "b"]) harness.send(1, { key });
      return harness.outputs().map((each) => each.port);
    };
    expect(ports({})).toEqual(["out", "out"]);
    expect(ports({ per: "all" })).toEqual(["out", "repeat"]);
  });

  it("forgets a device when all its values may come again", () => {
    const watched = watchState(dedupe);
    const harness = createHarness(watched.type, { for: "5 s" }, { startAt: start });
    harness.send(1, { at: start, key: "a" });
    harness.send(2, { at: start + 1_000, key: "a" });
    harness.advanceTo(start + 5_000);
    expect([...watched.keys]).toEqual(["a"]);
    harness.advanceTo(start + 6_000);
    expect([...watched.keys]).toEqual([]);
  });

  it("forgets the oldest value when there are too many, and says so", () => {
    const harness = createHarness(dedupe, { for: "1 d" }, { startAt: start });
    for (let id = 0; id <= 10_000; id++) harness.send(id, { at: start + id });
    expect(harness.status()).toEqual({ level: "warning", text: "1 forgotten early" });
    harness.outputs();
    harness.restart();
    for (const id of [1, 0]) harness.send(id, { at: start + 20_000 });
    expect(harness.outputs().map((each) => each.port)).toEqual(["repeat", "out"]);
  });

  it("refuses no time at all", () => {
    expect(dedupe.check!({ within: "time", for: "0 s" } as never).map((each) => each.field)).toEqual([
      "/for",
    ]);
  });
});

function model(messages: readonly Arrival<number>[], forMs: number | undefined, count: number): Left[] {
  const passed: Arrival<number>[] = [];
  return messages.map((message): Left => {
    const remembered =
      forMs === undefined ? passed.slice(-count) : passed.filter(({ at }) => message.at - at < forMs);
    const repeat = remembered.some(({ payload }) => payload === message.payload);
    if (!repeat) passed.push(message);
    return [repeat ? "repeat" : "out", message.at, message.payload];
  });
}

describe("dedupe beside a naive model", () => {
  it("agrees on streams out of order within the delay, silent and restarted anywhere", () => {
    fc.assert(
      fc.property(
        streams(fc.nat(4)),
        fc.constantFrom("time", "count"),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 4 }),
        (stream, within, seconds, count) => {
          const forMs = within === "time" ? seconds * 1_000 : undefined;
          const expected = modelled(stream, (messages) => model(messages, forMs, count));
          expect(run(dedupe, { within, for: `${seconds} s`, count }, stream)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});

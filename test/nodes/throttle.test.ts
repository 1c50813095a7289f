import fc from "fast-check";
import { describe, expect, it } from "vitest";
import throttle from "../../nodes/throttle.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { type Arrival, type Left, modelled, run, streamStart as start, streams } from "./orderedStream.ts";
import { watchState } from "./watchState.ts";

describe("throttle", () => {
  it("saves permits up in a pause, but no more than may come at once", () => {
    const config = { let: "rate", count: 60, every: "1 min", burst: 2 };
    const harness = createHarness(throttle, config, { startAt: start });
    harness.send(0, { at: start });
    for (const value of [1, 2, 3]) harness.send(value, { at: start + 3_600_000 });
    expect(harness.outputs().map(({ port, payload }) => [port, payload])).toEqual([
      ["out", 0],
      ["out", 1],
      ["out", 2],
      ["rest", 3],
    ]);
  });

  it("does not drift at a rate that no whole millisecond meets", () => {
    const harness = createHarness(
      throttle,
      { let: "rate", count: 3, every: "1 s", burst: 1 },
      { startAt: start },
    );
    for (let ms = 0; ms < 10_000; ms++) harness.send(ms, { at: start + ms });
    expect(harness.outputs("out")).toHaveLength(30);
  });

  it("says how many wait and sends what finds no room to the rest", () => {
    const config = { let: "rate", count: 1, every: "10 s", over: "wait", waitMax: 2 };
    const harness = createHarness(throttle, config, { startAt: start });
    for (const value of [0, 1, 2, 3]) harness.send(value, { at: start });
    expect(harness.outputs().map(({ port, payload }) => [port, payload])).toEqual([
      ["out", 0],
      ["rest", 3],
    ]);
    harness.restart();
    expect(harness.status()).toEqual({ level: "ok", text: "2 waiting" });
    harness.advanceTo(start + 60_000);
    expect(harness.outputs().map(({ payload, time }) => [payload, time - start])).toEqual([
      [1, 10_000],
      [2, 20_000],
    ]);
    expect(harness.status()).toBeUndefined();
  });

  it.each([
    [{ let: "first", every: "5 s" }, 5_000],
    [{ let: "both", every: "5 s" }, 5_001],
    [{ let: "rate", count: 5, every: "5 s" }, 1_001],
  ])("forgets a device that is quiet again: %j", (config, afterMs) => {
    const watched = watchState(throttle);
    const harness = createHarness(watched.type, config, { startAt: start });
    harness.send("a", { at: start, key: "x" });
    expect([...watched.keys]).toEqual(["x"]);
    harness.advanceTo(start + afterMs);
    expect([...watched.keys]).toEqual([]);
  });

  it.each([
    [{ let: "first", every: "0 s" }, "/every"],
    [{ let: "rate", every: "10000000 d", count: 1_000_000 }, "/every"],
  ])("refuses %j at its field", (config, field) => {
    expect(throttle.check!(config as never).map((each) => each.field)).toEqual([field]);
  });
});

/** The interval modes, interval by interval. */
function intervals(messages: readonly Arrival<number>[], which: string, everyMs: number): Left[] {
  const left: Left[] = [];
  let index = 0;
  let from: number | undefined;
  while (index < messages.length) {
    const opener = messages[index]!;
    if (from === undefined && which !== "last") {
      left.push(["out", opener.at, opener.payload]);
      index++;
    }
    from ??= opener.at;
    const end: number = from + everyMs;
    const inside = messages.slice(index).filter(({ at }) => (which === "first" ? at < end : at <= end));
    index += inside.length;
    from = undefined;
    if (which === "first") {
      left.push(...inside.map(({ at, payload }): Left => ["rest", at, payload]));
      continue;
    }
    const held = inside
      .slice(0, -1)
      .map(({ payload }, each): Left => ["rest", inside[each + 1]!.at, payload]);
    left.push(...held);
    if (inside.length === 0) continue;
    left.push(["out", end, inside.at(-1)!.payload]);
    if (which === "both") from = end;
  }
  return left;
}

/** A bucket as fractions of a permit, looked at every millisecond that matters. */
function bucket(
  messages: readonly Arrival<number>[],
  rule: { count: number; everyMs: number; burst: number; wait: boolean },
): Left[] {
  const left: Left[] = [];
  /** Times at which permits were used: n permits may be used in any stretch that earned or saved them. */
  const used: number[] = [];
  const permitted = (at: number) => {
    // In the stretch from any permit on, as many as the burst and what was earned since then.
    for (let first = 0; first <= used.length; first++) {
      const since = used[first] ?? at;
      const spent = used.length - first + 1;
      if (spent > rule.burst + ((at - since) * rule.count) / rule.everyMs) return false;
    }
    return true;
  };
  let free = Number.NEGATIVE_INFINITY;
  for (const { at, payload } of messages) {
    if (!rule.wait) {
      left.push([permitted(at) ? "out" : "rest", at, payload]);
      if (left.at(-1)![0] === "out") used.push(at);
      continue;
    }
    let turn = Math.max(at, free);
    while (!permitted(turn)) turn++;
    used.push(turn);
    free = turn;
    left.push(["out", turn, payload]);
  }
  return left;
}

describe("throttle beside a naive model", () => {
  it("agrees on the interval modes, whatever the order of arrival", () => {
    fc.assert(
      fc.property(
        streams(fc.nat(99)),
        fc.constantFrom("first", "last", "both"),
        fc.constantFrom(3, 10),
        (stream, which, every) => {
          const expected = modelled(stream, (messages) => intervals(messages, which, every * 1_000));
          expect(run(throttle, { let: which, every: `${every} s` }, stream)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("agrees on the token bucket, whatever the order of arrival", () => {
    fc.assert(
      fc.property(
        streams(fc.nat(99)),
        fc.constantFrom(1, 2, 3),
        fc.constantFrom(5_000, 8_000),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        (stream, count, everyMs, burst, wait) => {
          const config = { let: "rate", count, every: `${everyMs} ms`, burst, over: wait ? "wait" : "rest" };
          const expected = modelled(stream, (messages) => bucket(messages, { count, everyMs, burst, wait }));
          expect(run(throttle, config, stream, "60 min")).toEqual(expected);
        },
      ),
      { numRuns: 200 },
    );
  });
});

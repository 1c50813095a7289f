import fc from "fast-check";
import { describe, expect, it } from "vitest";
import stateMachine from "../../nodes/state-machine.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { type Arrival, type Left, modelled, run, streamStart as start, streams } from "./orderedStream.ts";

describe("state machine", () => {
  it("takes a time from silence alone, also after a restart and a long absence", () => {
    const transitions = [
      { from: "idle", on: "message", to: "on" },
      { from: "on", on: "time", after: "5 s", to: "idle" },
    ];
    const harness = createHarness(stateMachine, { transitions }, { startAt: start });
    harness.send("go", { at: start, key: "a", topic: "t/a" });
    harness.restart();
    harness.outputs();
    harness.advanceTo(start + 3_600_000);
    expect(harness.outputs().map(({ message }) => message)).toMatchObject([
      {
        key: "a",
        topic: "t/a",
        time: start + 5_000,
        payload: { state: "idle", from: "on", since: start + 5_000, heldMs: 5_000, by: "time" },
      },
    ]);
  });

  it("keeps its state when a condition cannot be decided", () => {
    const transitions = [
      { from: "idle", on: "message", when: "payload.a + 1 > 2", to: "warm" },
      { from: "idle", on: "message", when: "payload.b", to: "hot" },
    ];
    const harness = createHarness(stateMachine, { transitions }, { startAt: start });
    for (const payload of [{ a: "x" }, { b: 5 }, {}, { b: true }]) harness.send(payload);
    expect(harness.deadLetters().map((each) => each.code)).toEqual(["T2001", "CONDITION_NOT_BOOLEAN"]);
    expect(harness.outputs().map(({ port }) => port)).toEqual(["rest", "out"]);
  });

  it("starts the time anew when a row leads back to its own state", () => {
    const transitions = [
      { from: "idle", on: "message", to: "idle" },
      { from: "idle", on: "time", after: "5 s", to: "asleep" },
    ];
    const harness = createHarness(stateMachine, { transitions }, { startAt: start });
    harness.send(1, { at: start });
    harness.send(1, { at: start + 4_000 });
    harness.advanceTo(start + 60_000);
    expect(
      harness.outputs().map(({ time, payload }) => [(payload as { state: string }).state, time - start]),
    ).toEqual([
      ["idle", 0],
      ["idle", 4_000],
      ["asleep", 9_000],
    ]);
  });

  it.each([
    [{ initial: "*", transitions: [] }, "/initial"],
    [{ initial: "a", transitions: [{ from: "b", on: "message", to: "a" }] }, "/transitions/0/from"],
    [{ initial: "a", transitions: [{ from: "a", on: "message", to: "*" }] }, "/transitions/0/to"],
    [{ initial: "a", transitions: [{ from: "a", on: "time", to: "a" }] }, "/transitions/0/after"],
    [
      { initial: "a", transitions: [{ from: "a", on: "time", after: "10 ms", to: "a" }] },
      "/transitions/0/after",
    ],
  ])("points at the mistake in %j", (config, field) => {
    expect(stateMachine.check!(config as never).map((each) => each.field)).toEqual([field]);
  });
});

interface Row {
  readonly from: string;
  readonly on: "message" | "time";
  /** The payload it wants, or the seconds it takes. */
  readonly number: number;
  readonly to: string;
}

/** Walks through the seconds one by one. */
function model(messages: readonly Arrival<number>[], rows: readonly Row[], end: number): Left[] {
  const left: Left[] = [];
  let state = "a";
  let since = messages[0]!.at;
  const enter = (to: string, at: number, extra: object) => {
    left.push(["out", at, { state: to, from: state, since: start + at, heldMs: at - since, ...extra }]);
    state = to;
    since = at;
  };
  for (let now = since; now <= end; now += 1_000) {
    for (const { payload } of messages.filter(({ at }) => at === now)) {
      const open = rows.filter(({ from, on }) => on === "message" && (from === "*" || from === state));
      const taken = open.find(({ number }) => number === payload);
      if (taken) enter(taken.to, now, { by: "message", value: payload });
      else left.push(["rest", now, payload]);
    }
    const over = rows.find(
      ({ from, on, number }) =>
        on === "time" && (from === "*" || from === state) && now === since + number * 1_000,
    );
    if (over) enter(over.to, now, { by: "time" });
  }
  return left;
}

describe("state machine beside a naive model", () => {
  const row: fc.Arbitrary<Row> = fc.record({
    from: fc.constantFrom("a", "b", "c", "*"),
    on: fc.constantFrom("message", "message", "time"),
    number: fc.integer({ min: 1, max: 5 }),
    to: fc.constantFrom("a", "b", "c"),
  });

  it("agrees for any table, on streams out of order within the delay, silent and restarted anywhere", () => {
    fc.assert(
      fc.property(
        streams(fc.integer({ min: 1, max: 5 })),
        fc.array(row, { minLength: 1, maxLength: 8 }),
        (stream, rows) => {
          const transitions = rows.map(({ from, on, number, to }) =>
            on === "message"
              ? { from, on, to, when: `payload = ${number}` }
              : { from, on, to, after: `${number} s` },
          );
          const newest = Math.max(0, ...stream.arrivals.map(({ at }) => at));
          const expected = modelled(stream, (messages) => model(messages, rows, newest + 60_000));
          expect(run(stateMachine, { initial: "a", transitions }, stream, "1 min")).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});

import { describe, expect, it } from "vitest";
import inject from "../../nodes/inject.ts";
import { createHarness } from "../harness/operatorHarness.ts";

/** Friday 2026-01-02 08:03 UTC. */
const start = Date.UTC(2026, 0, 2, 8, 3);
const minute = 60_000;
const hour = 60 * minute;

describe("inject", () => {
  it("sends its own payload on a press, or the one pressed with", () => {
    const harness = createHarness(
      inject,
      { payload: { on: true }, key: "hall", topic: "button" },
      { startAt: start },
    );
    harness.send(undefined);
    harness.send({ on: false });
    harness.send(null);
    expect(
      harness.outputs("out").map(({ payload, message }) => [payload, message.key, message.topic]),
    ).toEqual([
      [{ on: true }, "hall", "button"],
      [{ on: false }, "hall", "button"],
      [null, "hall", "button"],
    ]);
  });

  it("goes on at its own pace after a restart", () => {
    const harness = createHarness(inject, { when: "interval", every: "10 min" }, { startAt: start });
    harness.advanceTo(start + 10 * minute);
    harness.advanceTo(start + 14 * minute);
    harness.restart();
    harness.advanceTo(start + 20 * minute);
    expect(harness.outputs("out").map((each) => each.time - start)).toEqual([10 * minute, 20 * minute]);
  });

  it("comes once for all runs that were missed, with the time it was due, then at its pace again", () => {
    const harness = createHarness(inject, { when: "interval", every: "10 min" }, { startAt: start });
    harness.restart();
    harness.advanceTo(start + 47 * minute);
    harness.advanceTo(start + 50 * minute);
    expect(harness.outputs("out").map((each) => each.time - start)).toEqual([10 * minute, 50 * minute]);
  });

  it("computes the payload from the time it was due", () => {
    const config = { when: "interval", every: "1 h", send: "expression", expression: '{ "due": time }' };
    const harness = createHarness(inject, config, { startAt: start });
    harness.advanceTo(start + hour + 5);
    expect(harness.outputs("out")[0]!.payload).toEqual({ due: start + hour });
  });

  it("does not end its series when the expression fails or has no result", () => {
    const config = { when: "interval", every: "1 h", send: "expression", expression: "params.nothing" };
    const harness = createHarness(inject, config, { startAt: start });
    harness.advanceTo(start + hour);
    harness.advanceTo(start + 2 * hour);
    expect(harness.outputs("out")).toEqual([]);
    expect(harness.drops()).toEqual({ "no result": 2 });
  });

  it.each([
    [{ when: "interval", every: "10 ms" }, "/every"],
    [{ send: "expression" }, "/expression"],
  ])("refuses %j at its field", (config, field) => {
    expect(inject.check!(config as never).map((each) => each.field)).toEqual([field]);
  });
});

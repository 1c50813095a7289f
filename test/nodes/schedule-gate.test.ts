import fc from "fast-check";
import { describe, expect, it } from "vitest";
import gate from "../../nodes/schedule-gate.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { type Arrival, type Left, modelled, run, streamStart as start, streams } from "./orderedStream.ts";

const minute = 60_000;
const everyDay = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

describe("schedule-gate", () => {
  it("judges each message by its own time, however late it comes", () => {
    const harness = createHarness(
      gate,
      {},
      { startAt: Date.parse("2026-01-05T08:00Z"), maxDelayMs: 24 * 60 * minute },
    );
    harness.send("b", { at: Date.parse("2026-01-05T17:59:59.999Z") });
    harness.send("c", { at: Date.parse("2026-01-05T18:00Z") });
    harness.send("a", { at: Date.parse("2026-01-05T08:00Z") });
    harness.send("early", { at: Date.parse("2026-01-05T07:59:59.999Z") });
    expect(harness.outputs().map(({ port, payload }) => [port, payload])).toEqual([
      ["out", "b"],
      ["closed", "c"],
      ["out", "a"],
      ["closed", "early"],
    ]);
  });

  it("is open from sunset to sunrise at the place", () => {
    const config = {
      week: [{ days: everyDay, from: "sunset", to: "sunrise" }],
      latitude: 51.5,
      longitude: -0.12,
      zone: "Europe/London",
    };
    const harness = createHarness(gate, config, { startAt: Date.parse("2026-06-21T02:00Z") });
    // The sun rises at 04:43 and sets at 21:21 summer time.
    for (const time of ["03:42", "03:44", "20:20", "20:22"])
      harness.send(time, { at: Date.parse(`2026-06-21T${time}Z`) });
    expect(harness.outputs().map(({ port }) => port)).toEqual(["out", "closed", "closed", "out"]);
  });

  it("sends on opening the newest message of each device, once, also after a restart and downtime", () => {
    const harness = createHarness(gate, { opening: "last" }, { startAt: Date.parse("2026-01-09T18:30Z") });
    const at = (text: string) => Date.parse(text);
    harness.send(1, { key: "a", at: at("2026-01-09T19:00Z") });
    harness.send(2, { key: "b", at: at("2026-01-09T20:00Z"), topic: "t/b" });
    harness.send(3, { key: "a", at: at("2026-01-10T19:00Z") });
    harness.advanceTo(at("2026-01-12T07:59:59.998Z"));
    expect(harness.outputs("out")).toEqual([]);
    harness.restart();
    harness.advanceTo(at("2026-01-12T09:00Z"));
    harness.advanceTo(at("2026-01-14T09:00Z"));
    expect(
      harness
        .outputs()
        .map(({ message, port }) => [port, message.key, message.payload, message.topic, message.time]),
    ).toEqual([
      ["out", "a", 3, "test", at("2026-01-12T08:00Z")],
      ["out", "b", 2, "t/b", at("2026-01-12T08:00Z")],
    ]);
  });

  it("sends what it held before a message of the very moment of opening", () => {
    const harness = createHarness(gate, { opening: "last" }, { startAt: Date.parse("2026-01-05T06:00Z") });
    harness.send("held", { at: Date.parse("2026-01-05T07:00Z") });
    harness.send("new", { at: Date.parse("2026-01-05T08:00Z") });
    harness.advanceTo(Date.parse("2026-01-05T09:00Z"));
    expect(harness.outputs("out").map(({ payload }) => payload)).toEqual(["held", "new"]);
  });

  it("forgets what it held when the hours change, and holds nothing while it is not asked to", () => {
    expect(gate.stateSignature!({ opening: "last", zone: "UTC" } as never)).not.toBe(
      gate.stateSignature!({ opening: "last", zone: "Europe/Oslo" } as never),
    );
    const harness = createHarness(gate, {}, { startAt: Date.parse("2026-01-09T18:30Z") });
    harness.send(1);
    harness.advanceTo(Date.parse("2026-01-12T09:00Z"));
    expect(harness.outputs().map(({ port }) => port)).toEqual(["closed"]);
  });

  it.each([
    [{ week: [{ from: "sunset", to: "23:00" }] }, ["/latitude", "/longitude"]],
    [{ exceptions: [{ on: "Christmas" }] }, ["/exceptions/0/on"]],
    [{ exceptions: [{ on: "12-24", periods: [{ from: "8:00", to: "dusk" }] }], latitude: 1 }, ["/longitude"]],
  ])("refuses %j at its fields", (config, fields) => {
    expect(gate.check!(config as never).map((each) => each.field)).toEqual(fields);
  });
});

interface Opening {
  /** Minutes after the start of the stream. */
  readonly from: number;
  readonly length: number;
}

function isOpen(openings: readonly Opening[], at: number): boolean {
  const ofDay = at % (24 * 60 * minute);
  return openings.some(({ from, length }) => from * minute <= ofDay && ofDay < (from + length) * minute);
}

/** Walks second by second; a message is held until the next second that is open. */
function model(messages: readonly Arrival<number>[], openings: readonly Opening[], held: boolean): Left[] {
  const left: Left[] = [];
  let last: Arrival<number> | undefined;
  const end = Math.max(...messages.map(({ at }) => at)) + 24 * 60 * minute;
  for (let at = 0; at <= end; at += 1_000) {
    const open = isOpen(openings, at);
    if (open && last && held) left.push(["out", at, last.payload]);
    if (open) last = undefined;
    for (const message of messages) {
      if (message.at !== at) continue;
      left.push([open ? "out" : "closed", at, message.payload]);
      if (!open) last = message;
    }
  }
  return left;
}

describe("schedule-gate beside a naive model", () => {
  const opening = fc.record({ from: fc.nat(5), length: fc.integer({ min: 1, max: 3 }) });
  const text = (minutes: number) => `00:0${minutes}`;

  it("agrees on streams out of order within the delay, silent and restarted anywhere", () => {
    fc.assert(
      fc.property(
        streams(fc.nat(99)),
        fc.array(opening, { minLength: 1, maxLength: 2 }),
        (stream, openings) => {
          const week = openings.map(({ from, length }) => ({
            days: everyDay,
            from: text(from),
            to: text(from + length),
          }));
          const expected = modelled(stream, (messages) => model(messages, openings, true));
          expect(run(gate, { week, opening: "last" }, stream, "24 h")).toEqual(expected);
          const plain = run(gate, { week }, stream, "24 h");
          const sorted = Object.fromEntries(
            Object.entries(plain).map(([key, left]) => [key, left.sort(([, one], [, other]) => one - other)]),
          );
          expect(sorted).toEqual(modelled(stream, (messages) => model(messages, openings, false)));
        },
      ),
      { numRuns: 60 },
    );
    expect(start % (24 * 60 * minute)).toBe(0);
  });
});

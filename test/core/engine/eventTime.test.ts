/** Event times that cannot be true: they fail, with their likely cause, and move nobody's time. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import mqttIn from "../../../nodes/mqtt-in.ts";
import { derive, type Message } from "../../../runtime/core/api.ts";
import { base, logger, nodeType, Rig, source, timed } from "./rig.ts";

const minute = 60_000;
const halfHour = 30 * minute;

function rigOf(time: object = { ...timed, aheadMaxMs: halfHour }) {
  const later = nodeType("later", () => ({
    onMessage: (message: Message, _port, ctx) => {
      ctx.state = message as never;
      ctx.setTimer("mark", message.time + minute, "event");
    },
    onTimer: (timer, ctx) => ctx.emit("out", derive(ctx.state as unknown as Message, "mark", timer.at)),
  }));
  const rig = new Rig((log) => [source("src", time), later, logger(log)]);
  rig.deploy(
    [
      ["s", "src"],
      ["x", "later"],
      ["l", "log"],
    ],
    ["s.out -> x.in", "x.out -> l.in"],
  );
  return rig;
}

/** Code and text of the dead letter that a time causes; empty when it counts. */
function letterOf(time: unknown): { code?: string; text?: string; node?: string } {
  const [letter] = rigOf().send({ t: time }).deadLetters;
  return letter ?? {};
}

describe("an event time", () => {
  it("may be ahead of the clock as far as its source allows, to the millisecond", () => {
    expect(letterOf(base + halfHour)).toEqual({});
    expect(letterOf(base + halfHour + 1)).toMatchObject({ code: "PAYLOAD_TIME_AHEAD", node: "s" });
  });

  it("that is too far ahead moves nobody's time, and is counted and shown", () => {
    const rig = rigOf();
    rig.send({ t: base });
    rig.send({ t: "2126-01-01T00:00:00Z" }, "in/wrong");
    expect(rig.taken()).toEqual([]);
    rig.send({ t: base + minute + 1 }, "in/b");
    expect(rig.taken()).toEqual([`a:"mark"@${minute}`]);
    const { failed, lastError } = rig.engine.telemetry("flow").s!;
    expect(failed).toBe(1);
    expect(lastError?.text).toContain('Reading in/wrong: The event time is "2126-01-01T00:00:00Z"');
    expect(lastError?.text).toContain("Check the device's clock and time zone");
  });

  it("is not heard from either: a device with a wrong clock alone does not keep its source awake", () => {
    const rig = rigOf();
    rig.send({ t: base });
    rig.now += 40_000;
    rig.send({ t: base * 2 });
    rig.now = base + minute + 1;
    rig.step();
    expect(rig.taken()).toEqual([`a:"mark"@${minute}`]);
  });

  it("in micro- or nanoseconds is named so", () => {
    expect(letterOf(base * 1_000).text).toContain("It looks like microseconds: divide it by 1,000.");
    expect(letterOf(base * 1_000_000).text).toContain("It looks like nanoseconds: divide it by 1,000,000.");
  });

  it("in seconds counts in seconds", () => {
    const rig = rigOf();
    rig.send({ t: base / 1_000 });
    rig.send({ t: (base + 2 * minute) / 1_000 }, "in/b");
    expect(rig.taken()).toEqual([`a:"mark"@${minute}`]);
  });

  it("before 2000 is a clock that is not set, or no time", () => {
    expect(letterOf(123_456)).toMatchObject({ code: "PAYLOAD_TIME_OLD" });
    expect(letterOf(123_456).text).toContain("time since the device started");
    expect(letterOf(base / 1_000_000).code).toBe("PAYLOAD_TIME_OLD");
    expect(letterOf("1970-01-01T00:00:07Z").text).toContain("clock is not set");
    expect(letterOf("1969-07-20T20:17:40Z").code).toBe("PAYLOAD_TIME_OLD");
    expect(letterOf("2000-01-01T00:00:00Z")).toEqual({});
  });

  it("that is no time says what it is and what was expected", () => {
    for (const value of [
      "yesterday",
      "1800000000000",
      "",
      null,
      true,
      {},
      [],
      -1,
      1e300,
      "2026-13-01T00:00:00Z",
    ]) {
      const { code, text } = letterOf(value);
      expect([value, ["PAYLOAD_NO_TIME", "PAYLOAD_TIME_AHEAD"].includes(code ?? "")]).toEqual([value, true]);
      expect(text).toContain(JSON.stringify(value));
    }
  });

  it("is free for a source without bound, and where the clock itself stands before 2000", () => {
    const rig = rigOf(timed);
    expect(rig.send({ t: base * 2 }).deadLetters).toEqual([]);
    expect(rig.send({ t: 9e15 }).deadLetters).toMatchObject([{ code: "PAYLOAD_NO_TIME" }]);
    const early = rigOf();
    early.now = 0;
    const text = new Date(minute).toISOString();
    expect(early.step([]).deadLetters).toEqual([]);
    expect(early.send({ t: text }).deadLetters).toEqual([]);
  });

  it("never brings the watermark further ahead of the clock than its source allows", () => {
    const times = fc.oneof(
      fc.integer({ min: -2 * halfHour, max: 2 * halfHour }).map((off) => base + off),
      fc.double({ noNaN: true, min: 0, max: 1e20 }),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(times, fc.nat(10 * minute)), { maxLength: 20 }), (given) => {
        const rig = rigOf();
        let ahead = Number.NEGATIVE_INFINITY;
        for (const [time, passed] of given) {
          rig.now += passed;
          rig.send({ t: time });
          const { newest } = stateOf(rig);
          ahead = Math.max(ahead, (newest ?? 0) - rig.now);
        }
        expect(ahead).toBeLessThanOrEqual(halfHour);
      }),
    );
  });
});

describe("MQTT in", () => {
  it("lets clocks run ahead by half an hour, or as far as one says", () => {
    const timeOf = (more: object) =>
      mqttIn.subscriptions!({
        timeFrom: "expression",
        timeExpression: "payload.t",
        ...defaults,
        ...more,
      } as never)[0]!.time;
    const defaults = { maxDelay: "5 s", idleAfter: "1 min", whenIdle: "follow", aheadMax: "30 min" };
    expect(timeOf({})).toMatchObject({ aheadMaxMs: halfHour });
    expect(timeOf({ aheadMax: "10 s" })).toMatchObject({ aheadMaxMs: 10_000 });
  });
});

function stateOf(rig: Rig): { newest?: number } {
  const record = rig.engine.snapshot(false).find(({ address }) => address.join() === "flow,s");
  return (record!.value as { sources: { mqtt: { newest?: number } } }).sources.mqtt;
}

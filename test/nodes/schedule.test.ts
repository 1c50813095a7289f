import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeTypes } from "../../nodes/index.ts";
import schedule from "../../nodes/schedule.ts";
import { createCatalogue } from "../../runtime/core/catalogue.ts";
import { Engine } from "../../runtime/core/engine/engine.ts";
import { type FlowDocument, flowFormat } from "../../runtime/core/flow/document.ts";
import { compileFlow } from "../../runtime/core/plan/compile.ts";
import { createHarness, type Harness } from "../harness/operatorHarness.ts";
import { testPlatform } from "../harness/platform.ts";

const minute = 60_000;
const hour = 60 * minute;
const everyDay = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const workdays = everyDay.slice(0, 5);

function begin(config: object, at: string): Harness {
  return createHarness(schedule, config, { startAt: Date.parse(at) });
}

/** Lets time pass as it does live, in small steps. */
function pass(harness: Harness, until: string): void {
  for (let at = harness.now + minute; at < Date.parse(until); at += minute) harness.advanceTo(at);
  harness.advanceTo(Date.parse(until));
}

function sent(harness: Harness): [string, unknown][] {
  return harness
    .outputs("out")
    .map(({ time, payload }) => [new Date(time).toISOString().slice(0, 16), payload]);
}

describe("schedule, at certain times", () => {
  const config = {
    times: [
      { days: workdays, at: "07:00", value: "up" },
      { days: everyDay, at: "22:30", value: "down" },
    ],
    zone: "Europe/Oslo",
    key: "hall",
    topic: "lights",
  };

  it("sends each time's value on its days, in local time, across restarts and a clock change", () => {
    const harness = begin(config, "2026-03-27T12:00Z");
    pass(harness, "2026-03-28T12:00Z");
    harness.restart();
    pass(harness, "2026-03-30T05:00Z");
    harness.restart();
    pass(harness, "2026-03-30T05:30Z");
    expect(sent(harness)).toEqual([
      ["2026-03-27T21:30", "down"],
      ["2026-03-28T21:30", "down"],
      ["2026-03-29T20:30", "down"],
      ["2026-03-30T05:00", "up"],
    ]);
  });

  it("names device and topic", () => {
    const harness = begin(config, "2026-01-02T21:00Z");
    pass(harness, "2026-01-02T21:30Z");
    expect(harness.outputs().map(({ message }) => [message.key, message.topic])).toEqual([
      ["hall", "lights"],
    ]);
  });

  it("sends what was missed within the grace time, and counts what is older", () => {
    const harness = begin({ kind: "cron", cron: "*/5 * * * *", grace: "11 min" }, "2026-01-02T08:03Z");
    pass(harness, "2026-01-02T08:06Z");
    harness.restart();
    harness.advanceTo(Date.parse("2026-01-02T11:01Z"));
    expect(sent(harness).map(([at]) => at)).toEqual([
      "2026-01-02T08:05",
      "2026-01-02T10:50",
      "2026-01-02T10:55",
      "2026-01-02T11:00",
    ]);
    expect(harness.drops()).toEqual({ missed: 1 });
    pass(harness, "2026-01-02T11:06Z");
    expect(sent(harness).map(([at]) => at)).toEqual(["2026-01-02T11:05"]);
  });

  it("reads cron lines in local time", () => {
    const harness = begin(
      { kind: "cron", cron: "0 7 * * MON-FRI", zone: "Europe/Oslo" },
      "2026-03-27T00:00Z",
    );
    pass(harness, "2026-03-30T12:00Z");
    expect(sent(harness)).toEqual([
      ["2026-03-27T06:00", true],
      ["2026-03-30T05:00", true],
    ]);
  });

  it("sends all values of one moment, in the order of the list", () => {
    const times = ["a", "b"].map((value) => ({ days: everyDay, at: "09:00", value }));
    const harness = begin({ times }, "2026-01-02T08:30Z");
    pass(harness, "2026-01-02T09:30Z");
    expect(sent(harness)).toEqual([
      ["2026-01-02T09:00", "a"],
      ["2026-01-02T09:00", "b"],
    ]);
  });

  it("follows the sun of the place, within bounds, and is silent where it does not set", () => {
    const times = [{ days: everyDay, at: "sunset - 15 min, not before 16:40", value: "on" }];
    const oslo = { times, latitude: 59.91, longitude: 10.75, zone: "Europe/Oslo" };
    const harness = begin(oslo, "2026-02-07T12:00Z");
    pass(harness, "2026-02-10T12:00Z");
    // By almanacs the sun sets at 16:47, 16:50 and 16:53 on these days.
    const found = sent(harness).map(([at]) => at);
    expect(found).toEqual(["2026-02-07T15:40", "2026-02-08T15:40", "2026-02-09T15:40"]);
    const north = begin(
      { ...oslo, times: [{ days: everyDay, at: "sunset", value: 1 }], latitude: 69.65 },
      "2026-06-21T00:00Z",
    );
    pass(north, "2026-06-23T00:00Z");
    expect(north.outputs()).toEqual([]);
  });

  it("sends now what came last, as an answer or by the button, and says when nothing has come yet", () => {
    const harness = begin(config, "2026-01-05T05:00Z");
    pass(harness, "2026-01-05T06:30Z");
    harness.send("what holds?", { at: Date.parse("2026-01-05T06:30Z"), key: "office", topic: "ask" });
    harness.send(undefined, { port: "button" });
    harness.send({ mine: 1 }, { port: "button" });
    const answers = harness.outputs("out").slice(1);
    expect(answers.map(({ message }) => [message.key, message.topic, message.payload])).toEqual([
      ["office", "ask", "up"],
      ["hall", "lights", "up"],
      ["hall", "lights", { mine: 1 }],
    ]);
    const pole = begin(
      { times: [{ days: everyDay, at: "dusk", value: 1 }], latitude: 90, longitude: 0 },
      "2026-01-05T05:00Z",
    );
    pole.send(1);
    expect([pole.outputs(), pole.drops()]).toEqual([[], { "no time yet": 1 }]);
  });
});

describe("schedule, by a weekly programme", () => {
  const config = {
    kind: "programme",
    week: [
      { days: workdays, from: "08:00", to: "18:00", value: 21 },
      { days: workdays, from: "12:00", to: "13:00", value: 19 },
      { days: ["fri"], from: "18:00", to: "20:00", value: 21 },
    ],
    exceptions: [{ on: "01-06", name: "Epiphany", periods: [{ from: "10:00", to: "11:00", value: 20 }] }],
    otherwise: 17,
    zone: "Europe/Oslo",
  };

  it("sends what holds when deployed, then every change", () => {
    const harness = begin(config, "2026-01-02T10:30Z");
    pass(harness, "2026-01-06T12:00Z");
    expect(sent(harness)).toEqual([
      ["2026-01-02T10:30", 21],
      ["2026-01-02T11:00", 19],
      ["2026-01-02T12:00", 21],
      ["2026-01-02T19:00", 17],
      ["2026-01-05T07:00", 21],
      ["2026-01-05T11:00", 19],
      ["2026-01-05T12:00", 21],
      ["2026-01-05T17:00", 17],
      ["2026-01-06T09:00", 20],
      ["2026-01-06T10:00", 17],
    ]);
  });

  it("sends after downtime only what holds now, with the time it began to, and nothing when that is known", () => {
    const harness = begin(config, "2026-01-02T10:30Z");
    harness.restart();
    harness.advanceTo(Date.parse("2026-01-05T20:00Z"));
    expect(sent(harness)).toEqual([
      ["2026-01-02T10:30", 21],
      ["2026-01-05T17:00", 17],
    ]);
    harness.advanceTo(Date.parse("2026-01-06T20:00Z"));
    expect(sent(harness)).toEqual([]);
  });

  it("takes null for a value like any other", () => {
    const week = [{ days: everyDay, from: "08:00", to: "09:00", value: null }];
    const harness = begin({ kind: "programme", week, otherwise: "none" }, "2026-01-02T07:00Z");
    pass(harness, "2026-01-02T10:00Z");
    expect(sent(harness).map(([, payload]) => payload)).toEqual(["none", null, "none"]);
  });
});

describe("schedule in a flow", () => {
  it("lets time go on for what it feeds, beside a source that holds it", () => {
    const node = (id: string, type: string, config: object) => ({
      id,
      type,
      version: 1,
      config: { ...config },
    });
    const document: FlowDocument = {
      format: flowFormat,
      id: "f",
      name: "f",
      nodes: [
        node("held", "mqtt-in", {
          topic: "t",
          timeFrom: "expression",
          timeExpression: "payload.time",
          whenIdle: "hold",
        }),
        node("clock", "schedule", { kind: "cron", cron: "*/5 * * * *", payload: 1 }),
        node("count", "window", { size: "10 min", aggregates: [{ name: "count", function: "count" }] }),
        node("show", "debug", {}),
      ],
      wires: ["held.out -> count.in", "clock.out -> count.in", "count.out -> show.in"],
      layout: {},
      tests: [],
    };
    const engine = new Engine(testPlatform);
    const from = Date.parse("2026-01-02T08:00Z");
    engine.deploy(compileFlow(document, createCatalogue(nodeTypes), testPlatform).plan!, from);
    const payload = new TextEncoder().encode(JSON.stringify({ time: from }));
    const shown: unknown[] = [];
    for (let at = from; at <= from + 30 * minute; at += minute) {
      const inputs =
        at === from
          ? [{ kind: "mqtt", connection: "default", topic: "t", payload, retained: false } as const]
          : [];
      const { debug } = engine.step({ now: at, position: at, inputs });
      shown.push(...debug.map(({ message }) => [message.key, (message.payload as { count: number }).count]));
    }
    expect(shown).toContainEqual(["", 2]);
  });
});

describe("the config of a schedule", () => {
  it.each([
    [{ kind: "cron", cron: "0 7 30 2 *" }, ["/cron"]],
    [{ grace: "1 s" }, ["/grace"]],
    [{ times: [{ days: ["mon"], at: "sunset", value: 1 }] }, ["/latitude", "/longitude"]],
    [{ times: [{ days: ["mon"], at: "sunset", value: 1 }], latitude: 0 }, ["/longitude"]],
    [
      { kind: "programme", week: [], exceptions: [{ on: "" }, { on: "12-25" }, { on: "25.12." }] },
      ["/exceptions/0/on", "/exceptions/2/on"],
    ],
    [
      { kind: "programme", exceptions: [{ on: "12-25", periods: [{ from: "dawn", to: "9:00" }] }] },
      ["/latitude", "/longitude"],
    ],
  ])("is refused for %j at its fields", (config, fields) => {
    expect(schedule.check!(config as never).map((each) => each.field)).toEqual(fields);
  });

  it("is told on the card", () => {
    const summary = (config: object) => schedule.summary(config as never);
    expect(summary({ kind: "times", times: [{ days: workdays, at: "07:00" }] })).toBe("07:00 Mon–Fri");
    expect(summary({ kind: "times", times: [{ days: everyDay, at: "sunset" }, {}] })).toBe(
      "sunset daily and 1 more",
    );
    expect(
      summary({ kind: "programme", week: [{ days: ["sat", "sun", "mon"], from: "22:00", to: "06:00" }] }),
    ).toBe("Mon, Sat, Sun 22:00–06:00");
    expect(summary({ kind: "programme", week: [{}] })).toBe("no day …–…");
  });
});

interface Row {
  readonly days: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

const clockText = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** What holds in a minute of UTC, by looking at every row of this day and the day before. */
function heldAt(rows: readonly Row[], at: number): number {
  let best = { start: -1, value: 0 };
  for (const back of [1, 0]) {
    const midnight = Math.floor(at / (24 * hour)) * 24 * hour - back * 24 * hour;
    const day = everyDay[(new Date(midnight).getUTCDay() + 6) % 7]!;
    for (const { days, from, to, value } of rows) {
      const start = midnight + from * minute;
      const end = midnight + (to <= from ? to + 24 * 60 : to) * minute;
      if (days.includes(day) && start <= at && at < end && start > best.start) best = { start, value };
    }
  }
  return best.value;
}

const rowOf = fc.record({
  days: fc.subarray(everyDay, { minLength: 1 }),
  from: fc.nat(47).map((half) => half * 30),
  to: fc.nat(47).map((half) => half * 30),
  value: fc.integer({ min: 0, max: 2 }),
});
describe("a schedule after years", () => {
  it("sends what holds now, without going through all there would have been", () => {
    const week = Array.from({ length: 96 }, (_, quarter) => {
      const time = (of: number) =>
        `${String(Math.floor(of / 4)).padStart(2, "0")}:${String((of % 4) * 15).padStart(2, "0")}`;
      return { days: everyDay, from: time(quarter), to: time(quarter + 1), value: quarter };
    });
    const harness = begin({ kind: "programme", week }, "2026-01-05T08:00Z");
    harness.outputs();
    harness.restart();
    harness.advanceTo(Date.parse("2056-03-01T12:20Z"));
    expect(sent(harness)).toEqual([["2056-03-01T12:15", 49]]);
  });
});

/** Minutes of running or of downtime, and whether it restarts at its end. */
const steps = fc.array(
  fc.record({
    minutes: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 90 }) },
      { weight: 1, arbitrary: fc.integer({ min: 91, max: 3_000 }) },
    ),
    restart: fc.boolean(),
  }),
  { maxLength: 30 },
);
const modelStart = Date.parse("2026-02-27T11:00Z");

describe("schedule beside a naive model", () => {
  it("sends the changes of a programme, restarted and stopped at any time", () => {
    fc.assert(
      fc.property(fc.array(rowOf, { minLength: 1, maxLength: 4 }), steps, (rows, walk) => {
        const week = rows.map(({ from, to, ...rest }) => ({
          ...rest,
          from: clockText(from),
          to: clockText(to),
        }));
        const harness = createHarness(
          schedule,
          { kind: "programme", week, otherwise: 0 },
          { startAt: modelStart },
        );
        let now = modelStart;
        let known = heldAt(rows, now);
        const expected: [number, unknown][] = [[now, known]];
        for (const { minutes, restart } of walk) {
          if (restart) harness.restart();
          now += minutes * minute;
          harness.advanceTo(now);
          const held = heldAt(rows, now);
          let since = now;
          while (heldAt(rows, since - minute) === held && since > modelStart) since -= minute;
          if (held !== known) expected.push([since, held]);
          known = held;
        }
        expect(harness.outputs("out").map(({ time, payload }) => [time, payload])).toEqual(expected);
      }),
      { numRuns: 80 },
    );
  });

  it("sends the times of a week, restarted and stopped at any time", () => {
    const moment = fc.record({
      days: fc.subarray(everyDay, { minLength: 1 }),
      at: fc.nat(47),
      value: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.array(moment, { minLength: 1, maxLength: 4 }), steps, (moments, walk) => {
        const times = moments.map(({ at, ...rest }) => ({ ...rest, at: clockText(at * 30) }));
        const harness = createHarness(schedule, { times, grace: "2 h" }, { startAt: modelStart });
        let now = modelStart;
        const expected: [number, unknown][] = [];
        for (const { minutes, restart } of walk) {
          if (restart) harness.restart();
          const until = now + minutes * minute;
          let tooLate = false;
          for (let at = now + minute; at <= until; at += minute) {
            const day = everyDay[(new Date(at).getUTCDay() + 6) % 7]!;
            const ofDay = (at % (24 * hour)) / minute;
            for (const each of moments) {
              if (each.at * 30 !== ofDay || !each.days.includes(day)) continue;
              if (at < until - 2 * hour) tooLate = true;
              else expected.push([at, each.value]);
            }
          }
          now = until;
          // Counters of drops begin anew with a restart, so they are compared step by step.
          const before = harness.drops().missed ?? 0;
          harness.advanceTo(now);
          expect((harness.drops().missed ?? 0) - before).toBe(tooLate ? 1 : 0);
        }
        expect(harness.outputs("out").map(({ time, payload }) => [time, payload])).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import sequence from "../../nodes/sequence.ts";
import { matchLimits } from "../../runtime/core/pattern/matcher.ts";
import { forbids, rowProblems } from "../../runtime/core/pattern/rows.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { modelled, run, streamStart as start, streams } from "./orderedStream.ts";
import { type ModelPattern, type ModelRow, sequenceModel } from "./sequenceModel.ts";

const opens = { name: "door opens", when: 'payload = "open"' };
const motion = { name: "motion", when: 'payload = "motion"' };

describe("sequence", () => {
  it("takes silence for the end, also after a restart and a long absence", () => {
    const config = { steps: [opens, { ...motion, comes: "not" }], within: "10 min" };
    const harness = createHarness(sequence, config, { startAt: start });
    harness.send("open", { key: "hall", topic: "doors/hall", params: { room: "hall" } });
    harness.restart();
    expect(harness.status()).toEqual({ level: "ok", text: "1 under way" });
    harness.advanceTo(start + 599_998);
    expect(harness.outputs()).toEqual([]);
    harness.advanceTo(start + 3_600_000);
    expect(harness.outputs().map(({ port, message }) => ({ port, ...message }))).toMatchObject([
      {
        port: "match",
        key: "hall",
        topic: "doors/hall",
        params: { room: "hall" },
        time: start + 600_000,
        payload: {
          state: "match",
          start,
          end: start,
          events: { "door opens": { time: start, payload: "open", topic: "doors/hall", key: "hall" } },
        },
      },
    ]);
    expect(harness.status()).toBeUndefined();
  });

  it("says what a match lacked when its time was up", () => {
    const config = { steps: [opens, motion], within: "10 s" };
    const harness = createHarness(sequence, config, { startAt: start });
    harness.send("open");
    harness.advanceTo(start + 60_000);
    expect(harness.outputs()).toMatchObject([
      {
        port: "timeout",
        time: start + 10_000,
        payload: { state: "timeout", waitingFor: "motion", events: { "door opens": { payload: "open" } } },
      },
    ]);
  });

  it("keeps a step of several messages as a list, and looks at it in conditions", () => {
    const rising = "$not($exists(warmer)) or payload > warmer[-1].payload";
    const config = { steps: [{ name: "warmer", when: rising, times: "exactly", count: 3 }] };
    const harness = createHarness(sequence, config);
    for (const payload of [20, 22, 21, 23]) harness.send(payload);
    const events = harness.outputs().map(({ payload }) => (payload as { events: object }).events);
    expect(events).toMatchObject([{ warmer: [{ payload: 20 }, { payload: 22 }, { payload: 23 }] }]);
  });

  it("reads names with spaces in backticks, and no name hides the message", () => {
    const steps = [
      { name: "first one", when: "payload.n = 1" },
      { name: "second", when: "payload.n = `first one`.payload.n + 1" },
    ];
    const harness = createHarness(sequence, { steps });
    for (const n of [1, 3, 2]) harness.send({ n });
    expect(harness.outputs().map(({ payload }) => payload)).toMatchObject([
      { events: { second: { payload: { n: 2 } } } },
    ]);
  });

  it("finds a sequence across devices when they are taken together", () => {
    const harness = createHarness(sequence, { steps: [opens, motion], per: "all" });
    harness.send("open", { key: "door-1" });
    harness.send("motion", { key: "pir-7" });
    expect(harness.outputs()).toMatchObject([
      { key: "", payload: { events: { "door opens": { key: "door-1" }, motion: { key: "pir-7" } } } },
    ]);
  });

  it("goes on as if a message had not come when a condition cannot be decided", () => {
    const steps = [
      { name: "a", when: "payload.a" },
      { name: "b", when: "payload.b + 1 > 2" },
    ];
    const harness = createHarness(sequence, { steps });
    for (const payload of [{ a: true }, { a: 5 }, { b: "x" }, { b: 2 }]) harness.send(payload);
    expect(harness.deadLetters().map((each) => each.code)).toEqual(["CONDITION_NOT_BOOLEAN", "T2001"]);
    expect(harness.outputs().map(({ port }) => port)).toEqual(["match"]);
  });

  it("lets what comes too late leave by late, and counts it", () => {
    const config = { steps: [opens, motion], within: "10 s" };
    const harness = createHarness(sequence, config, { startAt: start, maxDelayMs: 5_000 });
    harness.send("open", { at: start });
    harness.watermark(start + 20_000);
    harness.outputs();
    harness.restart();
    harness.send("open", { at: start + 5_000 });
    expect(harness.outputs()).toMatchObject([{ port: "late", time: start + 5_000, payload: "open" }]);
    expect(harness.drops()).toEqual({ late: 1 });
  });

  it("gives up what began first beyond the limit, counts it, and warns before", () => {
    const config = { steps: [opens, motion], afterMatch: "none" };
    const harness = createHarness(sequence, config);
    for (let index = 0; index < matchLimits.runsMax; index++) harness.send("open");
    expect(harness.status()).toEqual({ level: "warning", text: "1 near the limit" });
    expect(harness.drops()).toEqual({});
    for (let index = 0; index < 3; index++) harness.send("open");
    expect(harness.drops()).toEqual({ "too many partial matches": 3 });
    harness.send("motion");
    expect(harness.outputs()).toHaveLength(matchLimits.runsMax);
    expect(harness.status()).toBeUndefined();
  });

  it.each<[object, string]>([
    [{ steps: [{ ...opens, comes: "not" }], within: "1 s" }, "/steps/0/comes"],
    [{ steps: [opens, { ...motion, comes: "not" }] }, "/within"],
    [{ steps: [opens], within: "0 s" }, "/within"],
    [{ steps: [opens, opens] }, "/steps/1/name"],
    [{ steps: [{ ...opens, name: "payload" }] }, "/steps/0/name"],
    [
      { steps: [opens, { name: "maybe", optional: true }, { ...motion, comes: "notNext" }] },
      "/steps/2/comes",
    ],
    [{ steps: [{ ...opens, times: "range", count: 3, most: 2 }] }, "/steps/0/most"],
    [{ steps: [{ ...opens, times: "atLeast", count: 1, greedy: true }] }, "/steps/0/greedy"],
    [{ steps: [{ ...opens, times: "atLeast", greedy: true, between: "any" }, motion] }, "/steps/0/between"],
    [{ steps: [opens], afterMatch: "first", fromStep: "motion" }, "/fromStep"],
  ])("points at the mistake in %j", (config, field) => {
    expect(sequence.check!(config as never).map((each) => each.field)).toEqual([field]);
  });

  it.each<[object, string]>([
    [
      { steps: [opens, { ...motion, comes: "not" }], within: "10 min" },
      "door opens, not motion within 10 min",
    ],
    [
      {
        steps: [
          { ...opens, times: "exactly", count: 3 },
          { ...motion, comes: "next" },
        ],
      },
      "door opens 3×, directly motion",
    ],
    [
      {
        steps: [
          { ...opens, optional: true },
          { name: "", comes: "notNext" },
        ],
      },
      "(door opens), not directly …",
    ],
  ])("reads %j on its card", (config, text) => {
    expect(sequence.summary(config as never)).toBe(text);
  });
});

describe("sequence beside a naive model", () => {
  const letter = fc.constantFrom("a", "b", "c", undefined);
  const contiguity = fc.constantFrom("later", "later", "next", "any") as fc.Arbitrary<
    "later" | "next" | "any"
  >;
  const row = fc.record({
    comes: fc.oneof(
      { weight: 4, arbitrary: contiguity },
      { weight: 2, arbitrary: fc.constantFrom("not", "notNext") },
    ) as fc.Arbitrary<ModelRow["comes"]>,
    letter,
    alike: fc.nat(5).map((dice) => dice === 0),
    times: fc.constantFrom("once", "once", "exactly", "atLeast", "range") as fc.Arbitrary<ModelRow["times"]>,
    count: fc.integer({ min: 1, max: 3 }),
    extra: fc.integer({ min: 0, max: 2 }),
    between: contiguity,
    greedy: fc.boolean(),
    untilLetter: letter,
    optional: fc.nat(3).map((dice) => dice === 0),
  });
  const pattern: fc.Arbitrary<ModelPattern> = fc
    .record({
      rows: fc.array(row, { minLength: 1, maxLength: 5 }),
      withinMs: fc.option(
        fc.integer({ min: 2, max: 30 }).map((seconds) => seconds * 1_000),
        { nil: undefined },
      ),
      afterMatch: fc.constantFrom("none", "next", "past", "past", "first", "last") as fc.Arbitrary<
        ModelPattern["afterMatch"]
      >,
      from: fc.nat(4),
    })
    .map(({ rows, withinMs, afterMatch, from }) => {
      const sound: ModelRow[] = [];
      for (const [index, { extra, untilLetter, letter, ...each }] of rows.entries()) {
        const open = each.times === "atLeast" || each.times === "range";
        const next: ModelRow = {
          ...each,
          name: `s${index}`,
          most: each.count + extra,
          greedy: each.greedy && open,
          ...(letter === undefined ? {} : { letter }),
          ...(untilLetter === undefined || each.times !== "atLeast" ? {} : { untilLetter }),
        };
        // A row that would be a mistake here is left out.
        if (!forbids(next) || (sound.length > 0 && !(sound.at(-1)!.optional && !forbids(sound.at(-1)!))))
          sound.push(next);
      }
      const final = sound.map((each) => ({ ...each, greedy: each.greedy && each.between !== "any" }));
      const wanted = final.filter((each) => !forbids(each));
      const needsTime = final.at(-1)?.comes === "not";
      return {
        rows: final,
        withinMs: withinMs ?? (needsTime ? 10_000 : undefined),
        afterMatch,
        fromStep: wanted[from % Math.max(1, wanted.length)]?.name ?? "",
      };
    })
    .filter(
      ({ rows }) => rows.length > 0 && !rowProblems(rows, []).some(({ severity }) => severity !== "warning"),
    );
  const text = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom("a", "b", "c") },
    { weight: 1, arbitrary: fc.subarray(["a", "b", "c"]).map((letters) => letters.join("")) },
  );

  function configOf({ rows, withinMs, afterMatch, fromStep }: ModelPattern): object {
    const condition = ({ letter, alike }: ModelRow) => {
      const parts = [
        ...(letter === undefined ? [] : [`$contains(payload, "${letter}")`]),
        ...(alike ? [`$length(${rows[0]!.name}[0].payload) = $length(payload)`] : []),
      ];
      return parts.length === 0 ? {} : { when: parts.join(" and ") };
    };
    return {
      steps: rows.map(({ letter, alike, untilLetter, ...row }) => ({
        ...row,
        ...condition({ letter, alike, ...row } as ModelRow),
        ...(untilLetter === undefined ? {} : { until: `$contains(payload, "${untilLetter}")` }),
      })),
      ...(withinMs === undefined ? {} : { within: `${withinMs / 1_000} s` }),
      afterMatch,
      fromStep,
    };
  }

  it("finds the same, in the same order, on streams out of order within the delay, silent and restarted anywhere", () => {
    fc.assert(
      fc.property(streams(text, ["in"], 12), pattern, (stream, pattern) => {
        const expected = modelled(stream, (messages) => sequenceModel(messages, pattern));
        expect(run(sequence, configOf(pattern), stream)).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import join from "../../nodes/join.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { inclusive, joinConfig } from "./joinConfig.ts";
import { type Left, modelled, run, type Stream, streamStart as start, streams } from "./orderedStream.ts";

describe("join", () => {
  it("computes one payload of both, and keeps the others when one pair cannot be computed", () => {
    const harness = createHarness(join, { result: "left * right" }, { startAt: start });
    harness.send(2, { port: "left" });
    harness.send("x", { port: "left" });
    harness.send(5, { port: "left" });
    harness.send(3, { port: "right", topic: "r" });
    expect(harness.outputs().map(({ payload }) => payload)).toEqual([6, 15]);
    expect(harness.deadLetters()).toMatchObject([{ code: "T2001", payload: { left: "x", right: 3 } }]);
  });

  it("counts a pair of which the expression makes nothing", () => {
    const harness = createHarness(join, { result: "left.a + right.b" }, { startAt: start });
    harness.send({}, { port: "left" });
    harness.send({ b: 1 }, { port: "right" });
    harness.send({ a: 1 }, { port: "left" });
    expect(harness.outputs().map(({ payload }) => payload)).toEqual([2]);
    expect(harness.drops()).toEqual({ "no result": 1 });
  });

  it("gives pairs topic and levels of the left, the later time and the id of what completed them", () => {
    const harness = createHarness(join, {}, { startAt: start, maxDelayMs: 10_000 });
    harness.send(1, { port: "right", at: start + 2_000, topic: "r", params: { side: "r" } });
    harness.send(2, { port: "left", at: start + 1_000, topic: "l", params: { side: "l" } });
    const [pair] = harness.outputs();
    expect(pair!.message).toMatchObject({ topic: "l", params: { side: "l" }, time: start + 2_000 });
    expect(pair!.payload).toEqual({ left: 2, right: 1 });
  });

  it("sends what comes too late by a port of its own", () => {
    const harness = createHarness(join, {}, { startAt: start });
    harness.send(1, { port: "left", at: start + 10_000 });
    harness.send(2, { port: "right", at: start + 1_000 });
    expect(harness.outputs().map(({ port, payload }) => [port, payload])).toEqual([["late", 2]]);
    expect(harness.drops()).toEqual({ late: 1 });
  });

  it("counts what found no partner, unless that leaves alone", () => {
    const harness = createHarness(join, { keep: "left", after: "5 s", before: "0 s" }, { startAt: start });
    harness.send("l", { port: "left" });
    harness.send("r", { port: "right", key: "other" });
    harness.advanceTo(start + 4_999);
    expect(harness.outputs()).toEqual([]);
    expect(harness.drops()).toEqual({ "no partner": 1 });
    harness.restart();
    harness.advanceTo(start + 5_000);
    expect(harness.outputs().map(({ port, time, payload }) => [port, time - start, payload])).toEqual([
      ["alone", 5_000, { left: "l" }],
    ]);
  });

  it("lets the oldest go when more wait than it may hold, and says so", () => {
    const harness = createHarness(join, { keep: "both", hold: 2 }, { startAt: start });
    for (const second of [1, 2, 3]) {
      harness.send(second, { port: "left", at: start + second * 1_000 });
    }
    expect(harness.outputs().map(({ time, payload }) => [time - start, payload])).toEqual([
      [3_000, { left: 1 }],
    ]);
    expect(harness.drops()).toEqual({ "too many waiting": 1 });
    expect(harness.status()).toEqual({ level: "warning", text: "1 waited too short" });
    harness.send(0, { port: "right", at: start + 4_000 });
    expect(harness.outputs().map(({ payload }) => payload)).toEqual([
      { left: 2, right: 0 },
      { left: 3, right: 0 },
    ]);
  });

  it("refuses bounds the wrong way round, and one name for both", () => {
    const fields = (config: object) => join.check!(config as never).map((each) => each.field);
    expect(fields({ order: "after", least: "2 min", after: "1 min" })).toEqual(["/after"]);
    expect(fields({ order: "before", least: "2 min", before: "1 min" })).toEqual(["/before"]);
    expect(fields({ order: "either", least: "2 min", before: "1 min", after: "1 min" })).toEqual([]);
    expect(fields({ leftName: "x", rightName: "x" })).toEqual(["/rightName"]);
  });
});

interface Rule {
  readonly lower: number;
  readonly upper: number;
  readonly keep: "none" | "left" | "both";
}

/** Looks at everything that ever came, for each arrival and each passing of the watermark. */
function model({ arrivals, delayMs }: Stream<number>, { lower, upper, keep }: Rule): Record<string, Left[]> {
  const left: Record<string, Left[]> = {};
  const add = (key: string, each: Left) => {
    left[key] = [...(left[key] ?? []), each];
  };
  const known: { at: number; key: string; port: string; payload: number; due: number; paired: boolean }[] =
    [];
  let newest = Number.NEGATIVE_INFINITY;
  let watermark = Number.NEGATIVE_INFINITY;
  const pass = (to: number) => {
    const over = known
      .filter(({ due }) => due > watermark && due <= to)
      .sort((a, b) => a.due - b.due || a.port.localeCompare(b.port));
    for (const { key, port, payload, due, paired } of over) {
      if (!paired && (keep === "both" || keep === port)) add(key, ["alone", due, { [port]: payload }]);
    }
    watermark = to;
  };
  for (const { at, key, port, payload } of arrivals) {
    newest = Math.max(newest, at);
    pass(newest - delayMs - 1);
    if (at < watermark) {
      add(key, ["late", at, payload]);
      continue;
    }
    const partners = known
      .filter((each) => each.key === key && each.port !== port && each.due > watermark)
      .filter((each) => {
        const apart = port === "left" ? each.at - at : at - each.at;
        return apart >= lower && apart <= upper;
      })
      .sort((a, b) => a.at - b.at);
    for (const each of partners) {
      each.paired = true;
      const both =
        port === "left" ? { left: payload, right: each.payload } : { left: each.payload, right: payload };
      add(key, ["out", Math.max(at, each.at), both]);
    }
    const due = at + (port === "left" ? Math.max(0, upper) : Math.max(0, -lower));
    const held = { at, key, port, payload, due, paired: partners.length > 0 };
    // One that is at its end already is released by the next timer, whatever the watermark.
    if (due <= watermark) {
      if (!held.paired && (keep === "both" || keep === port)) add(key, ["alone", due, { [port]: payload }]);
    } else known.push(held);
  }
  pass(Number.POSITIVE_INFINITY);
  return left;
}

const rules = fc.record({
  bounds: fc.constantFrom<readonly [number, number]>(
    [-5, 5],
    [0, 0],
    [0, 8],
    [-8, 0],
    [2, 6],
    [-6, -2],
    [-1, 20],
  ),
  keep: fc.constantFrom<Rule["keep"]>("none", "left", "both"),
});

describe("join beside a naive model", () => {
  it("finds every pair once, and what has none, whatever the disorder, silence and restarts", () => {
    fc.assert(
      fc.property(
        streams(fc.nat(99), ["left", "right"]),
        rules,
        fc.option(fc.constantFrom(0, 3)),
        (stream, { bounds: [lower, upper], keep }, delay) => {
          // With less delay than its disorder, some of the stream is late.
          const given = delay === null ? stream : { ...stream, delayMs: delay * 1_000 };
          const rule = { lower: lower * 1_000, upper: upper * 1_000, keep };
          const config = { ...joinConfig({ ...rule, ...inclusive }), keep };
          expect(run(join, config, given)).toEqual(model(given, rule));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("finds the same pairs in whatever order messages arrive", () => {
    fc.assert(
      fc.property(streams(fc.nat(99), ["left", "right"]), rules, (stream, { bounds: [lower, upper] }) => {
        const config = joinConfig({ lower: lower * 1_000, upper: upper * 1_000, ...inclusive });
        const pairs = run(join, config, stream);
        const expected = modelled(stream, (messages) =>
          messages
            .filter(({ port }) => port === "left")
            .flatMap((one) =>
              messages
                .filter(({ port }) => port === "right")
                .filter(({ at }) => at - one.at >= lower * 1_000 && at - one.at <= upper * 1_000)
                .map((other): Left => {
                  const both = { left: one.payload, right: other.payload };
                  return ["out", Math.max(one.at, other.at), both];
                }),
            ),
        );
        expect(sorted(pairs)).toEqual(sorted(expected));
      }),
      { numRuns: 300 },
    );
  });
});

function sorted(left: Readonly<Record<string, Left[]>>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(left).map(([key, each]) => [key, each.map((one) => JSON.stringify(one)).sort()]),
  );
}

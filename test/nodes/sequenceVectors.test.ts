/**
 * Sequences beside what Flink CEP finds: our own facts, always, and those taken from its tests, where they lie beside the
 * checkout. A vector says its pattern in words; below it stands as steps.
 */
import { describe, expect, it } from "vitest";
import sequence from "../../nodes/sequence.ts";
import { createHarness, type Output } from "../harness/operatorHarness.ts";
import { readsAll, type Vector, vectorsOf } from "../harness/publishedVectors.ts";
import { patternSteps, skipConfig } from "./patternText.ts";
import { a, b, type Case, c, d, type Event, is, more, publishedPatterns } from "./publishedPatterns.ts";

/** A vector whose pattern is written as `patternSteps` reads it; with several strategies, one after another. */
function written({ id, operator, params, events, expected, late_side_output: late }: Vector): Case[] {
  readsAll(params, ["pattern", "within", "skip"], id);
  const { within, skip = "NO_SKIP" } = params as { within?: number; skip?: string };
  const steps = patternSteps(operator.replace(/^CEP /, ""));
  const common = { steps, ...(within ? { within: `${within} ms` } : {}) };
  const listed = Array.isArray(expected) || Object.hasOwn(expected as object, "matches");
  return Object.entries(listed ? { [skip]: expected } : (expected as object)).map(([title, found]) => {
    const { matches, timeouts } = Array.isArray(found) ? { matches: found } : (found as Found);
    return {
      title,
      config: { ...common, ...skipConfig(title) },
      events: events as Event[],
      matches,
      late: (late ?? []) as string[],
      ...(timeouts ? { timeouts: timeouts.map(({ partial, ts }) => `${partial.join(" ")} at ${ts}`) } : {}),
    };
  });
}

interface Found {
  readonly matches: readonly string[];
  readonly timeouts?: readonly { readonly partial: readonly string[]; readonly ts: number }[];
}

const own: readonly Case[] = [
  {
    title: "a repeated step counts only what fits, and each number that is enough",
    config: { steps: [c, { ...a, times: "range", count: 1, most: 2 }, b], afterMatch: "none" },
    events: ["c", "a1", "x", "a2", "a3", "b1"],
    matches: ["c a1 a2 b1", "c a1 b1"],
  },
  {
    title: "nothing may come between",
    config: { steps: [{ ...a, times: "exactly", count: 2, between: "next" }], afterMatch: "none" },
    events: ["a1", "x", "a2", "a3"],
    matches: ["a2 a3"],
  },
  {
    title: "a step that may be missing",
    config: { steps: [a, { ...b, optional: true }, c], afterMatch: "none" },
    events: ["a1", "b1", "c1"],
    matches: ["a1 b1 c1", "a1 c1"],
  },
  {
    title: "forbidden until the next step, and no longer",
    config: { steps: [a, { ...b, comes: "not" }, c, d], afterMatch: "none" },
    events: ["a1", "c1", "b1", "d1", "a2", "b2", "c2", "d2"],
    matches: ["a1 c1 d1"],
  },
  {
    title: "forbidden before a step that may be missing: once it came, no longer",
    config: {
      steps: [a, { ...b, comes: "not" }, { ...c, comes: "any", optional: true }, { ...d, comes: "any" }],
      afterMatch: "none",
    },
    events: ["a1", "c1", "b1", "d1"],
    matches: ["a1 c1 d1"],
  },
  {
    title: "as many as come, and each that follows: one match for each",
    config: {
      steps: [
        { ...a, ...more, greedy: true },
        { ...d, comes: "any" },
      ],
      afterMatch: "none",
    },
    events: ["a1", "a2", "d1", "x", "d2"],
    matches: ["a1 a2 d1", "a1 a2 d2", "a2 d1", "a2 d2"],
  },
  {
    title: "as many as come: the shorter one fails when more of them come",
    config: {
      steps: [c, { ...a, ...more, greedy: true }, { ...d, comes: "any" }],
      afterMatch: "none",
    },
    events: ["c", "a1", "d1", "x", "a2", "d2"],
    matches: ["c a1 d1", "c a1 a2 d2"],
  },
  {
    title: "as many as come, up to a number: what exceeds it passes",
    config: { steps: [c, { ...a, times: "range", count: 2, most: 3, greedy: true }, d] },
    events: ["c", "a1", "a2", "a3", "a4", "d1"],
    matches: ["c a1 a2 a3 d1"],
  },
  {
    title: "as many as come until one that ends it, and after that others pass",
    config: { steps: [c, { ...a, ...more, greedy: true, until: 'payload.id = "a9"' }, d] },
    events: ["c", "a1", "a2", "x", "a9", "a3", "d1"],
    matches: ["c a1 a2 d1"],
  },
  {
    title: "as many as come, none so far: what ends the step ends it only once it has begun",
    config: {
      steps: [c, { ...a, ...more, optional: true, greedy: true, until: 'payload.id = "u"' }, d],
      afterMatch: "none",
    },
    events: ["c", "x", "u", "a1", "d1"],
    matches: ["c a1 d1"],
  },
  {
    title: "as many as come, at the end: each is a match",
    config: { steps: [c, { ...a, ...more, optional: true, greedy: true }], afterMatch: "none" },
    events: ["c", "a1", "x", "a2"],
    matches: ["c", "c a1", "c a1 a2"],
  },
  {
    title: "a match waits while an earlier beginning is open",
    config: {
      steps: [
        a,
        { ...b, comes: "any" },
        { name: "c", when: `${is("c")} and payload.id = "c" & $substring(b.payload.id, 1)` },
      ],
    },
    events: ["a1", "b1", "a2", "b2", "c2", "c1"],
    matches: ["a1 b2 c2"],
  },
  {
    title: "the timeout of an earlier beginning sets a match free",
    config: {
      steps: [
        { ...a, times: "exactly", count: 1 },
        { name: "b", when: `${is("b")} and $substring(payload.id, 1) = $substring(a.payload.id, 1)` },
      ],
      within: "4 ms",
    },
    events: [
      { id: "a1", ts: 1 },
      { id: "a2", ts: 2 },
      { id: "b2", ts: 3 },
    ],
    matches: ["a2 b2"],
    timeouts: ["a1 at 5"],
  },
];

/** What Flink's own tests expect, besides the published vectors. */
const flink: readonly Case[] = [
  ...(
    [
      ["later", "later", []],
      ["later", "any", []],
      ["any", "later", ["4 5 6", "4 5", "4", "5 6", "5", "6"]],
      ["any", "any", ["4 5 6", "4 5", "4 6", "4", "5 6", "5", "6"]],
    ] as const
  ).map(([comes, between, numbers]) => ({
    title: `forbidden after a repeated step: ${comes}, ${between}`,
    config: { steps: [a, { ...b, ...more, comes, between }, { ...c, comes: "not" }, d], afterMatch: "none" },
    events: ["a1", "b1", "b2", "b3", "c1", "b4", "b5", "b6", "d1"],
    matches: numbers.map((list) => `a1 ${list.replaceAll(/\d/g, "b$&")} d1`),
  })),
  ...(
    [
      ["later", []],
      ["any", ["a1 b2 d1"]],
    ] as const
  ).map(([comes, matches]) => ({
    title: `forbidden directly after a repeated step: ${comes}`,
    config: { steps: [a, { ...b, ...more, comes }, { ...c, comes: "notNext" }, d], afterMatch: "none" },
    events: ["a1", "b1", "c1", "b2", "d1"],
    matches,
  })),
  {
    title: "forbidden after two of a step",
    config: {
      steps: [a, { ...b, times: "exactly", count: 2, comes: "any" }, { ...c, comes: "not" }, d],
      afterMatch: "none",
    },
    events: ["a1", "d1", "e", "b1", "b2", "c1", "d2"],
    matches: [],
  },
  {
    title: "forbidden before a last step that may be missing",
    config: {
      steps: [a, { ...b, comes: "not" }, { ...c, comes: "any", optional: true }],
      afterMatch: "none",
    },
    events: ["a1", "c1", "b1", "c2"],
    matches: ["a1 c1", "a1"],
  },
  {
    title: "forbidden before two that may be missing",
    config: {
      steps: [
        a,
        { ...b, comes: "not" },
        { ...c, comes: "any", times: "exactly", count: 2, optional: true },
        d,
      ],
      afterMatch: "none",
    },
    events: ["a1", "c1", "b1", "c2", "d1"],
    matches: ["a1 c1 c2 d1"],
  },
  {
    title: "forbidden for one beginning, not for the next",
    config: { steps: [a, { ...b, comes: "not" }, c, d], afterMatch: "none" },
    events: ["a1", "b1", "c1", "a2", "c2", "d1"],
    matches: ["a2 c2 d1"],
  },
  {
    title: "skipping past the last of many combinations",
    config: { steps: [a, { ...b, comes: "any" }, { ...c, comes: "any" }, d], afterMatch: "past" },
    events: ["a1", "a2", "b1", "b2", "c1", "c2", "d1", "d2"],
    matches: ["a1 b1 c1 d1"],
  },
  {
    title: "skipping past the last, an earlier beginning having failed",
    config: { steps: [a, { ...b, comes: "next" }], afterMatch: "past" },
    events: ["a1", "c1", "a2", "b2"],
    matches: ["a2 b2"],
  },
  {
    title: "skipping to the first of a step after one that is missing",
    config: {
      steps: [
        { name: "x", when: is("x"), ...more, optional: true },
        { ...b, comes: "next" },
        { ...c, comes: "next" },
      ],
      afterMatch: "first",
      fromStep: "b",
    },
    events: ["b1", "c1", "b2", "c2"],
    matches: ["b1 c1", "b2 c2"],
  },
  {
    title: "skipping to the first of a repeated step",
    config: {
      steps: [a, { ...b, ...more, comes: "next", between: "next" }],
      afterMatch: "first",
      fromStep: "b",
    },
    events: ["a1", "b1", "a2", "b2", "b3", "a3", "b4"],
    matches: ["a1 b1", "a2 b2", "a3 b4"],
  },
  ...[true, false].map((optional) => ({
    title: `as many as come until a price, which comes first; may be missing: ${optional}`,
    config: {
      steps: [c, { ...a, ...more, optional, greedy: true, until: "payload.price > 3" }, d],
      afterMatch: "none",
    },
    events: [{ id: "c" }, { id: "a", price: 4 }, { id: "a1", price: 2 }, { id: "a2", price: 3 }, { id: "d" }],
    matches: optional ? ["c d"] : [],
  })),
  {
    title: "as many as come, with others in between",
    config: { steps: [c, { ...a, ...more, optional: true, greedy: true }, d], afterMatch: "none" },
    events: ["c", "x", "a1", "x", "a2", "x", "a3", "d"],
    matches: ["c a1 a2 a3 d"],
  },
  {
    title: "from two to five, as many as come, at the end",
    config: {
      steps: [c, { ...a, times: "range", count: 2, most: 5, greedy: true }],
      afterMatch: "none",
    },
    events: ["c", "a1", "a2", "a3", "a4", "x"],
    matches: ["c a1 a2", "c a1 a2 a3", "c a1 a2 a3 a4"],
  },
];

describe("sequence beside Flink CEP", () => {
  it.each([...own, ...flink].map((each) => ({ ...each, name: each.title })))("$name", runCase);
  for (const vector of vectorsOf("pattern")) {
    it(vector.id, () => {
      const own = vector.operator === `CEP ${vector.params.pattern}`;
      const cases = ((own ? undefined : publishedPatterns[vector.id]) ?? written)(vector);
      expect(cases.length).toBeGreaterThan(0);
      for (const each of cases) runCase(each);
    });
  }
});

/** Restarts before every message, too. */
function runCase({ title, config, events, matches, timeouts, late }: Case): void {
  for (const restarting of [false, true]) {
    const harness = createHarness(sequence, config, { maxDelayMs: 1e9 });
    for (const [index, event] of events.entries()) {
      const payload = typeof event === "string" ? { id: event } : event;
      if (restarting) harness.restart();
      if ("id" in payload) {
        readsAll(payload, ["id", "ts", "key", "name", "price"], title);
        const { ts = index + 1, key = "key" } = payload;
        harness.send(payload, { at: ts, key });
      } else {
        expect(payload.type, title).toBe("watermark");
        harness.watermark(payload.ts);
      }
    }
    harness.watermark(1_000);
    const found = harness.outputs();
    const of = (port: string, shown: (output: Output) => unknown) =>
      found.filter((each) => each.port === port).map(shown);
    expect(of("match", idsOf).sort(), title).toEqual([...matches].sort());
    if (timeouts)
      expect(of("timeout", (output) => `${idsOf(output)} at ${output.time}`).sort(), title).toEqual(
        [...timeouts].sort(),
      );
    expect(of("late", ({ payload }) => (payload as Event).id)).toEqual(late ?? []);
    expect(harness.deadLetters()).toEqual([]);
  }
}

function idsOf({ payload }: Output): string {
  const { events } = payload as { events: Record<string, unknown> };
  return Object.values(events)
    .flat()
    .map((event) => (event as { payload: Event }).payload.id)
    .join(" ");
}

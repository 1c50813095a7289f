/**
 * Sequences beside what Flink CEP finds: our own facts, always, and those taken from its tests, where they lie beside the
 * checkout. A vector says its pattern in words; below it stands as steps.
 */
import { describe, expect, it } from "vitest";
import sequence from "../../nodes/sequence.ts";
import { createHarness } from "../harness/operatorHarness.ts";
import { publishedVectors } from "../harness/publishedVectors.ts";

interface Event {
  readonly id: string | number;
  readonly ts?: number;
}
interface Vector {
  readonly id: string;
  readonly events: unknown;
  readonly expected: unknown;
}
/** One run of a vector: some have several patterns or streams. */
interface Case {
  readonly title: string;
  readonly config: object;
  readonly events: readonly (Event | string)[];
  readonly matches: readonly string[];
  readonly timeouts?: readonly string[];
}

const is = (letter: string) => `$substring(payload.id, 0, 1) = "${letter}"`;
const a = { name: "a", when: is("a") };
const b = { name: "b", when: is("b") };
const c = { name: "c", when: is("c") };
const d = { name: "d", when: is("d") };
const more = { times: "atLeast", count: 1 };
const named = (name: string) => ({ name, when: `payload.name = "${name}"` });
const has = (name: string, letter: string) => ({
  name,
  when: `$contains(payload.id, "${letter}")`,
  times: "exactly",
  count: 2,
});
const skips: Readonly<Record<string, string>> = {
  NO_SKIP: "none",
  SKIP_TO_NEXT: "next",
  SKIP_PAST_LAST_EVENT: "past",
};

/** The patterns of the published vectors. */
const patterns: Readonly<Record<string, (vector: Vector) => readonly Case[]>> = {
  "cep-followedByAny-any-event": (vector) => [
    plain(vector, { steps: [{ name: "S" }, { name: "E", comes: "any" }] }),
  ],
  "cep-contiguity-doc": ({ events, expected }) =>
    Object.entries({ next: "next", followedBy: "later", followedByAny: "any" }).map(([title, comes]) => ({
      title,
      config: { steps: [a, { ...b, comes }], afterMatch: "none" },
      events: events as string[],
      matches: (expected as Record<string, string[][]>)[title]!.map((match) => match.join(" ")),
    })),
  "cep-within-10": (vector) => [
    plain(vector, { steps: [named("start"), named("middle"), named("end")], within: "10 ms" }),
  ],
  "cep-within-timeouts": ({ events, expected }) => {
    const { timeouts } = expected as { timeouts: { partial: number[]; ts: number }[] };
    const steps = [named("start"), { ...named("middle"), comes: "any" }, { ...named("end"), comes: "any" }];
    return [
      {
        title: "timeouts",
        config: { steps, within: "10 ms", afterMatch: "none" },
        events: events as Event[],
        matches: ["2 3 5"],
        timeouts: timeouts.map(({ partial, ts }) => `${partial.join(" ")} at ${ts}`),
      },
    ];
  },
  "cep-greedy-zeroOrMore": (vector) => [
    plain(vector, { steps: [c, { ...a, ...more, optional: true, greedy: true }, d] }),
  ],
  "cep-until": (vector) => {
    const until = "payload.price = 5";
    return [
      plain(vector, { steps: [c, { ...a, ...more, until }, { name: "end", when: until }] }),
      plain(vector, { steps: [c, { ...a, ...more, until, between: "any" }, { name: "end", when: until }] }),
    ];
  },
  "cep-notNext": ({ events, expected }) =>
    ["ok", "blocked"].map((title) => ({
      title,
      config: { steps: [a, { ...b, comes: "notNext" }, { ...c, comes: "any" }, d], afterMatch: "none" },
      events: (events as Record<string, string[]>)[title]!,
      matches: (expected as Record<string, string[]>)[title]!,
    })),
  "cep-absence-notFollowedBy-within": (vector) => [
    plain(vector, { steps: [a, { ...b, comes: "not" }], within: "3 ms" }),
  ],
  "cep-absence-after-match-skip": (vector) => [
    plain(vector, {
      steps: [{ ...a, ...more, between: "any" }, c, { ...b, comes: "not" }],
      within: "5 ms",
      afterMatch: "past",
    }),
  ],
  "cep-skip-a-times3": (vector) => bySkip(vector, [{ ...a, times: "exactly", count: 3 }]),
  "cep-skip-quantifier-end": (vector) => bySkip(vector, [a, { ...b, ...more, comes: "next" }]),
  "cep-skip-to-first": (vector) => [
    plain(vector, {
      steps: [has("start", "a"), { ...has("end", "b"), comes: "next" }],
      afterMatch: "first",
      fromStep: "end",
    }),
  ],
  "cep-skip-to-last": (vector) => [
    plain(vector, {
      steps: [has("start", "a"), { ...has("end", "b"), comes: "next" }],
      afterMatch: "last",
      fromStep: "end",
    }),
  ],
};

function plain({ id, events, expected }: Vector, config: object): Case {
  const listed = (expected as (string | readonly (string | number)[])[]).map((match) =>
    // "ab" of single letters, or "a1 b1".
    typeof match !== "string" ? match.join(" ") : /^[a-z]{2}$/.test(match) ? [...match].join(" ") : match,
  );
  return {
    title: id,
    config: { afterMatch: "none", ...config },
    events: events as (Event | string)[],
    matches: listed,
  };
}

function bySkip({ events, expected }: Vector, steps: readonly object[]): Case[] {
  return Object.entries(expected as Record<string, string[]>).map(([title, matches]) => ({
    title,
    config: { steps, afterMatch: skips[title] },
    events: events as string[],
    matches,
  }));
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

const published = publishedVectors<Vector>(({ id }) => Object.hasOwn(patterns, id));

describe("sequence beside Flink CEP", () => {
  it.each([...own, ...flink].map((each) => ({ ...each, name: each.title })))("$name", runCase);
  for (const vector of published) {
    it.each(patterns[vector.id]!(vector).map((each) => ({ ...each, name: `${vector.id}: ${each.title}` })))(
      "$name",
      runCase,
    );
  }
});

/** Restarts before every message, too. */
function runCase({ config, events, matches, timeouts }: Case): void {
  for (const restarting of [false, true]) {
    const harness = createHarness(sequence, config, { maxDelayMs: 1e9 });
    for (const [index, event] of events.entries()) {
      const payload = typeof event === "string" ? { id: event } : event;
      if (restarting) harness.restart();
      harness.send(payload, { at: payload.ts ?? index + 1 });
    }
    harness.watermark(1_000);
    const found = harness.outputs().map(({ port, payload, time }) => ({ port, time, ids: idsOf(payload) }));
    const of = (port: string) => found.filter((each) => each.port === port);
    expect(
      of("match")
        .map(({ ids }) => ids)
        .sort(),
    ).toEqual([...matches].sort());
    if (timeouts)
      expect(
        of("timeout")
          .map(({ ids, time }) => `${ids} at ${time}`)
          .sort(),
      ).toEqual([...timeouts].sort());
    expect(harness.deadLetters()).toEqual([]);
  }
}

function idsOf(payload: unknown): string {
  const { events } = payload as { events: Record<string, unknown> };
  return Object.values(events)
    .flat()
    .map((event) => (event as { payload: Event }).payload.id)
    .join(" ");
}

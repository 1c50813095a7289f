/** Published vectors of Flink CEP whose pattern stands in words that no program reads, and how a case looks. */
import type { Vector } from "../harness/publishedVectors.ts";
import { skipConfig } from "./patternText.ts";

export interface Event {
  readonly id: string | number;
  readonly ts?: number;
  readonly key?: string;
}
export interface Watermark {
  readonly type: string;
  readonly ts: number;
}
/** One run of a vector: some have several patterns or streams. */
export interface Case {
  readonly title: string;
  readonly config: object;
  readonly events: readonly (Event | Watermark | string)[];
  readonly matches: readonly string[];
  readonly timeouts?: readonly string[];
  readonly late?: readonly string[];
}

export const is = (letter: string) => `$substring(payload.id, 0, 1) = "${letter}"`;
export const a = { name: "a", when: is("a") };
export const b = { name: "b", when: is("b") };
export const c = { name: "c", when: is("c") };
export const d = { name: "d", when: is("d") };
export const more = { times: "atLeast", count: 1 };
const named = (name: string) => ({ name, when: `payload.name = "${name}"` });
const has = (name: string, letter: string) => ({
  name,
  when: `$contains(payload.id, "${letter}")`,
  times: "exactly",
  count: 2,
});
/** Patterns of published vectors, which say them in words that no program reads. */
export const publishedPatterns: Readonly<Record<string, (vector: Vector) => readonly Case[]>> = {
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
    config: { steps, ...skipConfig(title) },
    events: events as string[],
    matches,
  }));
}

/** The bounds of what partial matches keep. What is found is tested through the node. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Message } from "../../../runtime/core/message.ts";
import { takenUpTo } from "../../../runtime/core/pattern/buffer.ts";
import { Matcher, type Matching } from "../../../runtime/core/pattern/matcher.ts";
import type { AfterMatch, Contiguity, Step } from "../../../runtime/core/pattern/pattern.ts";

const contiguity = fc.constantFrom<Contiguity>("next", "later", "any");
const step: fc.Arbitrary<Step<string>> = fc.record({
  name: fc.constant("step"),
  fits: fc.constantFrom("a", "b"),
  after: contiguity,
  optional: fc.boolean(),
  least: fc.constantFrom(1, 2),
  most: fc.constantFrom(2, Number.POSITIVE_INFINITY),
  between: contiguity,
  greedy: fc.boolean(),
  never: fc.constantFrom<string[]>([], [], ["c"]),
  notNext: fc.constantFrom<string[]>([], [], ["c"]),
});
const afterMatch = fc.constantFrom<AfterMatch>(
  { skip: "none" },
  { skip: "next" },
  { skip: "past" },
  { skip: "first", step: 0 },
  { skip: "last", step: 0 },
);

function message(payload: string, time: number): Message {
  return { topic: "", payload, key: "", time, params: {}, id: "" };
}

/** Numbers of the entries and messages that partial matches and waiting matches lead to. */
function reachable({ runs, held, buffer }: Matching): { entries: Set<number>; messages: Set<number> } {
  const entries = new Set<number>();
  const messages = new Set<number>();
  for (const { entry } of [...runs, ...held]) {
    for (let id: number | undefined = entry; id !== undefined; id = buffer.entries[id]!.before) {
      entries.add(id);
      messages.add(buffer.entries[id]!.number);
    }
  }
  return { entries, messages };
}

const sorted = (keys: Iterable<number>) => [...keys].sort((a, b) => a - b);

describe("what partial matches keep", () => {
  it("is exactly what they have taken, whatever the pattern and the stream, and within the limits", () => {
    const limits = { runsMax: 12, entriesMax: 20 };
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 4 }),
        afterMatch,
        fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.nat(3)), { maxLength: 40 }),
        (steps, afterMatch, stream) => {
          const matcher = new Matcher<string>({ steps, withinMs: 12, afterMatch }, limits);
          const state = matcher.start();
          let now = 0;
          for (const [payload, gap] of stream) {
            now += gap;
            for (let due = matcher.dueAt(state); due !== undefined && due < now; due = matcher.dueAt(state)) {
              matcher.expire(state, due);
            }
            matcher.take(state, message(payload, now), (condition) => condition === payload);
            const { entries, messages } = reachable(state);
            expect(sorted(Object.keys(state.buffer.entries).map(Number))).toEqual(sorted(entries));
            expect(sorted(Object.keys(state.buffer.messages).map(Number))).toEqual(sorted(messages));
            expect(state.buffer.size).toBe(entries.size);
            expect(state.runs.length + state.held.length).toBeLessThanOrEqual(limits.runsMax);
            expect(state.buffer.size).toBeLessThanOrEqual(limits.entriesMax);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("is kept once when partial matches share their beginning", () => {
    const common = { optional: false, least: 1, most: 1, greedy: false, never: [], notNext: [] };
    const any = { ...common, name: "b", fits: "b", after: "any", between: "any" } as const;
    const steps = [{ ...any, name: "a", fits: "a" }, any, { ...any, name: "c", fits: "c" }];
    const matcher = new Matcher<string>({ steps, withinMs: 1_000, afterMatch: { skip: "none" } });
    const state = matcher.start();
    for (const [time, payload] of ["a", "b", "b", "b"].entries()) {
      matcher.take(state, message(payload, time), (condition) => condition === payload);
    }
    expect(state.runs.map(({ entry }) => takenUpTo(state.buffer, entry).length).sort()).toEqual([1, 2, 2, 2]);
    expect(state.buffer.size).toBe(4);
    expect(Object.keys(state.buffer.messages)).toHaveLength(4);
  });

  it("stays as it was when a condition fails", () => {
    const common = { optional: false, least: 1, most: 1, greedy: false, never: [], notNext: [] };
    const plain = { ...common, after: "later", between: "later" } as const;
    const steps = [
      { ...plain, name: "a", fits: "a" },
      { ...plain, name: "b", fits: "b" },
    ];
    const matcher = new Matcher<string>({ steps, withinMs: 1_000, afterMatch: { skip: "past" } });
    const state = matcher.start();
    matcher.take(state, message("a", 0), (condition) => condition === "a");
    const before = structuredClone(state);
    const failing = (_condition: string, entry: number | undefined) => {
      if (entry === undefined) throw new Error("not decidable");
      return true;
    };
    expect(() => matcher.take(state, message("b", 1), failing)).toThrow("not decidable");
    expect(state).toEqual(before);
  });
});

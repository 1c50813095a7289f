/** Slices against plain lists: whatever comes late, goes or is put together, a window is the fold of what it covers. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Aggregation, type Part } from "../../../runtime/core/window/aggregation.ts";
import { foldings } from "../../../runtime/core/window/foldings.ts";
import { quantile } from "../../../runtime/core/window/quantiles.ts";
import { addAt, coarsen, forget, noSlices, type Slices, slide } from "../../../runtime/core/window/slices.ts";

const aggregation = new Aggregation([foldings.sum, foldings.range, foldings.count, quantile(0.5)]);

/** Sum, range, number and median of plain values. */
function naive(values: readonly number[]): unknown[] | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
  const sum = values.reduce((all, each) => all + each, 0);
  return [sum, sorted.at(-1)! - sorted[0]!, values.length, median];
}

const results = (part: Part | undefined) => (part?.count ? aggregation.results(part) : undefined);

type Step = { add: number; value: number } | { window: number } | { restart: true };

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ add: fc.nat(12), value: fc.integer({ min: -50, max: 50 }) }) },
  { weight: 3, arbitrary: fc.record({ window: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.constant({ restart: true } as const) },
);

describe("slices", () => {
  it("fold what a window covers, with late messages, gaps and restarts", () => {
    const length = 8;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps: readonly Step[]) => {
        let state: Slices = noSlices();
        const messages: [time: number, value: number][] = [];
        let from = 0;
        for (const each of steps) {
          if ("restart" in each) state = JSON.parse(JSON.stringify(state)) as Slices;
          else if ("add" in each) {
            // No window to come covers what lies before `from`.
            const time = from + each.add;
            messages.push([time, each.value]);
            addAt(state, time, [each.value, each.value, 0, each.value], time, aggregation);
          } else {
            from += each.window;
            const covered = messages.filter(([time]) => time >= from && time < from + length);
            const part = slide(state, from, from + length, aggregation);
            expect(results(part)).toEqual(naive(covered.map(([, value]) => value)));
            forget(state, from);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("put together count the same, from any boundary of the longer ones", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(40), fc.integer({ min: -9, max: 9 })), { minLength: 1, maxLength: 40 }),
        fc.nat(10),
        fc.nat(10),
        (given, slidTo, start) => {
          const messages = [...given].sort(([a], [b]) => a - b);
          const state = noSlices();
          for (const [time, value] of messages)
            addAt(state, time, [value, value, 0, value], time, aggregation);
          slide(state, 0, slidTo * 4, aggregation);
          coarsen(state, (time) => Math.floor(time / 4) * 4, aggregation);
          const late = messages.at(-1)![0];
          addAt(state, Math.floor(late / 4) * 4, [1, 1, 0, 1], late, aggregation);
          const covered = [...messages, [late, 1] as const].filter(([time]) => time >= start * 4);
          expect(results(slide(state, start * 4, 100, aggregation))).toEqual(
            naive(covered.map(([, value]) => value)),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it("take few bytes: three numbers for a slice of an average", () => {
    const average = new Aggregation([foldings.avg]);
    const state = noSlices();
    for (let time = 0; time < 60; time++) addAt(state, time, [20], time, average);
    slide(state, 0, 60, average);
    expect(Object.values(state).flat(2)).toHaveLength(3 * 60 + 2);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calm, note } from "../../../runtime/core/anomaly/alarm.ts";

function run(strengths: readonly number[], inRow: number) {
  const alarm = calm();
  return strengths.map((strength, index) => note(alarm, strength, index, inRow));
}

describe("the alarm", () => {
  it("begins after so many beyond the limit in a row, and ends after as many clearly within", () => {
    const none = undefined;
    expect(run([1, 0, 1, 2, 0.9, 0.7, 0.74, 0.1], 2)).toEqual([
      none,
      none,
      none,
      "begins",
      none,
      none,
      "ends",
      none,
    ]);
    expect(run([1, 0.8, 0.76, 0.75, 0.74], 1)).toEqual(["begins", none, none, none, "ends"]);
  });

  it("says since when, and how far it went", () => {
    const alarm = calm();
    for (const [at, strength] of [0.2, 1.5, 1.2, 3, 1].entries()) note(alarm, strength, at, 2);
    expect(alarm.raised).toEqual({ since: 1, furthest: 3 });
  });

  it("never changes before a row is full, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 2, noNaN: true })),
        fc.integer({ min: 1, max: 4 }),
        (all, inRow) => {
          let on = false;
          for (const [index, change] of run(all, inRow).entries()) {
            if (!change) continue;
            const row = all.slice(index - inRow + 1, index + 1);
            expect(row).toHaveLength(inRow);
            expect(change).toBe(on ? "ends" : "begins");
            expect(row.every((each) => (on ? each < 0.75 : each >= 1))).toBe(true);
            on = !on;
          }
        },
      ),
    );
  });
});

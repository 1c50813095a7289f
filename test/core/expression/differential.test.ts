import { describe, expect, it } from "vitest";
import { inputs, iotExpressions } from "./iotExpressions.ts";
import { ourOutcome, referenceOutcome } from "./reference.ts";
import { inputOf, officialCases, officialDatasets, sourceOf } from "./suite.ts";

describe("compared with the reference", () => {
  it.each(iotExpressions)("gives the same value or error for %s", async (source) => {
    for (const input of inputs) {
      const theirs = { input, ...(await referenceOutcome(source, input)) };
      expect({ input, ...ourOutcome(source, input) }).toEqual(theirs);
      expect({ input, ...ourOutcome(source, input, "generated") }).toEqual(theirs);
    }
  });

  it("gives the same for the suite's expressions on each other's data", async () => {
    const datasets = Object.values(officialDatasets()).slice(0, 3);
    const differences: unknown[] = [];
    for (const test of officialCases()) {
      if (test.timelimit !== undefined || isOutside(test.expr)) continue;
      for (const input of [inputOf(test, officialDatasets()), ...datasets]) {
        const source = sourceOf(test);
        const ours = ourOutcome(source, input);
        if (ours.code === "EXPR_UNSUPPORTED") break;
        const theirs = await referenceOutcome(source, input);
        const generated = ourOutcome(source, input, "generated");
        if (JSON.stringify(ours) !== JSON.stringify(generated))
          differences.push({ id: test.id, source, ours, generated });
        if (theirs !== undefined && JSON.stringify(ours) !== JSON.stringify(theirs))
          differences.push({ id: test.id, source, ours, theirs });
      }
    }
    expect(differences).toEqual([]);
  }, 120_000);
});

/** What depends on the clock, and partial application of a built-in, whose arguments only we check. */
function isOutside(source: string): boolean {
  return /\$(now|millis)\b/.test(source) || source.includes("$match(?");
}

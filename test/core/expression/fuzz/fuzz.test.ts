/**
 * Random expressions against the reference, in closures and in generated source. A seed that finds something finds it again;
 * `FUZZ_FROM` and `FUZZ_COUNT` choose others. What was found and mended is in found.test.ts.
 */
import { describe, expect, it } from "vitest";
import { iotExpressions } from "../iotExpressions.ts";
import { inputOf, officialCases, officialDatasets, sourceOf } from "../suite.ts";
import { Chance } from "./chance.ts";
import { difference } from "./compare.ts";
import { Grammar } from "./grammar.ts";
import { fuzzInputs } from "./inputs.ts";
import { Mutations } from "./mutation.ts";

const from = Number(process.env.FUZZ_FROM ?? 0);
const count = Number(process.env.FUZZ_COUNT ?? 1500);

const unrepeatable = /\$(now|millis|random|shuffle)\b/;

/** Not those about the clock, about chance, or about sizes. */
const official = officialCases().filter(
  ({ expr, timelimit }) => timelimit === undefined && !unrepeatable.test(expr),
);

const mutations = new Mutations([...official.map(sourceOf), ...iotExpressions]);
const inputs = [...fuzzInputs, ...official.map((each) => inputOf(each, officialDatasets()))];

describe("random expressions give what the reference gives, or a difference that docs/jsonata.md names:", () => {
  it.each([
    ["of a grammar", (chance: Chance) => new Grammar(chance).expression(), fuzzInputs],
    ["made of others", (chance: Chance) => mutations.expression(chance), inputs],
  ] as const)(
    "%s",
    async (_, write, data) => {
      const differences: unknown[] = [];
      for (let seed = from; seed < from + count; seed++) {
        const chance = new Chance(seed);
        const source = write(chance);
        const input = chance.oneIn(2) ? data[0] : chance.pick(data);
        if (unrepeatable.test(source)) continue;
        const found = await difference(source, input);
        if (found !== undefined) differences.push({ seed, ...found });
      }
      expect(differences).toEqual([]);
    },
    60_000 + count * 40,
  );
});

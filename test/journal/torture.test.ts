import { describe, expect, test } from "vitest";
import { Torture } from "./torture.ts";

const runs = 700;
const stepsPerRun = 120;

/** Seeds that failed once. */
const regressions: Readonly<Record<"sync" | "interval", readonly number[]>> = { sync: [], interval: [] };

describe.each(["sync", "interval"] as const)("mode %s, with crashes and failing files", (mode) => {
  test("nothing committed is lost, nothing is read twice or changed", async () => {
    const seeds = [...regressions[mode], ...Array.from({ length: runs }, (_, index) => index)];
    for (const seed of seeds) {
      try {
        await new Torture(seed, mode).run(stepsPerRun);
      } catch (error) {
        expect.unreachable(`seed ${seed}: ${(error as Error).message}`);
      }
    }
  });
});

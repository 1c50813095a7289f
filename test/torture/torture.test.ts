/**
 * A short set of seeds, and by hand as long as one likes: `npm run torture -- --minutes 60 --seed 7`. A run that fails prints
 * its seed and keeps its folder, with the logs of all processes, their data and the auditor's words.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hasMosquitto } from "../mqtt/brokers.ts";
import { bundle } from "../plane/bundle.ts";
import type { BrokerKind } from "./brokers.ts";
import type { FaultName } from "./faults.ts";
import { type TortureOptions, torture } from "./torture.ts";

type Run = Pick<TortureOptions, "seed" | "ms" | "broker" | "args" | "faults">;

const runs = wanted();
/** What is on its way when the faults end, on a machine that is busy with other tests. */
const settlingMsMax = 180_000;

let built: Awaited<ReturnType<typeof bundle>>;
beforeAll(async () => {
  built = await bundle({ brokerProcess: "test/broker/brokerProcess.ts" });
});
afterAll(() => built.remove());

test.each(runs)(
  "nothing is lost and nothing counts twice: seed $seed, broker $broker",
  async (run) => {
    const folder = mkdtempSync(join(tmpdir(), "millrace-torture-"));
    const brokerProgram = built.url("brokerProcess").pathname;
    const { lost, doubled, wrong, complaints, ...numbers } = await torture({
      ...run,
      folder,
      brokerProgram,
      tell: (text) => process.env.TORTURE_TALKS && console.log(`seed ${run.seed}: ${text}`),
    });
    console.log(JSON.stringify({ ...run, ...numbers }));
    const [one] = [lost, doubled, wrong, complaints].flat();
    if (one) console.log(`seed ${run.seed}, broker ${run.broker}: see outcome.json in ${folder}`);
    expect({
      lost: lost.length,
      doubled: doubled.length,
      wrong: wrong.length,
      complaints: complaints.length,
      one,
    }).toEqual({ lost: 0, doubled: 0, wrong: 0, complaints: 0, one: undefined });
    expect(numbers.checked).toBeGreaterThan(numbers.sent);
    rmSync(folder, { recursive: true, force: true });
  },
  Math.max(...runs.map(({ ms }) => ms)) + settlingMsMax,
);

/** From the environment, as tools/torture.mjs sets it; else the short set. */
function wanted(): Run[] {
  const {
    TORTURE_MINUTES,
    TORTURE_SEED = "1",
    TORTURE_BROKER,
    TORTURE_FAULTS,
    TORTURE_JOURNAL,
  } = process.env;
  const outside: BrokerKind = hasMosquitto ? "mosquitto" : "own process";
  if (TORTURE_MINUTES === undefined) {
    return [
      { seed: 3, ms: 8_000, broker: outside },
      { seed: 2, ms: 8_000, broker: "own process" },
      { seed: 4, ms: 8_000, broker: "inside" },
    ];
  }
  const brokers: BrokerKind[] = TORTURE_BROKER
    ? [TORTURE_BROKER as BrokerKind]
    : ["own process", "inside", outside];
  const totalMs = Number(TORTURE_MINUTES) * 60_000;
  // Short enough that a failure leaves logs that can be read.
  const count = Math.ceil(totalMs / 150_000);
  return Array.from({ length: count }, (_, index) => ({
    seed: Number(TORTURE_SEED) + index,
    ms: Math.max(5_000, totalMs / count - 30_000),
    broker: brokers[index % brokers.length]!,
    args: TORTURE_JOURNAL ? ["--journal", TORTURE_JOURNAL] : [],
    ...(TORTURE_FAULTS ? { faults: TORTURE_FAULTS.split(",") as FaultName[] } : {}),
  }));
}

/**
 * `npm run torture -- --minutes 60 --seed 1 [--broker "own process"] [--faults kill,cut] [--journal off]`:
 * kills, freezes, cuts off and lies to the built runtime under load, for as long as asked. See test/torture.
 */
import "./lib/node-version.mjs";
import { parseArgs } from "node:util";
import { buildStale } from "./lib/builds.mjs";
import { installMissing } from "./lib/install.mjs";
import { runPackage } from "./lib/run.mjs";

const text = { type: "string" };
const { values } = parseArgs({
  options: { minutes: { ...text, default: "5" }, seed: text, broker: text, faults: text, journal: text },
});
if (!(Number(values.minutes) > 0)) {
  console.error(`--minutes ${values.minutes} is not a number above 0.`);
  process.exit(2);
}

await installMissing();
await buildStale();
const settings = Object.entries(values).map(([name, value]) => [`TORTURE_${name.toUpperCase()}`, value]);
process.exitCode = await runPackage(
  "vitest/vitest.mjs",
  ["run", "test/torture/torture.test.ts", "--project", "node", "--bail", "1", "--disable-console-intercept"],
  { ...Object.fromEntries(settings), TORTURE_TALKS: "1" },
);

/** `npm test [-- FILES OR VITEST OPTIONS]`: installs what is missing, builds what is stale, runs the tests. */
import "./lib/node-version.mjs";
import { buildStale } from "./lib/builds.mjs";
import { installMissing } from "./lib/install.mjs";
import { runPackage } from "./lib/run.mjs";

await installMissing();
await buildStale();
process.exitCode = await runPackage("vitest/vitest.mjs", ["run", ...process.argv.slice(2)]);

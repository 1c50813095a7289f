/** `npm run check`: types, lint and format, generated docs. Runs all of them and names those that failed. */
import "./lib/node-version.mjs";
import { installMissing } from "./lib/install.mjs";
import { runNode, runPackage } from "./lib/run.mjs";

const types = (project) => () => runPackage("typescript/bin/tsc", ["--noEmit", "--project", project]);

const checks = {
  "types of runtime/core, nodes, protocol": types("runtime/core"),
  "types of runtime, examples, bench": types("runtime"),
  "types of editor": types("editor"),
  "types of test": types("test"),
  "lint and format": () => runPackage("@biomejs/biome/bin/biome", ["check", "--error-on-warnings"]),
  "import arrows and house rules": () =>
    runPackage("vitest/vitest.mjs", ["run", "test/architecture", "--reporter=dot"]),
  "generated docs (mend with: node tools/docs.mjs)": () => runNode("tools/docs.mjs", ["--check"]),
};

await installMissing();
const failed = [];
for (const [name, check] of Object.entries(checks)) {
  if ((await check()) !== 0) failed.push(name);
}
for (const name of failed) console.error(`Failed: ${name}`);
if (failed.length === 0) console.log(`All ${Object.keys(checks).length} checks passed.`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** `npm run bench [-- NAME …]`: builds and runs the benchmarks of bench/, or the named ones. */
import "./lib/node-version.mjs";
import { existsSync, readdirSync } from "node:fs";
import { buildStale } from "./lib/builds.mjs";
import { installMissing } from "./lib/install.mjs";
import { root, runNode } from "./lib/run.mjs";

await installMissing();
await buildStale();

const folder = `${root}/dist/bench`;
const known = existsSync(folder)
  ? readdirSync(folder)
      .filter((file) => file.endsWith(".js"))
      .map((file) => file.replace(/\.js$/, ""))
  : [];
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name));

if (unknown.length > 0 || known.length === 0) {
  console.error(`No benchmark ${unknown.join(", ")}. There are: ${known.join(", ") || "none"}.`);
  process.exit(1);
}
for (const name of asked.length > 0 ? asked : known) {
  console.log(`\n${name}`);
  if ((await runNode(`${folder}/${name}.js`)) !== 0) process.exitCode = 1;
}

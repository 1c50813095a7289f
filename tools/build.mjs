/** `npm run build [-- --force]`: builds what is stale into dist/. */
import "./lib/node-version.mjs";
import { buildStale } from "./lib/builds.mjs";
import { installMissing } from "./lib/install.mjs";

await installMissing();
await buildStale({ force: process.argv.includes("--force") });

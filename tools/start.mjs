/** `npm start`: installs what is missing, builds what is stale, runs the runtime in this process. */
import "./lib/node-version.mjs";
import { pathToFileURL } from "node:url";
import { buildStale } from "./lib/builds.mjs";
import { installMissing } from "./lib/install.mjs";
import { root } from "./lib/run.mjs";

await installMissing();
await buildStale();
// In this process, so that Ctrl-C and SIGTERM reach the runtime itself. It reads its arguments from process.argv.
await import(pathToFileURL(`${root}/dist/runtime/main.js`).href);

/**
 * `npm run dev [-- RUNTIME OPTIONS]`: the runtime rebuilt and restarted on every change, and the editor with hot
 * reload in front of it. Open the runtime's link once to log in: cookies do not tell ports apart.
 */
import "./lib/node-version.mjs";
import { spawn } from "node:child_process";
import { installMissing } from "./lib/install.mjs";
import { root } from "./lib/run.mjs";

await installMissing();
const { build, createServer } = await import("vite");

const args = process.argv.slice(2);
const port = optionOf("--port") ?? "8420";
process.env.MILLRACE_DEV_RUNTIME = `http://127.0.0.1:${port}`;

let runtime;
let restarting = Promise.resolve();

const watcher = await build({
  configFile: `${root}/vite.runtime.config.ts`,
  logLevel: "warn",
  build: { watch: {} },
});
watcher.on("event", (event) => {
  if (event.code === "ERROR") console.error(event.error.message);
  if (event.code === "BUNDLE_END") restarting = restarting.then(restart);
});

const server = await createServer({ configFile: `${root}/vite.config.ts` });
await server.listen();
server.printUrls();

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, shutDown);

async function restart() {
  await stop();
  runtime = spawn(process.execPath, ["--enable-source-maps", `${root}/dist/runtime/main.js`, ...args], {
    cwd: root,
    stdio: "inherit",
  });
}

async function stop() {
  if (!runtime || runtime.exitCode !== null || runtime.signalCode !== null) return;
  const ended = new Promise((resolve) => runtime.once("exit", resolve));
  runtime.kill("SIGTERM");
  await ended;
}

async function shutDown() {
  await Promise.all([watcher.close(), server.close(), stop()]);
  process.exit(0);
}

/** @returns the value of `--name VALUE` or `--name=VALUE` */
function optionOf(name) {
  const index = args.indexOf(name);
  if (index >= 0) return args[index + 1];
  return args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);
}

import { rmSync } from "node:fs";
import { root, runPackage } from "./run.mjs";
import { hashInputs, isStale, stampBuild } from "./stale.mjs";

const everywhere = ["package-lock.json", "tools/lib/builds.mjs"];

const builds = [
  {
    name: "runtime",
    config: "vite.runtime.config.ts",
    inputs: ["runtime", "nodes", "examples", "bench", "vite.runtime.config.ts", ...everywhere],
    outputs: [
      "dist/runtime/main.js",
      "dist/runtime/worker.js",
      "dist/runtime/broker.js",
      "dist/runtime/building.js",
    ],
    folders: ["dist/runtime", "dist/bench"],
  },
  {
    name: "editor",
    config: "vite.config.ts",
    inputs: [
      "editor",
      "runtime/core",
      "runtime/protocol",
      "nodes",
      "examples",
      "vite.config.ts",
      ...everywhere,
    ],
    outputs: ["dist/editor/index.html"],
    folders: ["dist/editor"],
  },
];

/**
 * Brings dist/ up to date: each build whose inputs changed since it was made, or all of them.
 * Ends the process with code 1 when one fails; its old output is gone then, so nothing stale can run.
 */
export async function buildStale({ force = false } = {}) {
  for (const build of builds) {
    const hash = hashInputs(build.inputs);
    if (!force && !isStale(build.name, hash, build.outputs)) continue;
    console.log(`Building the ${build.name} …`);
    for (const folder of build.folders) rmSync(`${root}/${folder}`, { recursive: true, force: true });
    const code = await runPackage("vite/bin/vite.js", [
      "build",
      "--config",
      build.config,
      "--logLevel",
      "warn",
    ]);
    if (code !== 0) {
      console.error(`The ${build.name} could not be built; the message is above.`);
      process.exit(1);
    }
    stampBuild(build.name, hash);
  }
}

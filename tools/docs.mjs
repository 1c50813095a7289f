/**
 * `node tools/docs.mjs [--check]`: writes docs/nodes/ from the node types' definitions and docs/errors.md from the error
 * catalogue; with --check it only says whether the pages are up to date, and exits 1 when they are not.
 */
import "./lib/node-version.mjs";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { build } from "vite";
import { errorPage } from "./lib/error-page.mjs";
import { categoryPages, typePage } from "./lib/node-pages.mjs";
import { root } from "./lib/run.mjs";

const docs = `${root}/docs`;
const check = process.argv.includes("--check");

const { nodeTypes, categories, inputsOf, outputsOf, fillDefaults, errorCodes } = await loadDefinitions();
/** Text by path below docs/. */
const pages = new Map([
  ["errors.md", errorPage(errorCodes)],
  ["nodes/README.md", categoryPages(nodeTypes, categories)],
]);
for (const type of nodeTypes) {
  const ports = (config) => {
    const complete = fillDefaults(type.config, config);
    return { inputs: inputsOf(type, complete), outputs: outputsOf(type, complete, false) };
  };
  pages.set(`nodes/${type.type}.md`, typePage(type, categories[type.category], ports));
}

mkdirSync(`${docs}/nodes`, { recursive: true });
const present = readdirSync(`${docs}/nodes`).filter((name) => name.endsWith(".md"));
const stale = [...pages]
  .filter(
    ([name, text]) => !existsSync(`${docs}/${name}`) || readFileSync(`${docs}/${name}`, "utf8") !== text,
  )
  .map(([name]) => name);
const orphaned = present.map((name) => `nodes/${name}`).filter((name) => !pages.has(name));

if (check) {
  for (const name of [...stale, ...orphaned])
    console.error(`docs/${name} differs from the source it is written from.`);
  if (stale.length + orphaned.length > 0) {
    console.error("Write the pages again with: node tools/docs.mjs");
    process.exitCode = 1;
  }
} else {
  for (const name of stale) writeFileSync(`${docs}/${name}`, pages.get(name));
  for (const name of orphaned) rmSync(`${docs}/${name}`);
  console.log(`docs: ${stale.length} written, ${orphaned.length} removed, ${pages.size} in all.`);
}

/** The definitions are TypeScript, and this must run on Node 20: Vite bundles them first. */
async function loadDefinitions() {
  const outDir = `${root}/dist/docs`;
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: {
          nodes: "nodes/index.ts",
          api: "runtime/core/api.ts",
          config: "runtime/core/plan/config.ts",
          errors: "runtime/core/errors.ts",
        },
        output: { format: "es", entryFileNames: "[name].mjs", chunkFileNames: "shared-[hash].mjs" },
      },
    },
  });
  const load = (name) => import(pathToFileURL(`${outDir}/${name}.mjs`).href);
  const modules = await Promise.all(["nodes", "api", "config", "errors"].map(load));
  return Object.assign({}, ...modules);
}

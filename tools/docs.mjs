/**
 * `node tools/docs.mjs [--check]`: writes docs/nodes/ from the node types' definitions; with --check it only says whether the
 * pages are up to date, and exits 1 when they are not.
 */
import "./lib/node-version.mjs";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { build } from "vite";
import { categoryPages, typePage } from "./lib/node-pages.mjs";
import { root } from "./lib/run.mjs";

const folder = `${root}/docs/nodes`;
const check = process.argv.includes("--check");

const { nodeTypes, categories, outputsOf, fillDefaults } = await loadDefinitions();
const pages = new Map([["README.md", categoryPages(nodeTypes, categories)]]);
for (const type of nodeTypes) {
  const ports = (config) => outputsOf(type, fillDefaults(type.config, config), false);
  pages.set(`${type.type}.md`, typePage(type, categories[type.category], ports));
}

mkdirSync(folder, { recursive: true });
const present = readdirSync(folder).filter((name) => name.endsWith(".md"));
const stale = [
  ...[...pages].filter(
    ([name, text]) => !existsSync(`${folder}/${name}`) || readFileSync(`${folder}/${name}`, "utf8") !== text,
  ),
].map(([name]) => name);
const orphaned = present.filter((name) => !pages.has(name));

if (check) {
  for (const name of [...stale, ...orphaned])
    console.error(`docs/nodes/${name} differs from the node types.`);
  if (stale.length + orphaned.length > 0) {
    console.error("Write the pages again with: node tools/docs.mjs");
    process.exitCode = 1;
  }
} else {
  for (const name of stale) writeFileSync(`${folder}/${name}`, pages.get(name));
  for (const name of orphaned) rmSync(`${folder}/${name}`);
  console.log(`docs/nodes: ${stale.length} written, ${orphaned.length} removed, ${pages.size} in all.`);
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
        },
        output: { format: "es", entryFileNames: "[name].mjs", chunkFileNames: "shared-[hash].mjs" },
      },
    },
  });
  const load = (name) => import(pathToFileURL(`${outDir}/${name}.mjs`).href);
  return { ...(await load("nodes")), ...(await load("api")), ...(await load("config")) };
}

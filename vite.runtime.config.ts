/** Builds everything that runs in Node: the runtime, its worker threads, the demo building and the benchmarks. */
import { existsSync, readdirSync } from "node:fs";
import { defineConfig } from "vite";

const root = import.meta.dirname;

/** The name is the path below dist/; the runtime finds its workers beside its own file. */
const entries: Record<string, string> = {
  "runtime/main": "runtime/main.ts",
  "runtime/worker": "runtime/worker.ts",
  "runtime/broker": "runtime/broker/worker.ts",
  "runtime/building": "examples/building/worker.ts",
  ...benchmarks(),
};

export default defineConfig({
  root,
  publicDir: false,
  build: {
    ssr: true,
    target: "node20",
    outDir: "dist",
    // The editor lives in dist/ too; tools/build.mjs clears the folders of this build.
    emptyOutDir: false,
    sourcemap: true,
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: entries,
      output: {
        format: "es",
        entryFileNames: "[name].js",
        // Shared code lies flat beside the entries, so `new URL("./worker.js", import.meta.url)` holds wherever it lands.
        chunkFileNames: "runtime/shared-[name]-[hash].js",
      },
    },
  },
});

/** Every file directly in bench/ is a benchmark of its own; helpers lie in folders below. */
function benchmarks(): Record<string, string> {
  if (!existsSync(`${root}/bench`)) return {};
  const files = readdirSync(`${root}/bench`).filter((file) => file.endsWith(".ts"));
  return Object.fromEntries(files.map((file) => [`bench/${file.replace(/\.ts$/, "")}`, `bench/${file}`]));
}

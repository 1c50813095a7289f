/**
 * Runs the core the way other hosts will: bundled, in a V8 context that has the language and nothing else. No Node, no
 * browser, and of the language no Date, no Math.random and no Intl.
 */
import { join } from "node:path";
import { createContext, Script } from "node:vm";
import { build, type Rolldown } from "vite";
import type * as Entry from "./bareEntry.ts";
import { root } from "./sources.ts";

/** @returns the exports of bareEntry.ts, living in the bare context */
export async function loadBareCore(): Promise<typeof Entry> {
  const code = await bundle(join(root, "test/architecture/bareEntry.ts"));
  const context = createContext({});
  new Script(
    "delete globalThis.Date; delete Math.random; delete globalThis.Intl; delete globalThis.console;",
  ).runInContext(context);
  new Script(code, { filename: "core.js" }).runInContext(context);
  return (context as unknown as { core: typeof Entry }).core;
}

/** One script that leaves its exports in the global `core`; everything it imports is inside. */
async function bundle(entry: string): Promise<string> {
  const result = (await build({
    configFile: false,
    root,
    logLevel: "error",
    build: {
      write: false,
      minify: false,
      target: "es2022",
      lib: { entry, formats: ["iife"], name: "core", fileName: "core" },
      rolldownOptions: {
        // TypeBox does not declare it, but its modules are free of side effects; one that the core does not use makes
        // a TextEncoder, which a bare V8 does not have, as soon as it is loaded.
        treeshake: { moduleSideEffects: [{ test: /node_modules.typebox/, sideEffects: false }] },
      },
    },
  })) as Rolldown.RolldownOutput[];
  const chunk = result[0]?.output.find((each) => each.type === "chunk");
  if (!chunk) throw new Error(`Bundling ${entry} gave no code`);
  return chunk.code;
}

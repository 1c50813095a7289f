import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "vite";

const root = join(import.meta.dirname, "../..");

/**
 * Bundles entries for worker threads: Node 20 does not run TypeScript. Lies below the repository, so that packages are
 * found.
 * @param entries source files by name, relative to the repository
 */
export async function bundle(
  entries: Readonly<Record<string, string>>,
): Promise<{ url(name: string): URL; remove(): void }> {
  mkdirSync(join(root, "dist"), { recursive: true });
  const folder = mkdtempSync(join(root, "dist", "test-"));
  await build({
    root,
    configFile: false,
    logLevel: "error",
    build: {
      ssr: true,
      target: "node20",
      outDir: folder,
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: { input: { ...entries }, output: { format: "es", entryFileNames: "[name].js" } },
    },
  });
  return {
    url: (name) => pathToFileURL(join(folder, `${name}.js`)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

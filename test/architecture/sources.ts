/** The repository's own source files, parsed: what the rules of this folder are checked on. */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { parseSync, Visitor, type VisitorObject } from "vite";

export interface Source {
  /** Below the repository's folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  /** As written: `./message.ts`, `node:fs`, `express`. */
  readonly specifier: string;
  /** Nothing of it is left at run time. */
  readonly typeOnly: boolean;
}

export const root = join(import.meta.dirname, "../..");

/** @returns every .ts, .tsx and .mjs file below the folders, in order of path; absent folders hold none */
export function readSources(folders: readonly string[]): readonly Source[] {
  return folders.flatMap((folder) =>
    readdirSync(root, { withFileTypes: true }).some((entry) => entry.name === folder.split("/")[0])
      ? readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
          .map((file) => posix.join(folder, file.replaceAll("\\", "/")))
          .filter((path) => /\.(ts|tsx|mjs)$/.test(path))
          .sort()
          .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }))
      : [],
  );
}

/** Imports and re-exports of a file, and `import()` of a literal. */
export function importsOf(source: Source): readonly Import[] {
  const { module } = parse(source);
  const found: Import[] = module.staticImports.map((each) => ({
    specifier: each.moduleRequest.value,
    typeOnly: each.entries.length > 0 && each.entries.every((entry) => entry.isType),
  }));
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) {
      if (moduleRequest) found.push({ specifier: moduleRequest.value, typeOnly: isType });
    }
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const text = source.text.slice(moduleRequest.start, moduleRequest.end);
    if (/^["'`]/.test(text)) found.push({ specifier: text.slice(1, -1), typeOnly: false });
  }
  return found;
}

/** Visits the syntax tree; handlers are named as in ESTree. */
export function visit(source: Source, handlers: VisitorObject): void {
  new Visitor(handlers).visit(parse(source).program);
}

export function lineOf(source: Source, offset: number): number {
  return source.text.slice(0, offset).split("\n").length;
}

function parse(source: Source) {
  const result = parseSync(source.path, source.text);
  const [error] = result.errors;
  if (error) throw new Error(`Parsing ${source.path}: ${error.message}`);
  return result;
}

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./run.mjs";

/**
 * What a build was made from, as one hash over the names and contents of its inputs.
 * @param inputs files and folders below the repository's folder; absent ones count as absent
 */
export function hashInputs(inputs) {
  const hash = createHash("sha256");
  for (const file of inputs.flatMap(filesIn)) {
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(root, file)))
      .update("\0");
  }
  return hash.digest("hex");
}

/** @param outputs files that the build makes: without one of them it is stale whatever the stamp says */
export function isStale(name, hash, outputs) {
  const stamp = stampOf(name);
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== hash) return true;
  return outputs.some((file) => !existsSync(join(root, file)));
}

/** Called after a build succeeded, never before. */
export function stampBuild(name, hash) {
  mkdirSync(dirname(stampOf(name)), { recursive: true });
  writeFileSync(stampOf(name), hash);
}

function stampOf(name) {
  return join(root, "dist", `.${name}.stamp`);
}

function filesIn(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  const entries = readdirSyncOrFile(full);
  if (!entries) return [path];
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(`${path}/${entry.name}`) : [`${path}/${entry.name}`]));
}

/** @returns undefined when the path is a file */
function readdirSyncOrFile(full) {
  try {
    return readdirSync(full, { withFileTypes: true });
  } catch (error) {
    if (error.code === "ENOTDIR") return undefined;
    throw error;
  }
}

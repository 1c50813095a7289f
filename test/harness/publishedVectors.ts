/**
 * Facts of other engines' own tests, where their file stands beside the checkout, or MILLRACE_SHARED_DATA says where.
 * Tests run as many as there are, besides a committed set of their own.
 */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folders = [
  process.env.MILLRACE_SHARED_DATA,
  resolve(root, "../shared/data"),
  // A worktree stands one folder deeper.
  resolve(root, "../../shared/data"),
];

export function publishedVectors<Vector extends { readonly id: string }>(
  wanted: (vector: Vector) => boolean,
): readonly Vector[] {
  const file = folders
    .flatMap((folder) => (folder ? [resolve(folder, "window-vectors.json")] : []))
    .find((path) => existsSync(path));
  if (!file) return [];
  const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { vectors: Vector[] };
  return vectors.filter(wanted);
}

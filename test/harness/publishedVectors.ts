/**
 * Vectors: a stream, and what must come of it. Our own stand in test/vectors; facts of other engines' own tests are read
 * as well where their file stands beside the checkout, or MILLRACE_SHARED_DATA says where. Both are written alike.
 *
 * Every vector is of a kind, and every kind is run by one test. A vector of no kind, or with a word that its test does not
 * know, fails: it must not pass unread.
 */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

export interface Vector {
  readonly id: string;
  /** What it is about, in a sentence. */
  readonly notes?: string;
  readonly operator: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly events: unknown;
  readonly expected: unknown;
  readonly late_side_output?: readonly unknown[];
  /** Of joins: what leaves without a partner. */
  readonly alone?: readonly unknown[];
}

const own = ["windows", "time", "joins", "patterns"];
const windowIds = /^(tumbling|sliding|session|count|global|proc|calendar|over|window)-/;

const kinds = {
  pattern: ({ id }) => id.startsWith("cep-"),
  joinBuffers: ({ id, operator }) => id.startsWith("join-") && operator.endsWith("retention"),
  join: ({ id, operator }) => id.startsWith("join-") && !operator.endsWith("retention"),
  valve: ({ id }) => id.startsWith("valve-"),
  boundedDisorder: ({ id, params }) => id.startsWith("wm-") && "delay" in params && !("timeout" in params),
  idleness: ({ id, params }) => id.startsWith("wm-") && "timeout" in params && !("delay" in params),
  silence: ({ id, params }) => id.startsWith("wm-") && "timeout" in params && "delay" in params,
  ekuiperWatermark: ({ id, params }) => id.startsWith("ekuiper-") && "lateTolerance" in params,
  windowStream: (vector) => isWindow(vector) && "type" in firstOf(vector),
  windowAssignment: (vector) => isWindow(vector) && "ts" in firstOf(vector) && !("type" in firstOf(vector)),
  windowTouch: ({ operator }) => operator.startsWith("intersects("),
} satisfies Record<string, (vector: Vector) => boolean>;

export type VectorKind = keyof typeof kinds;

/** @returns our own, then the published ones that are here */
export function vectorsOf(kind: VectorKind): readonly Vector[] {
  return [...ownVectors(), ...publishedVectors()].filter(kinds[kind]);
}

export function ownVectors(): readonly Vector[] {
  return own.flatMap((name) => read(fileURLToPath(new URL(`../vectors/${name}.json`, import.meta.url))));
}

export function publishedVectors(): readonly Vector[] {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  // A worktree stands one folder deeper.
  const beside = [resolve(root, "../shared/data"), resolve(root, "../../shared/data")];
  const folders = [process.env.MILLRACE_SHARED_DATA ?? [], beside].flat();
  const file = folders
    .map((folder) => resolve(folder, "window-vectors.json"))
    .find((path) => existsSync(path));
  return file ? read(file) : [];
}

/** All kinds that a vector is of: exactly one, if the tests know it. */
export function kindsOf(vector: Vector): readonly VectorKind[] {
  return (Object.keys(kinds) as VectorKind[]).filter((kind) => kinds[kind](vector));
}

/** @throws Error when something has a field that nobody reads */
export function readsAll(given: unknown, known: readonly string[], where: string): void {
  const unknown = Object.keys(given as object).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`${where}: the test does not know ${unknown.join(", ")}.`);
}

/** For `it.each`. */
export function titled<Given extends { readonly id: string }>(vectors: readonly Given[]) {
  return vectors.map((vector) => ({ id: vector.id, vector }));
}

function read(path: string): Vector[] {
  return (JSON.parse(readFileSync(path, "utf8")) as { vectors: Vector[] }).vectors;
}

function isWindow({ id }: Vector): boolean {
  return windowIds.test(id);
}

function firstOf({ events }: Vector): object {
  const [first] = Array.isArray(events) ? (events as unknown[]) : [];
  return typeof first === "object" && first !== null ? first : {};
}

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A case of JSONata's official suite: an expression and the value or the error code it must give. */
export interface SuiteCase {
  readonly id: string;
  readonly expr: string;
  readonly data?: unknown;
  readonly dataset?: string | null;
  readonly bindings?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly undefinedResult?: boolean;
  readonly code?: string;
  readonly error?: { readonly code: string };
  /** Bounds of the reference's harness: ms, and evaluations in evaluations. */
  readonly timelimit?: number;
  readonly depth?: number;
  readonly unordered?: boolean;
}

/** Beside the repository; a linked worktree lies one folder deeper. */
const folder =
  ["../../../../", "../../../../../"]
    .map((up) => fileURLToPath(new URL(`${up}shared/data/jsonata-suite/`, import.meta.url)))
    .find((path) => existsSync(path)) ?? "";

/** The official cases where they lie beside the repository, else none. */
export function officialCases(): readonly SuiteCase[] {
  return folder !== "" ? readJson<SuiteCase[]>("cases.json") : [];
}

export function officialDatasets(): Readonly<Record<string, unknown>> {
  return folder !== "" ? readJson<Record<string, unknown>>("datasets.json") : {};
}

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(folder + name, "utf8")) as T;
}

/** The expression of a case with its bindings written in front: our interface has no bindings. */
export function sourceOf(test: SuiteCase): string {
  const names = Object.keys(test.bindings ?? {});
  if (names.length === 0) return test.expr;
  const binds = names.map((name) => `$${name} := ${JSON.stringify(test.bindings?.[name])}`);
  return `(${binds.join("; ")}; ${test.expr})`;
}

export function inputOf(test: SuiteCase, datasets: Readonly<Record<string, unknown>>): unknown {
  return "data" in test ? test.data : datasets[test.dataset ?? ""];
}

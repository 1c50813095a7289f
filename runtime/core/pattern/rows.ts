/** A pattern as people write it: a list of rows, those that forbid something among those that want something. */
import type { FieldProblem } from "../nodeType.ts";
import type { Contiguity, Step } from "./pattern.ts";

export interface PatternRow {
  readonly name: string;
  readonly comes: Contiguity | "not" | "notNext";
  /** Empty: any message. */
  readonly when?: string;
  readonly times: "once" | "exactly" | "atLeast" | "range";
  /** Not for once. */
  readonly count: number;
  /** For a range. */
  readonly most: number;
  readonly between: Contiguity;
  readonly greedy: boolean;
  readonly until?: string;
  readonly optional: boolean;
}

/** @param conditionOf what a condition's text becomes; undefined: it always holds */
export function stepsOf<Condition>(
  rows: readonly PatternRow[],
  conditionOf: (source: string | undefined) => Condition,
): Step<Condition>[] {
  const steps: (Step<Condition> & { never: Condition[]; notNext: Condition[] })[] = [];
  for (const row of rows) {
    const fits = conditionOf(row.when);
    if (row.comes === "not") steps.at(-1)!.never.push(fits);
    else if (row.comes === "notNext") steps.at(-1)!.notNext.push(fits);
    else {
      const { name, comes: after, optional, between, times } = row;
      steps.push({
        name,
        fits,
        after,
        optional,
        least: times === "once" ? 1 : row.count,
        most: mostOf(row),
        between,
        greedy: row.greedy && isOpen(times),
        until: times === "atLeast" && row.until ? conditionOf(row.until) : undefined,
        never: [],
        notNext: [],
      });
    }
  }
  return steps;
}

/** The row in a few words. Takes half-filled rows. */
export function rowText({ name, comes, times = "once", count, most, optional }: Partial<PatternRow>): string {
  const called = name || "…";
  if (comes === "not") return `not ${called}`;
  if (comes === "notNext") return `not directly ${called}`;
  const often = {
    once: "",
    exactly: ` ${count ?? "…"}×`,
    atLeast: ` ${count ?? "…"}× or more`,
    range: ` ${count ?? "…"} to ${most ?? "…"}×`,
  }[times];
  const text = `${comes === "next" ? "directly " : ""}${called}${often}`;
  return optional ? `(${text})` : text;
}

/** What a schema cannot see. Takes half-filled rows. @param reserved names that no row may have */
export function rowProblems(
  rows: readonly Partial<PatternRow>[],
  reserved: readonly string[],
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const [index, row] of rows.entries()) {
    const add = (field: string, message: string) =>
      problems.push({ field: `/steps/${index}/${field}`, message });
    const { name = "", times = "once", count = 2, most = 5 } = row;
    if (rows.findIndex((each) => each.name === name) < index) add("name", `Two steps are called “${name}”.`);
    if (reserved.includes(name) || name.includes("`"))
      add("name", `Conditions could not tell “${name}” from a part of the message. Choose another name.`);
    if (forbids(row)) {
      const before = rows[index - 1];
      if (!before) add("comes", "The first step must be one that comes.");
      else if (before.optional && !forbids(before))
        add("comes", "The step before may be missing, so it is unclear from when on. Make that one come.");
      continue;
    }
    if (times === "range" && most < count) add("most", `Must be ${count} or more.`);
    if (!row.greedy || !isOpen(times)) continue;
    if (row.between === "any")
      add("between", "Messages may be left out, so there is no “as many as come”. Choose another.");
    if (index === rows.length - 1) {
      const message =
        "Nothing follows, so each number that is enough is a match at once. Add a step that ends it.";
      problems.push({ field: `/steps/${index}/greedy`, message, severity: "warning" });
    }
  }
  return problems;
}

export function forbids({ comes }: Partial<PatternRow>): boolean {
  return comes === "not" || comes === "notNext";
}

function isOpen(times: PatternRow["times"]): boolean {
  return times === "atLeast" || times === "range";
}

function mostOf({ times, count, most }: PatternRow): number {
  if (times === "once") return 1;
  return times === "exactly" ? count : times === "range" ? most : Number.POSITIVE_INFINITY;
}

/** Flows and their mistakes in the words of the API. */
import type { Diagnostic } from "../core/diagnostic.ts";
import type { FlowLag, FlowSummary } from "../protocol/http.ts";
import type { FlowRecord } from "./store.ts";

/**
 * @param problem why a flow that should be live is not
 * @param lag where it stands, when it is not up to date
 */
export function summarize(
  record: FlowRecord,
  problem: string | undefined,
  lag: FlowLag | undefined,
): FlowSummary {
  const { id, name, revision, version, live, nodes, updatedAt, deployedAt } = record;
  return {
    id,
    name,
    revision,
    version,
    live,
    changed: record.draftHash !== record.deployedHash,
    nodes,
    updatedAt,
    ...(deployedAt === undefined ? {} : { deployedAt }),
    ...(problem === undefined ? {} : { problem }),
    ...(lag === undefined || !live ? {} : { lag }),
  };
}

export function firstError(diagnostics: readonly Diagnostic[]): string {
  const first = diagnostics.find((each) => each.severity === "error");
  if (!first) return "it has no flow in it.";
  return first.node === undefined ? first.message : `${first.node}: ${first.message}`;
}

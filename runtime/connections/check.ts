/** What the core cannot know of a flow: whether the connections its nodes name are there. */
import type { Diagnostic } from "../core/diagnostic.ts";
import type { FlowDocument } from "../core/flow/document.ts";

/** Warnings: a connection may be added after the flow, and then its nodes connect. */
export function connectionDiagnostics(flow: FlowDocument, names: ReadonlySet<string>): Diagnostic[] {
  return flow.nodes.flatMap((node): Diagnostic[] => {
    const { connection } = node.config;
    if (typeof connection !== "string" || names.has(connection)) return [];
    return [
      {
        severity: "warning",
        code: "CONNECTION_UNKNOWN",
        message: `There is no connection named “${connection.slice(0, 80)}”. Add it in the settings, or choose another.`,
        node: node.id,
        field: "/connection",
      },
    ];
  });
}

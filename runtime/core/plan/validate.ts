/** Everything wrong with a flow document, before it runs: settings, expressions, topics, wires, loops. */
import type { Catalogue } from "../catalogue.ts";
import { type Diagnostic, hasErrors } from "../diagnostic.ts";
import type { ErrorCode } from "../errors.ts";
import { type FlowDocument, type FlowNode, formatWire, parseWire, type Wire } from "../flow/document.ts";
import { limits } from "../limits.ts";
import { type AnyNodeType, startsByItself } from "../nodeType.ts";
import type { Platform } from "../platform.ts";
import { configProblems, fillDefaults } from "./config.ts";
import { portProblem } from "./connect.ts";
import { successors, topologicalOrder } from "./graph.ts";

/** Diagnostics in document order, nodes before wires; at most limits.diagnosticsMax. */
export function validateFlow(flow: FlowDocument, catalogue: Catalogue, platform: Platform): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const node of flow.nodes) found.push(...nodeDiagnostics(node, catalogue, platform));
  found.push(...wireDiagnostics(flow, catalogue), ...shapeDiagnostics(flow, catalogue));
  const errors = found.filter((each) => each.severity === "error");
  const warnings = found.filter((each) => each.severity === "warning");
  return [...errors, ...warnings].slice(0, limits.diagnosticsMax);
}

/** A node's config as its type's current version wants it: migrated, defaults filled in. */
export function currentConfig(node: FlowNode, type: AnyNodeType): Record<string, unknown> {
  let config: Record<string, unknown> = { ...node.config };
  for (let version = node.version; version < type.version; version++) {
    config = type.migrate?.[version]?.(config) ?? config;
  }
  return fillDefaults(type.config, config);
}

function nodeDiagnostics(node: FlowNode, catalogue: Catalogue, platform: Platform): Diagnostic[] {
  const type = catalogue.get(node.type);
  const at = { node: node.id };
  if (!type) {
    return [
      error(
        "NODE_TYPE_UNKNOWN",
        `There is no node type “${node.type.slice(0, 80)}”. Delete the node, or update Millrace.`,
        at,
      ),
    ];
  }
  if (node.version > type.version) {
    const text = `The settings of “${node.name ?? type.title}” are of version ${node.version}; this Millrace knows ${type.version}. Update Millrace.`;
    return [error("NODE_VERSION_NEWER", text, at)];
  }
  const config = currentConfig(node, type);
  const problems: Diagnostic[] = configProblems(type.config, config, platform).map(
    ({ severity, ...place }): Diagnostic => ({ ...at, ...place, severity: severity ?? "error" }),
  );
  if (hasErrors(problems) || !type.check) return problems;
  const checked = type.check(config).map(({ field, message, severity = "error" }) => ({
    severity,
    code: "CONFIG",
    message,
    ...at,
    field,
  }));
  return [...problems, ...checked];
}

function wireDiagnostics(flow: FlowDocument, catalogue: Catalogue): Diagnostic[] {
  const found: Diagnostic[] = [];
  const seen = new Set<string>();
  for (const text of flow.wires) {
    const wire = parseWire(text);
    if (!wire) {
      found.push(
        error("WIRE_SHAPE", `“${text.slice(0, 80)}” is not a wire: write “n1.out -> n2.in”.`, { wire: text }),
      );
      continue;
    }
    const problem = portProblem(flow, wire, catalogue);
    if (problem)
      found.push(
        error(endsExist(flow, wire) ? "WIRE_REFUSED" : "WIRE_END", problem, placeOf(flow, wire, text)),
      );
    else if (seen.has(formatWire(wire))) {
      found.push(error("WIRE_REFUSED", "The same wire is drawn twice.", placeOf(flow, wire, text)));
    }
    seen.add(formatWire(wire));
  }
  return found;
}

function shapeDiagnostics(flow: FlowDocument, catalogue: Catalogue): Diagnostic[] {
  const next = successors(flow);
  const { cyclic, longestChain } = topologicalOrder(next);
  const found: Diagnostic[] = [];
  if (cyclic.length > 0) {
    const names = cyclic.slice(0, 5).map((id) => titleOf(flow, id, catalogue));
    const text = `The wires run in a loop through ${names.join(", ")}${cyclic.length > 5 ? " and others" : ""}. Remove one of them.`;
    found.push(error("WIRE_REFUSED", text, { node: cyclic[0]! }));
  }
  if (longestChain > limits.chainLengthMax) {
    found.push(
      error("FLOW_TOO_DEEP", `${longestChain} nodes in a row; at most ${limits.chainLengthMax} are allowed.`),
    );
  }
  const fed = new Set([...next.values()].flatMap((targets) => [...targets]));
  for (const node of flow.nodes) {
    const type = catalogue.get(node.type);
    if (
      type &&
      !startsByItself(type, fillDefaults(type.config, node.config)) &&
      !fed.has(node.id) &&
      !node.disabled
    ) {
      const text = `Nothing is wired to “${node.name ?? type.title}”, so it never does anything.`;
      found.push({ severity: "warning", code: "NODE_UNREACHED", message: text, node: node.id });
    }
  }
  if (!flow.nodes.some((node) => isActive(node, catalogue))) {
    found.push({
      severity: "warning",
      code: "FLOW_EMPTY",
      message: "The flow has no source yet. Add an MQTT in, an Inject or a Schedule.",
    });
  }
  return found;
}

function isActive(node: FlowNode, catalogue: Catalogue): boolean {
  const type = catalogue.get(node.type);
  return (
    type !== undefined &&
    startsByItself(type, fillDefaults(type.config, node.config)) &&
    type.outputs.length !== 0 &&
    !node.disabled
  );
}

function titleOf(flow: FlowDocument, id: string, catalogue: Catalogue): string {
  const node = flow.nodes.find((each) => each.id === id);
  return `“${node?.name ?? catalogue.get(node?.type ?? "")?.title ?? id}”`;
}

function endsExist(flow: FlowDocument, wire: Wire): boolean {
  return [wire.from.node, wire.to.node].every((id) => flow.nodes.some((node) => node.id === id));
}

/** A wire's diagnostic also names the node to jump to, when it exists. */
function placeOf(flow: FlowDocument, wire: Wire, text: string): Pick<Diagnostic, "node" | "wire"> {
  const node = [wire.to.node, wire.from.node].find((id) => flow.nodes.some((each) => each.id === id));
  return { wire: text, ...(node === undefined ? {} : { node }) };
}

function error(
  code: ErrorCode,
  message: string,
  place: Partial<Pick<Diagnostic, "node" | "field" | "wire" | "position">> = {},
): Diagnostic {
  return { severity: "error", code, message, ...place };
}

/** From untrusted JSON to a FlowDocument: outline, limits and format; what the nodes mean is checked by plan/validate. */
import type { Diagnostic } from "../diagnostic.ts";
import type { ErrorCode } from "../errors.ts";
import { holdsHugeNumber, jsonDepthExceeds } from "../json.ts";
import { limits } from "../limits.ts";
import { type FlowDocument, type FlowNode, flowFormat, parseWire } from "./document.ts";
import { migrateFlow } from "./migrations.ts";

export interface ParsedFlow {
  /** Absent when there is an error. */
  readonly flow?: FlowDocument;
  readonly diagnostics: readonly Diagnostic[];
}

export function parseFlowText(text: string): ParsedFlow {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const message = `The text is not JSON: ${(cause as Error).message}.`;
    return { diagnostics: [{ severity: "error", code: "FLOW_NOT_JSON", message }] };
  }
  if (holdsHugeNumber(value, text)) {
    const message = "The text has a number beyond ±1.8e308, the largest there is.";
    return { diagnostics: [{ severity: "error", code: "FLOW_NOT_JSON", message }] };
  }
  return parseFlow(value);
}

export function parseFlow(value: unknown): ParsedFlow {
  const report = new Report();
  const flow = new Parser(report).flow(value);
  return flow && !report.failed ? { flow, diagnostics: report.list } : { diagnostics: report.list };
}

class Report {
  readonly list: Diagnostic[] = [];
  failed = false;

  error(
    code: ErrorCode,
    message: string,
    place: Pick<Diagnostic, "node" | "wire" | "field"> = {},
  ): undefined {
    this.failed = true;
    if (this.list.length < limits.diagnosticsMax)
      this.list.push({ severity: "error", code, message, ...place });
  }

  warning(code: ErrorCode, message: string, place: Pick<Diagnostic, "node" | "wire" | "field"> = {}): void {
    if (this.list.length < limits.diagnosticsMax)
      this.list.push({ severity: "warning", code, message, ...place });
  }
}

type Fields = Record<string, unknown>;
const idPattern = /^[A-Za-z0-9_-]{1,64}$/;

class Parser {
  private readonly report: Report;

  constructor(report: Report) {
    this.report = report;
  }

  flow(value: unknown): FlowDocument | undefined {
    if (!isFields(value)) return this.report.error("FLOW_SHAPE", "A flow is a JSON object.");
    if (jsonDepthExceeds(value, limits.jsonDepthMax)) {
      return this.report.error(
        "FLOW_TOO_DEEP",
        `The document is nested deeper than ${limits.jsonDepthMax} levels.`,
      );
    }
    const migrated = this.format(value);
    if (!migrated) return undefined;
    const { id, name, description, nodes, wires, layout, tests } = migrated;
    if (typeof id !== "string" || !idPattern.test(id)) {
      this.report.error("FLOW_SHAPE", "“id” must be 1 to 64 letters, digits, - or _.");
    }
    if (typeof name !== "string" || name.trim() === "" || name.length > limits.nameLengthMax) {
      this.report.error("FLOW_SHAPE", `“name” must be a text of 1 to ${limits.nameLengthMax} characters.`);
    }
    if (description !== undefined && typeof description !== "string") {
      this.report.error("FLOW_SHAPE", "“description” must be a text.");
    }
    this.unknownFields(migrated, documentFields, {});
    const parsedNodes = this.nodes(nodes);
    const parsedWires = this.wires(wires);
    const parsedLayout = this.layout(layout);
    if (tests !== undefined && !Array.isArray(tests))
      this.report.error("FLOW_SHAPE", "“tests” must be a list.");
    if (this.report.failed || !parsedNodes || !parsedWires || !parsedLayout) return undefined;
    return {
      format: flowFormat,
      id: id as string,
      name: (name as string).trim(),
      ...(description === undefined ? {} : { description: description as string }),
      nodes: parsedNodes,
      wires: parsedWires,
      layout: parsedLayout,
      tests: (tests as unknown[] | undefined) ?? [],
    };
  }

  private format(value: Fields): Fields | undefined {
    const { format } = value;
    if (!Number.isInteger(format) || (format as number) < 1) {
      return this.report.error("FLOW_SHAPE", "“format” is missing: this is not a Millrace flow.");
    }
    if ((format as number) > flowFormat) {
      const text = `The flow has format ${format}; this Millrace reads up to ${flowFormat}. Update Millrace to open it.`;
      return this.report.error("FLOW_FORMAT_NEWER", text);
    }
    return migrateFlow(value, format as number);
  }

  private nodes(value: unknown): FlowNode[] | undefined {
    if (!Array.isArray(value)) return this.report.error("FLOW_SHAPE", "“nodes” must be a list.");
    if (value.length > limits.nodesPerFlowMax) {
      const text = `The flow has ${value.length} nodes; at most ${limits.nodesPerFlowMax} are allowed. Split it into several flows.`;
      return this.report.error("FLOW_TOO_LARGE", text);
    }
    const seen = new Set<string>();
    return value.flatMap((each, index) => this.node(each, index, seen) ?? []);
  }

  private node(value: unknown, index: number, seen: Set<string>): FlowNode | undefined {
    const place = `Node ${index + 1}`;
    if (!isFields(value)) return this.report.error("FLOW_SHAPE", `${place} must be an object.`);
    const { id, type, version, name, config, disabled, errorPort } = value;
    if (typeof id !== "string" || !idPattern.test(id)) {
      return this.report.error("NODE_ID", `${place} needs an “id” of 1 to 64 letters, digits, - or _.`);
    }
    if (seen.has(id)) return this.report.error("NODE_ID", `Two nodes have the id ${id}.`, { node: id });
    seen.add(id);
    const wrong = (text: string) => this.report.error("FLOW_SHAPE", text, { node: id });
    if (typeof type !== "string" || type === "") return wrong("The node has no “type”.");
    if (!Number.isInteger(version) || (version as number) < 1)
      return wrong("“version” must be a whole number from 1.");
    if (name !== undefined && (typeof name !== "string" || name.length > limits.nameLengthMax)) {
      return wrong(`“name” must be a text of at most ${limits.nameLengthMax} characters.`);
    }
    if (!isFields(config)) return wrong("“config” must be an object.");
    for (const [flag, set] of Object.entries({ disabled, errorPort })) {
      if (set !== undefined && typeof set !== "boolean") return wrong(`“${flag}” must be true or false.`);
    }
    this.unknownFields(value, nodeFields, { node: id });
    return {
      id,
      type,
      version: version as number,
      ...(name === undefined || name === "" ? {} : { name: name as string }),
      config,
      ...(disabled ? { disabled: true as const } : {}),
      ...(errorPort ? { errorPort: true as const } : {}),
    };
  }

  private wires(value: unknown): string[] | undefined {
    if (!Array.isArray(value)) return this.report.error("FLOW_SHAPE", "“wires” must be a list.");
    if (value.length > limits.wiresPerFlowMax) {
      const text = `The flow has ${value.length} wires; at most ${limits.wiresPerFlowMax} are allowed.`;
      return this.report.error("FLOW_TOO_LARGE", text);
    }
    for (const wire of value) {
      if (typeof wire !== "string" || !parseWire(wire)) {
        const shown = String(wire).slice(0, 80);
        this.report.error("WIRE_SHAPE", `“${shown}” is not a wire: write “n1.out -> n2.in”.`, {
          wire: shown,
        });
      }
    }
    return value as string[];
  }

  private layout(value: unknown): FlowDocument["layout"] | undefined {
    if (value === undefined) return {};
    if (!isFields(value)) return this.report.error("FLOW_SHAPE", "“layout” must be an object.");
    for (const [node, at] of Object.entries(value)) {
      const fine = Array.isArray(at) && at.length === 2 && at.every((each) => Number.isFinite(each));
      if (!fine) return this.report.error("FLOW_SHAPE", "A place in “layout” must be [x, y].", { node });
    }
    return value as FlowDocument["layout"];
  }

  private unknownFields(value: Fields, known: ReadonlySet<string>, place: { node?: string }): void {
    for (const name of Object.keys(value)) {
      if (known.has(name)) continue;
      this.report.warning(
        "FLOW_UNKNOWN_FIELD",
        `Millrace does not know “${name.slice(0, 80)}” and will not keep it.`,
        place,
      );
    }
  }
}

const documentFields = new Set(["format", "id", "name", "description", "nodes", "wires", "layout", "tests"]);
const nodeFields = new Set(["id", "type", "version", "name", "config", "disabled", "errorPort"]);

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

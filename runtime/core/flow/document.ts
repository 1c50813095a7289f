/**
 * The flow document: what people save, version, diff and merge. Logic stands apart from layout, keys have one order
 * (see {@link formatFlow}), a wire is one line of text, so two people's changes merge in git.
 */

/** Raised, with a migration in migrations.ts, when documents of the last format mean something else now. */
export const flowFormat = 1;

export interface FlowDocument {
  readonly format: typeof flowFormat;
  /** Letters, digits, `-` and `_`; names the flow in URLs, files and state. */
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly nodes: readonly FlowNode[];
  /** `"n1.out -> n2.in"`: node and port on both ends. */
  readonly wires: readonly string[];
  /** Top left corner of each card, canvas units. Nodes without one are laid out by the editor. */
  readonly layout: Readonly<Record<string, readonly [x: number, y: number]>>;
  readonly tests: readonly unknown[];
}

export interface FlowNode {
  /** Identity of the node's state: unique in the flow, kept through renames and rewiring. */
  readonly id: string;
  readonly type: string;
  /** Version of the node type its config was written for. */
  readonly version: number;
  /** Title on the card; absent: the node type's title. */
  readonly name?: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** A disabled node neither receives nor emits. */
  readonly disabled?: true;
  /** Give the node an error port, so that bad data can be handled in the flow. */
  readonly errorPort?: true;
}

export interface Wire {
  readonly from: { readonly node: string; readonly port: string };
  readonly to: { readonly node: string; readonly port: string };
}

const wirePattern = /^\s*([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\s*->\s*([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\s*$/;

/** @returns undefined when the text is not a wire */
export function parseWire(text: string): Wire | undefined {
  const found = wirePattern.exec(text);
  if (!found) return undefined;
  return { from: { node: found[1]!, port: found[2]! }, to: { node: found[3]!, port: found[4]! } };
}

export function formatWire(wire: Wire): string {
  return `${wire.from.node}.${wire.from.port} -> ${wire.to.node}.${wire.to.port}`;
}

export function emptyFlow(id: string, name: string): FlowDocument {
  return { format: flowFormat, id, name, nodes: [], wires: [], layout: {}, tests: [] };
}

/** The document as text: fixed key order, two spaces, newline at the end. Equal documents give equal text. */
export function formatFlow(flow: FlowDocument): string {
  const ordered = {
    format: flow.format,
    id: flow.id,
    name: flow.name,
    ...(flow.description === undefined ? {} : { description: flow.description }),
    nodes: flow.nodes.map((node) => ({
      id: node.id,
      type: node.type,
      version: node.version,
      ...(node.name === undefined ? {} : { name: node.name }),
      ...(node.disabled ? { disabled: true } : {}),
      ...(node.errorPort ? { errorPort: true } : {}),
      config: node.config,
    })),
    wires: flow.wires,
    layout: Object.fromEntries(Object.entries(flow.layout).sort(([a], [b]) => (a < b ? -1 : 1))),
    tests: flow.tests,
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

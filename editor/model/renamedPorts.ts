import type { Catalogue } from "../../runtime/core/catalogue.ts";
import { type FlowDocument, formatWire, parseWire, type Wire } from "../../runtime/core/flow/document.ts";
import type { Port } from "../../runtime/core/nodeType.ts";
import { knownPorts } from "./ports.ts";

/**
 * Lets the wires of a node follow its ports when their names depend on its settings. As many ports as before under other
 * names were renamed, each in its place; otherwise ports came, went or moved, and wires stay with the name.
 * @param before the document in which the node had the other settings
 */
export function followPorts(
  before: FlowDocument,
  after: FlowDocument,
  id: string,
  catalogue: Catalogue,
): FlowDocument {
  const [old, now] = [before, after].map((flow) => flow.nodes.find((node) => node.id === id));
  if (!old || !now || old === now) return after;
  const [had, has] = [knownPorts(old, catalogue), knownPorts(now, catalogue)];
  const inputs = renamed(had.inputs, has.inputs);
  const outputs = renamed(had.outputs, has.outputs);
  if (inputs.size + outputs.size === 0) return after;
  const wires = after.wires.map((text) => {
    const wire = parseWire(text);
    return wire ? formatWire(moved(wire, id, inputs, outputs)) : text;
  });
  return { ...after, wires: [...new Set(wires)] };
}

function renamed(before: readonly Port[], after: readonly Port[]): ReadonlyMap<string, string> {
  const names = new Set(before.map((port) => port.name));
  if (before.length !== after.length || after.every((port) => names.has(port.name))) return new Map();
  return new Map(
    before
      .map(({ name }, index): [string, string] => [name, after[index]!.name])
      .filter(([from, to]) => from !== to),
  );
}

function moved(
  { from, to }: Wire,
  id: string,
  inputs: ReadonlyMap<string, string>,
  outputs: ReadonlyMap<string, string>,
): Wire {
  return {
    from: from.node === id ? { ...from, port: outputs.get(from.port) ?? from.port } : from,
    to: to.node === id ? { ...to, port: inputs.get(to.port) ?? to.port } : to,
  };
}

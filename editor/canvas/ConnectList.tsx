import { formatWire, parseWire, type Wire } from "../../runtime/core/flow/document.ts";
import { connectPorts, titleOf } from "../model/commands.ts";
import { knownPorts } from "../model/ports.ts";
import { compatibleWires } from "../model/wireEdits.ts";
import { NodeTile } from "../panels/NodeTile.tsx";
import { useCanvas } from "./CanvasContext.ts";
import { type PickItem, PickList } from "./PickList.tsx";
import type { CanvasView } from "./useCanvasCommands.ts";

interface ConnectListProps {
  readonly node: string;
  readonly commands: CanvasView;
  readonly onClose: () => void;
}

/** Every wire that can leave a node, then those that can reach it: drawing wires without a mouse. */
export function ConnectList({ node, commands, onClose }: ConnectListProps) {
  const { session, announce, refuse } = useCanvas();
  const flow = session.document.get();
  const from = flow.nodes.find((each) => each.id === node);
  const ports = from ? knownPorts(from, session.catalogue) : { inputs: [], outputs: [] };
  const wires = [
    ...ports.outputs.flatMap(({ name }) =>
      compatibleWires(flow, { node, port: name, side: "output" }, session.catalogue),
    ),
    ...ports.inputs.flatMap(({ name }) =>
      compatibleWires(flow, { node, port: name, side: "input" }, session.catalogue),
    ),
  ];

  const item = (wire: Wire): PickItem => {
    const leaves = wire.from.node === node;
    const other = flow.nodes.find((each) => each.id === (leaves ? wire.to.node : wire.from.node))!;
    const type = session.catalogue.get(other.type);
    const detail = leaves ? `${wire.from.port} → ${wire.to.port}` : `${wire.to.port} ← ${wire.from.port}`;
    return {
      id: formatWire(wire),
      title: titleOf(other, type),
      detail,
      words: [other.id],
      before: <NodeTile type={type} />,
    };
  };

  return (
    <PickList
      label="Connect with"
      items={wires.map(item)}
      empty="Nothing on the canvas can be joined with this node. Add one with N."
      onPick={(text) => {
        const problem = connectPorts(session, parseWire(text)!);
        onClose();
        if (problem !== undefined) refuse(problem);
        else announce("Connected");
        requestAnimationFrame(() => commands.reveal([node]));
      }}
      onClose={onClose}
    />
  );
}

import type { XYPosition } from "reactflow";
import { type FlowDocument, formatWire, parseWire, type Wire } from "../../runtime/core/flow/document.ts";
import { addNodeFrom, connectPorts, nextNodeId, titleOf } from "../model/commands.ts";
import type { FlowSession } from "../model/flowSession.ts";
import { knownPorts } from "../model/ports.ts";
import { compatibleTypes, compatibleWires, type PortEnd } from "../model/wireEdits.ts";
import { NodeTile } from "../panels/NodeTile.tsx";
import { useCanvas } from "./CanvasContext.ts";
import type { ConnectFrom } from "./canvasState.ts";
import { type PickItem, PickList } from "./PickList.tsx";
import type { CanvasView } from "./useCanvasCommands.ts";

interface ConnectListProps {
  readonly from: ConnectFrom;
  readonly at: XYPosition | undefined;
  readonly commands: CanvasView;
  readonly onClose: () => void;
}

/**
 * Drawing wires without dragging: every wire that can leave a node, then those that can reach it. From one port also
 * the node types that fit, to be added and joined.
 */
export function ConnectList({ from, at, commands, onClose }: ConnectListProps) {
  const { session, announce, refuse } = useCanvas();
  const flow = session.document.get();
  const end = "port" in from ? from : undefined;
  const ends = end ? [end] : endsOf(session, from.node);
  const wires = ends.flatMap((each) => compatibleWires(flow, each, session.catalogue));
  const types = end ? compatibleTypes(flow, end, session.catalogue, nextNodeId(session)) : [];

  const pick = (id: string) => {
    const wire = parseWire(id);
    const type = session.catalogue.get(id);
    onClose();
    let shown = from.node;
    if (wire) {
      const problem = connectPorts(session, wire);
      if (problem === undefined) announce("Connected");
      else refuse(problem);
    } else if (type && end) {
      shown = addNodeFrom(session, type, end);
      announce(`${type.title} added and connected`);
    }
    requestAnimationFrame(() => commands.reveal([shown]));
  };

  return (
    <PickList
      label="Connect with"
      at={at}
      items={[
        ...wires.map((wire) => existing(wire, flow, from.node, session)),
        ...types.map(({ type }) => ({
          id: type.type,
          title: `New ${type.title}`,
          detail: type.purpose,
          words: type.keywords ?? [],
          before: <NodeTile type={type} />,
        })),
      ]}
      empty="Nothing on the canvas can be joined with this node. Add one with N."
      onPick={pick}
      onClose={onClose}
    />
  );
}

function endsOf(session: FlowSession, id: string): readonly PortEnd[] {
  const node = session.document.get().nodes.find((each) => each.id === id);
  if (!node) return [];
  const { inputs, outputs } = knownPorts(node, session.catalogue);
  return [
    ...outputs.map(({ name }) => ({ node: id, port: name, side: "output" }) as const),
    ...inputs.map(({ name }) => ({ node: id, port: name, side: "input" }) as const),
  ];
}

function existing(wire: Wire, flow: FlowDocument, from: string, session: FlowSession): PickItem {
  const leaves = wire.from.node === from;
  const other = flow.nodes.find((each) => each.id === (leaves ? wire.to.node : wire.from.node))!;
  const type = session.catalogue.get(other.type);
  return {
    id: formatWire(wire),
    title: titleOf(other, type),
    detail: leaves ? `${wire.from.port} → ${wire.to.port}` : `${wire.to.port} ← ${wire.from.port}`,
    words: [other.id],
    before: <NodeTile type={type} />,
  };
}

import type { XYPosition } from "reactflow";
import type { AnyNodeType } from "../../runtime/core/api.ts";
import { cardWidth, roomFor, snap } from "../model/cardSize.ts";
import { addNodeAt, addNodeNear, nextNodeId } from "../model/commands.ts";
import { newNode, type Position } from "../model/nodeEdits.ts";
import { freePlace, placeAfter, placeBefore } from "../model/placement.ts";
import { portsOf, wiredPorts } from "../model/ports.ts";
import { compatibleTypes } from "../model/wireEdits.ts";
import { NodeTile } from "../panels/NodeTile.tsx";
import { useCanvas } from "./CanvasContext.ts";
import type { OpenList } from "./canvasState.ts";
import { PickList } from "./PickList.tsx";
import type { CanvasView } from "./useCanvasCommands.ts";

interface AddListProps {
  readonly open: Extract<OpenList, { kind: "add" }>;
  readonly commands: CanvasView;
  readonly onClose: () => void;
}

/** Node types to add here; coming from a port, those that can be joined with it. */
export function AddList({ open, commands, onClose }: AddListProps) {
  const { session, announce } = useCanvas();
  const { end } = open;
  const types = end
    ? compatibleTypes(session.document.get(), end, session.catalogue, nextNodeId(session)).map(
        ({ type }) => type,
      )
    : [...session.catalogue.values()];

  const pick = (id: string) => {
    const type = session.catalogue.get(id)!;
    onClose();
    const added = open.at
      ? addNodeAt(session, type, placeFor(type, open.at), end)
      : addNodeNear(session, type, commands.centre());
    announce(`${type.title} added${end ? " and connected" : ""}`);
    requestAnimationFrame(() => commands.reveal([added]));
  };

  /** Where the list was opened; after a click on a port, the next free place beside its card. */
  const placeFor = (type: AnyNodeType, at: XYPosition): Position => {
    const flow = session.document.get();
    const { x, y } = commands.toCanvas(at);
    const dropped: Position =
      end?.side === "input" ? [snap(x - cardWidth), snap(y - 24)] : [snap(x), snap(y - 24)];
    const node = newNode(type, "new");
    const size = roomFor(node, portsOf(node, type, wiredPorts(flow)));
    if (!end) return freePlace(flow, session.catalogue, [snap(x - cardWidth / 2), snap(y - 24)], size);
    const beside = end.side === "output" ? placeAfter(flow, end.node) : placeBefore(flow, end.node);
    const atPort = Math.abs(dropped[0] - beside[0]) < 160 && Math.abs(dropped[1] - beside[1]) < 96;
    return freePlace(flow, session.catalogue, atPort ? beside : dropped, size);
  };

  return (
    <PickList
      label={end ? "Add a node that fits" : "Add a node"}
      at={open.at}
      items={types.map((type) => ({
        id: type.type,
        title: type.title,
        detail: type.purpose,
        words: type.keywords ?? [],
        before: <NodeTile type={type} />,
      }))}
      empty="No node type fits this port."
      onPick={pick}
      onClose={onClose}
    />
  );
}

import type { AnyNodeType } from "../../runtime/core/api.ts";
import { cardWidth, snap } from "../model/cardSize.ts";
import { addNodeFrom, addNodeNear, nextNodeId } from "../model/commands.ts";
import { nothingSelected } from "../model/selection.ts";
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
    const added = add(type);
    announce(`${type.title} added${end ? " and connected" : ""}`);
    requestAnimationFrame(() => commands.reveal([added]));
  };

  const add = (type: AnyNodeType): string => {
    if (!open.at) return addNodeNear(session, type, commands.centre());
    const { x, y } = commands.toCanvas(open.at);
    const top = snap(y - 24);
    if (end) return addNodeFrom(session, type, end, [snap(end.side === "output" ? x : x - cardWidth), top]);
    session.selection.set(nothingSelected);
    return addNodeNear(session, type, [snap(x - cardWidth / 2), top]);
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

import { titleOf } from "../model/commands.ts";
import { selectNodes } from "../model/selection.ts";
import { NodeTile } from "../panels/NodeTile.tsx";
import { useCanvas } from "./CanvasContext.ts";
import { PickList } from "./PickList.tsx";
import { summaryOf } from "./summary.ts";
import type { CanvasView } from "./useCanvasCommands.ts";

/** Finds a node of the flow by what its card says, selects it and brings it into view. */
export function FindList({
  commands,
  onClose,
}: {
  readonly commands: CanvasView;
  readonly onClose: () => void;
}) {
  const { session } = useCanvas();
  return (
    <PickList
      label="Find on the canvas"
      items={session.document.get().nodes.map((node) => {
        const type = session.catalogue.get(node.type);
        return {
          id: node.id,
          title: titleOf(node, type),
          detail: summaryOf(node, type),
          words: [node.id, node.type, type?.title ?? ""],
          before: <NodeTile type={type} />,
        };
      })}
      empty="This flow has no nodes yet."
      onPick={(id) => {
        onClose();
        session.selection.set(selectNodes([id]));
        commands.reveal([id]);
      }}
      onClose={onClose}
    />
  );
}

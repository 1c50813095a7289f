/** Selecting, moving and opening with the mouse. React Flow reports; the model decides. */

import { type MouseEvent, useMemo } from "react";
import type { EdgeChange, NodeChange } from "reactflow";
import { moveTo } from "../model/commands.ts";
import type { Position } from "../model/nodeEdits.ts";
import type { Selection } from "../model/selection.ts";
import { type CanvasEnv, useCanvas } from "./CanvasContext.ts";
import type { CardNode, WireEdge } from "./projection.ts";

export function useGestures() {
  const env = useCanvas();
  return useMemo(() => createGestures(env), [env]);
}

function createGestures({ session, state, run }: CanvasEnv) {
  let drags = 0;
  const startDrag = () => {
    drags++;
  };
  const endDrag = () => session.document.seal();
  const openMenu = (event: MouseEvent | globalThis.MouseEvent) => {
    event.preventDefault();
    state.set({ ...state.get(), list: { kind: "menu", at: { x: event.clientX, y: event.clientY } } });
  };

  return {
    onNodesChange(changes: NodeChange<CardNode>[]) {
      const places = new Map<string, Position>();
      for (const change of changes) {
        if (change.type === "position" && change.position) {
          places.set(change.id, [change.position.x, change.position.y]);
        }
      }
      if (places.size > 0) moveTo(session, places, `drag ${drags}`);
      select("nodes", changes);
    },
    onEdgesChange(changes: EdgeChange<WireEdge>[]) {
      select("wires", changes);
    },
    onNodeDragStart: startDrag,
    onSelectionDragStart: startDrag,
    onNodeDragStop: endDrag,
    onSelectionDragStop: endDrag,
    onNodeDoubleClick(event: MouseEvent) {
      // Only the title is for writing; the rest of a card opens nothing the inspector does not show already.
      if ((event.target as Element).closest("button, input, [role=button]")) return;
      run("rename");
    },
    onNodeContextMenu(event: MouseEvent, node: CardNode) {
      if (!session.selection.get().nodes.has(node.id)) {
        session.selection.set({ nodes: new Set([node.id]), wires: new Set() });
      }
      openMenu(event);
    },
    onEdgeContextMenu(event: MouseEvent, edge: WireEdge) {
      session.selection.set({ nodes: new Set(), wires: new Set([edge.id]) });
      openMenu(event);
    },
    onSelectionContextMenu: openMenu,
    onPaneContextMenu: openMenu,
  };

  function select(part: keyof Selection, changes: readonly (NodeChange<CardNode> | EdgeChange<WireEdge>)[]) {
    const chosen = new Set(session.selection.get()[part]);
    let changed = false;
    for (const change of changes) {
      if (change.type !== "select" || chosen.has(change.id) === change.selected) continue;
      changed = true;
      if (change.selected) chosen.add(change.id);
      else chosen.delete(change.id);
    }
    if (changed) session.selection.set({ ...session.selection.get(), [part]: chosen });
  }
}

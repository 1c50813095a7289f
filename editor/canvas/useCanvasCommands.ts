/** What the canvas can be asked to do by actions, lists and panels. */

import { type RefObject, useMemo } from "react";
import { type FitViewOptions, useReactFlow, type XYPosition } from "reactflow";
import type { CanvasCommands } from "../actions/action.ts";
import { cardWidth, snap } from "../model/cardSize.ts";
import { boxesOf } from "../model/placement.ts";
import { useCanvas } from "./CanvasContext.ts";
import type { CardNode, WireEdge } from "./projection.ts";

export interface CanvasView extends CanvasCommands {
  /** Pixels of the page to canvas units. */
  toCanvas(point: XYPosition): XYPosition;
  focus(): void;
}

/** Room for port labels at the right, for the controls and the small map at the bottom. */
export const fitOptions: FitViewOptions<CardNode> = {
  padding: { top: "32px", left: "32px", right: "88px", bottom: "108px" },
  maxZoom: 1,
};

export function useCanvasCommands(area: RefObject<HTMLElement | null>): CanvasView {
  const flow = useReactFlow<CardNode, WireEdge>();
  const { session, state } = useCanvas();

  return useMemo(() => {
    const middle = (): XYPosition => {
      const box = area.current?.getBoundingClientRect();
      return box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : { x: 0, y: 0 };
    };
    const open = (list: NonNullable<ReturnType<typeof state.get>["list"]>) =>
      state.set({ ...state.get(), list });
    const inSight = (id: string): boolean => {
      const box = boxesOf(session.document.get(), session.catalogue).get(id);
      const view = area.current?.getBoundingClientRect();
      if (!box || !view) return true;
      const topLeft = flow.flowToScreenPosition({ x: box.x, y: box.y });
      const bottomRight = flow.flowToScreenPosition({ x: box.x + box.width, y: box.y + box.height });
      return (
        topLeft.x >= view.left &&
        topLeft.y >= view.top &&
        bottomRight.x <= view.right &&
        bottomRight.y <= view.bottom
      );
    };
    return {
      fit: () => void flow.fitView({ ...fitOptions, duration: motionMs() }),
      zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration: motionMs() }),
      zoomTo: (zoom) => void flow.zoomTo(zoom, { duration: motionMs() }),
      centre: () => {
        const { x, y } = flow.screenToFlowPosition(middle());
        return [snap(x - cardWidth / 2), snap(y - 24)];
      },
      reveal: (ids) => {
        if (ids.some((id) => !inSight(id))) {
          void flow.fitView({
            nodes: ids.map((id) => ({ id })),
            maxZoom: 1,
            padding: 0.3,
            duration: motionMs(),
          });
        }
        cardElement(area.current, ids[0])?.focus({ preventScroll: true });
      },
      openAdd: () => open({ kind: "add", at: middle() }),
      openConnect: (node) => open({ kind: "connect", node }),
      openRename: (node) => state.set({ ...state.get(), renaming: node }),
      openFind: () => open({ kind: "find" }),
      toCanvas: (point) => flow.screenToFlowPosition(point),
      focus: () => area.current?.focus({ preventScroll: true }),
    };
  }, [area, flow, session, state]);
}

/** Length of a camera move, ms; none for people who asked for less motion. */
function motionMs(): number {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150;
}

function cardElement(area: HTMLElement | null, id: string | undefined): HTMLElement | null {
  if (!area || id === undefined) return null;
  return area.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
}

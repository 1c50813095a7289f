/** What the canvas can be asked to do by actions, lists and panels. */

import { type RefObject, useMemo } from "react";
import { type FitViewOptions, useReactFlow, type XYPosition } from "reactflow";
import type { CanvasCommands } from "../actions/action.ts";
import { cardWidth, snap } from "../model/cardSize.ts";
import { type Box, boundsOf, boxesOf } from "../model/placement.ts";
import { useCanvas } from "./CanvasContext.ts";
import type { CardNode, WireEdge } from "./projection.ts";

export interface CanvasView extends CanvasCommands {
  /** Pixels of the page to canvas units. */
  toCanvas(point: XYPosition): XYPosition;
  focus(): void;
}

/** Room for wires that swing out left, port labels at the right, controls and the small map at the bottom. */
export const fitOptions: FitViewOptions<CardNode> = {
  padding: { top: "32px", left: "40px", right: "88px", bottom: "108px" },
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
    /** Moves the view as little as shows an area with some room around it; around its middle if it is too large. */
    const show = ({ x, y, width, height }: Box) => {
      const view = area.current?.getBoundingClientRect();
      if (!view) return;
      const from = flow.flowToScreenPosition({ x, y });
      const to = flow.flowToScreenPosition({ x: x + width, y: y + height });
      const dx = shift(from.x, to.x, view.left, view.right);
      const dy = shift(from.y, to.y, view.top, view.bottom);
      const { x: left, y: top, zoom } = flow.getViewport();
      if (dx !== 0 || dy !== 0) {
        void flow.setViewport({ x: left + dx, y: top + dy, zoom }, { duration: motionMs() });
      }
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
        const boxes = boxesOf(session.document.get(), session.catalogue);
        const bounds = boundsOf(ids.flatMap((id) => boxes.get(id) ?? []));
        if (bounds) show(bounds);
        cardElement(area.current, ids[0])?.focus({ preventScroll: true });
      },
      openAdd: () => open({ kind: "add" }),
      openConnect: (node) => open({ kind: "connect", from: { node } }),
      openRename: (node) => state.set({ ...state.get(), renaming: node }),
      openFind: () => open({ kind: "find" }),
      toCanvas: (point) => flow.screenToFlowPosition(point),
      focus: () => area.current?.focus({ preventScroll: true }),
    };
  }, [area, flow, session, state]);
}

/** How far to move so that from … to lies between two edges of the view, pixels. */
function shift(from: number, to: number, low: number, high: number): number {
  const room = 40;
  if (to - from > high - low - 2 * room) return (low + high - from - to) / 2;
  if (from < low + room) return low + room - from;
  return to > high - room ? high - room - to : 0;
}

/** Length of a camera move, ms; none for people who asked for less motion. */
function motionMs(): number {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150;
}

function cardElement(area: HTMLElement | null, id: string | undefined): HTMLElement | null {
  if (!area || id === undefined) return null;
  return area.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
}

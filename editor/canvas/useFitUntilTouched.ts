import { type RefObject, useEffect } from "react";
import { useReactFlow, type Viewport } from "reactflow";
import type { CardNode, WireEdge } from "./projection.ts";
import { fitOptions } from "./useCanvasCommands.ts";

/**
 * Keeps the whole flow in view while banners and panels around a freshly opened canvas come and go. Ends with the first
 * touch, or when something else has moved the view: from then on the view belongs to the person.
 */
export function useFitUntilTouched(area: RefObject<HTMLElement | null>, wanted: boolean): void {
  const flow = useReactFlow<CardNode, WireEdge>();
  useEffect(() => {
    const element = area.current;
    if (!element || !wanted) return;
    let fitted: Viewport | undefined;
    const observer = new ResizeObserver(async () => {
      if (fitted && !sameView(fitted, flow.getViewport())) return end();
      if (await flow.fitView(fitOptions)) fitted = flow.getViewport();
    });
    const end = () => {
      observer.disconnect();
      for (const touch of touches) element.removeEventListener(touch, end);
    };
    observer.observe(element);
    for (const touch of touches) element.addEventListener(touch, end, { passive: true });
    return end;
  }, [area, flow, wanted]);
}

const touches = ["pointerdown", "wheel", "keydown", "drop"] as const;

function sameView(one: Viewport, other: Viewport): boolean {
  return one.x === other.x && one.y === other.y && one.zoom === other.zoom;
}

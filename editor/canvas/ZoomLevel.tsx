import { type RefObject, useEffect } from "react";
import { useStore } from "reactflow";

/** Tells the style sheets how near the canvas is, so that far cards drop their small print without drawing again. */
export function ZoomLevel({ area }: { readonly area: RefObject<HTMLElement | null> }) {
  const level = useStore(({ transform: [, , zoom] }) =>
    zoom >= 0.6 ? "near" : zoom >= 0.3 ? "middle" : "far",
  );
  useEffect(() => {
    if (area.current) area.current.dataset.zoom = level;
  }, [area, level]);
  return null;
}

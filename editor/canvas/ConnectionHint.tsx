/** While a wire is drawn: says at the pointer, and to screen readers, whether it can end here and why not. */
import { useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { titleOf, wireToNode } from "../model/commands.ts";
import { useCanvas } from "./CanvasContext.ts";
import styles from "./canvas.module.css";
import type { Connecting } from "./canvasState.ts";
import { useSelected } from "./useValue.ts";

export function ConnectionHint() {
  const { state } = useCanvas();
  const connecting = useSelected(state, (canvas) => canvas.connecting);
  return connecting ? <Hint connecting={connecting} /> : null;
}

function Hint({ connecting }: { readonly connecting: Connecting }) {
  const { session } = useCanvas();
  const box = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState<string>();

  useEffect(() => {
    const follow = ({ clientX, clientY }: PointerEvent | MouseEvent) => {
      if (box.current) box.current.style.transform = `translate(${clientX + 14}px, ${clientY + 14}px)`;
      const node = document.elementFromPoint(clientX, clientY)?.closest(".react-flow__node");
      setOver(node?.getAttribute("data-id") ?? undefined);
    };
    window.addEventListener("pointermove", follow);
    return () => window.removeEventListener("pointermove", follow);
  }, []);

  const hint = over === undefined || over === connecting.end.node ? undefined : hintFor(over);
  return createPortal(
    <div
      ref={box}
      className={`${styles.hint} ${hint?.refused ? styles.refused : ""}`}
      role="status"
      hidden={!hint}
    >
      {hint?.text}
    </div>,
    document.body,
  );

  function hintFor(id: string): { text: string; refused: boolean } {
    const answer = wireToNode(session, connecting.end, id);
    if ("problem" in answer) return { text: answer.problem, refused: true };
    const node = session.document.get().nodes.find((each) => each.id === id)!;
    return { text: `Connect to ${titleOf(node, session.catalogue.get(node.type))}`, refused: false };
  }
}

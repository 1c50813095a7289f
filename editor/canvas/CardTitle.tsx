import { useEffect, useRef } from "react";
import { rename } from "../model/commands.ts";
import { useCanvas } from "./CanvasContext.ts";
import styles from "./card.module.css";
import { useSelected } from "./useValue.ts";

/** The title of a card; a field while it is being renamed. Enter and leaving it keep the text, Escape does not. */
export function CardTitle({ id, title }: { readonly id: string; readonly title: string }) {
  const { session, state } = useCanvas();
  const renaming = useSelected(state, (canvas) => canvas.renaming === id);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (renaming) field.current?.select();
  }, [renaming]);
  if (!renaming) return <div className={styles.title}>{title}</div>;

  const close = (name: string | undefined) => {
    if (state.get().renaming !== id) return;
    state.set({ ...state.get(), renaming: undefined });
    if (name !== undefined && name.trim() !== title) rename(session, id, name);
    field.current?.closest<HTMLElement>(".react-flow__node")?.focus();
  };
  return (
    <input
      ref={field}
      className={`nodrag nopan ${styles.titleField}`}
      aria-label="Name of the node"
      defaultValue={title}
      maxLength={120}
      onBlur={(event) => close(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") close(event.currentTarget.value);
        else if (event.key === "Escape") close(undefined);
        event.stopPropagation();
      }}
    />
  );
}

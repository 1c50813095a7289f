/** The lists that open over the canvas: add a node, connect to, find, and the context menu. One at a time. */
import { useCallback } from "react";
import { AddList } from "./AddList.tsx";
import { useCanvas } from "./CanvasContext.ts";
import { ConnectList } from "./ConnectList.tsx";
import { ContextMenu } from "./ContextMenu.tsx";
import { FindList } from "./FindList.tsx";
import type { CanvasView } from "./useCanvasCommands.ts";
import { useSelected } from "./useValue.ts";

export function CanvasLists({ commands }: { readonly commands: CanvasView }) {
  const { state } = useCanvas();
  const list = useSelected(state, (canvas) => canvas.list);
  const close = useCallback(() => {
    state.set({ ...state.get(), list: undefined });
    commands.focus();
  }, [state, commands]);
  switch (list?.kind) {
    case "add":
      return <AddList open={list} commands={commands} onClose={close} />;
    case "connect":
      return <ConnectList from={list.from} at={list.at} commands={commands} onClose={close} />;
    case "find":
      return <FindList commands={commands} onClose={close} />;
    case "menu":
      return <ContextMenu at={list.at} onClose={close} />;
    case undefined:
      return null;
  }
}

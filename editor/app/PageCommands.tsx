import { useRef, useState } from "react";
import type { CanvasCommands } from "../actions/action.ts";
import { CommandPalette } from "./CommandPalette.tsx";
import type { OpenDialog } from "./EditorPage.tsx";
import { KeyMap } from "./KeyMap.tsx";
import { useActionContext } from "./useActionContext.ts";
import { useKeyboard } from "./useKeyboard.ts";

/** Ctrl+K and the shortcuts on pages without a canvas: the actions that need no open flow. */
export function PageCommands() {
  const canvas = useRef<CanvasCommands>(null);
  const paletteSearch = useRef<HTMLInputElement>(null);
  const [dialog, setDialog] = useState<OpenDialog>();
  const [, setOverlay] = useState(false);
  const context = useActionContext({
    session: undefined,
    canvas,
    paletteSearch,
    setDialog,
    narrow: false,
    setOverlay,
  });
  useKeyboard(context);
  return (
    <>
      <CommandPalette context={context} />
      <KeyMap opened={dialog === "keys"} onClose={() => setDialog(undefined)} />
    </>
  );
}

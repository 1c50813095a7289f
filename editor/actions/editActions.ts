/** Actions that change the document, or what is selected of it. */
import { grid } from "../model/cardSize.ts";
import {
  copySelection,
  count,
  deleteSelection,
  deleteSelectionAndHeal,
  duplicateSelection,
  moveSelectionBy,
  paste,
  tidyFlow,
  toggleDisabled,
  toggleErrorPort,
} from "../model/commands.ts";
import type { FlowSession } from "../model/flowSession.ts";
import { nothingSelected, singleNode } from "../model/selection.ts";
import type { Action, ActionContext } from "./action.ts";
import { icons } from "./icons.ts";

export const editActions: readonly Action[] = [
  {
    id: "undo",
    title: "Undo",
    group: "Edit",
    keys: ["Mod+Z"],
    icon: icons.undo,
    enabled: ({ session }) => session?.document.history.get().undo !== undefined,
    run: ({ session, shell }) => {
      const label = session?.document.undo();
      if (label !== undefined) shell.announce(`Undone: ${label}`);
    },
  },
  {
    id: "redo",
    title: "Redo",
    group: "Edit",
    keys: ["Mod+Shift+Z", "Mod+Y"],
    icon: icons.redo,
    enabled: ({ session }) => session?.document.history.get().redo !== undefined,
    run: ({ session, shell }) => {
      const label = session?.document.redo();
      if (label !== undefined) shell.announce(`Done again: ${label}`);
    },
  },
  {
    id: "cut",
    title: "Cut",
    group: "Edit",
    keys: ["Mod+X"],
    icon: icons.cut,
    edits: true,
    browserEvent: "cut",
    enabled: hasNodes,
    run: async (context) => {
      const { session, clipboard } = context;
      if (!session) return;
      const written = clipboard.write(copySelection(session));
      deleteSelection(session);
      await written;
    },
  },
  {
    id: "copy",
    title: "Copy as JSON",
    group: "Edit",
    keys: ["Mod+C"],
    icon: icons.copy,
    browserEvent: "copy",
    enabled: hasNodes,
    run: async ({ session, clipboard, shell }) => {
      if (!session) return;
      await clipboard.write(copySelection(session));
      shell.announce(`${count(session.selection.get().nodes.size, "node")} copied`);
    },
  },
  {
    id: "paste",
    title: "Paste",
    group: "Edit",
    keys: ["Mod+V"],
    icon: icons.paste,
    edits: true,
    browserEvent: "paste",
    enabled: ({ session }) => session !== undefined,
    run: async ({ session, clipboard, shell }) => {
      if (!session) return;
      const refused = paste(session, await clipboard.read());
      if (refused !== undefined) shell.refuse(refused);
    },
  },
  onNodes("duplicate", "Duplicate", ["Mod+D"], icons.duplicate, duplicateSelection),
  {
    id: "delete",
    title: "Delete",
    group: "Edit",
    keys: ["Delete", "Backspace"],
    keywords: ["remove"],
    icon: icons.delete,
    edits: true,
    enabled: ({ session }) => {
      const selection = session?.selection.get();
      return selection !== undefined && selection.nodes.size + selection.wires.size > 0;
    },
    run: ({ session }) => session && deleteSelection(session),
  },
  onNodes(
    "delete-heal",
    "Delete and reconnect",
    ["Mod+Delete", "Mod+Backspace"],
    icons.delete,
    deleteSelectionAndHeal,
  ),
  onNodes("disable", "Disable or enable", ["D"], icons.disable, toggleDisabled),
  {
    id: "error-port",
    title: "Add or remove the error port",
    group: "Edit",
    keys: [],
    keywords: ["catch", "fail", "bad data"],
    icon: icons.warning,
    edits: true,
    enabled: ({ session }) => isSingleNode(session),
    run: ({ session }) => withSingleNode(session, toggleErrorPort),
  },
  {
    id: "rename",
    title: "Rename",
    group: "Edit",
    keys: ["F2"],
    icon: icons.rename,
    enabled: ({ session }) => isSingleNode(session),
    run: ({ session, canvas }) => withSingleNode(session, (_session, id) => canvas.openRename(id)),
  },
  {
    id: "tidy",
    title: "Tidy",
    group: "Edit",
    keys: ["Shift+Alt+T"],
    keywords: ["layout", "arrange", "align"],
    icon: icons.tidy,
    edits: true,
    enabled: ({ session }) => session !== undefined && session.document.get().nodes.length > 0,
    run: ({ session, canvas }) => {
      if (!session) return;
      tidyFlow(session);
      canvas.fit();
    },
  },
  {
    id: "select-all",
    title: "Select all",
    group: "Edit",
    keys: ["Mod+A"],
    enabled: ({ session }) => session !== undefined,
    run: ({ session }) => {
      const flow = session?.document.get();
      if (flow)
        session?.selection.set({
          nodes: new Set(flow.nodes.map((node) => node.id)),
          wires: new Set(flow.wires),
        });
    },
  },
  {
    id: "select-none",
    title: "Select nothing",
    group: "Edit",
    keys: ["Escape"],
    onCanvas: true,
    enabled: ({ session }) => session !== undefined && session.selection.get() !== nothingSelected,
    run: ({ session }) => session?.selection.set(nothingSelected),
  },
  nudge("left", "ArrowLeft", -grid, 0),
  nudge("right", "ArrowRight", grid, 0),
  nudge("up", "ArrowUp", 0, -grid),
  nudge("down", "ArrowDown", 0, grid),
];

function onNodes(
  id: string,
  title: string,
  keys: readonly string[],
  icon: string,
  change: (session: FlowSession) => void,
): Action {
  return {
    id,
    title,
    group: "Edit",
    keys,
    icon,
    edits: true,
    enabled: hasNodes,
    run: ({ session }) => session && change(session),
  };
}

function nudge(direction: string, key: string, dx: number, dy: number): Action {
  return {
    id: `move-${direction}`,
    title: `Move ${direction}`,
    group: "Edit",
    keys: [key],
    edits: true,
    onCanvas: true,
    enabled: hasNodes,
    run: ({ session }) => session && moveSelectionBy(session, dx, dy),
  };
}

function hasNodes({ session }: ActionContext): boolean {
  return session !== undefined && session.selection.get().nodes.size > 0;
}

function isSingleNode(session: FlowSession | undefined): boolean {
  return session !== undefined && singleNode(session.selection.get()) !== undefined;
}

function withSingleNode(
  session: FlowSession | undefined,
  use: (session: FlowSession, id: string) => void,
): void {
  const id = session && singleNode(session.selection.get());
  if (session && id !== undefined) use(session, id);
}

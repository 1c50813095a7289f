/** Actions that add, look, and find their way around; none of them changes the document by itself. */
import { type Direction, neighbour } from "../model/neighbour.ts";
import { selectNodes, singleNode } from "../model/selection.ts";
import type { Action, ActionContext, Panel } from "./action.ts";
import { icons } from "./icons.ts";

export const viewActions: readonly Action[] = [
  {
    id: "add",
    title: "Add a node",
    group: "Add",
    keys: ["N"],
    keywords: ["new", "insert"],
    icon: icons.add,
    enabled: hasFlow,
    run: ({ canvas }) => canvas.openAdd(),
  },
  {
    id: "connect",
    title: "Connect from the selected node",
    group: "Add",
    keys: ["C"],
    keywords: ["wire", "join"],
    icon: icons.connect,
    enabled: ({ session }) => session !== undefined && singleNode(session.selection.get()) !== undefined,
    run: ({ session, canvas }) => {
      const id = session && singleNode(session.selection.get());
      if (id !== undefined) canvas.openConnect(id);
    },
  },
  {
    id: "palette-search",
    title: "Find a node type",
    group: "Add",
    keys: ["/"],
    keywords: ["palette"],
    icon: icons.find,
    enabled: hasFlow,
    run: ({ shell }) => shell.focusPalette(),
  },
  {
    id: "find",
    title: "Find on the canvas",
    group: "View",
    keys: ["Mod+F"],
    keywords: ["search"],
    icon: icons.find,
    enabled: hasFlow,
    run: ({ canvas }) => canvas.openFind(),
  },
  {
    id: "fit",
    title: "Fit",
    group: "View",
    keys: ["1"],
    keywords: ["zoom", "all"],
    icon: icons.fit,
    enabled: hasFlow,
    run: ({ canvas }) => canvas.fit(),
  },
  zoom("zoom-reset", "Zoom to 100 %", ["0"], (context) => context.canvas.zoomTo(1)),
  zoom("zoom-in", "Zoom in", ["+"], (context) => context.canvas.zoomBy(1.2)),
  zoom("zoom-out", "Zoom out", ["-"], (context) => context.canvas.zoomBy(1 / 1.2)),
  walk("left", "on the left", "ArrowLeft"),
  walk("right", "on the right", "ArrowRight"),
  walk("up", "above", "ArrowUp"),
  walk("down", "below", "ArrowDown"),
  toggle("palette", "Show or hide the palette", "Mod+B"),
  toggle("inspector", "Show or hide the inspector", "Mod+Alt+B"),
  toggle("drawer", "Show or hide the drawer", "Mod+J"),
  {
    id: "theme",
    title: "Switch between light and dark",
    group: "View",
    keys: [],
    keywords: ["theme", "colour"],
    icon: icons.theme,
    enabled: () => true,
    run: ({ shell }) => shell.toggleTheme(),
  },
];

function hasFlow({ session }: ActionContext): boolean {
  return session !== undefined;
}

function zoom(
  id: string,
  title: string,
  keys: readonly string[],
  run: (context: ActionContext) => void,
): Action {
  return { id, title, group: "View", keys, enabled: hasFlow, run };
}

function walk(direction: Direction, where: string, key: string): Action {
  return {
    id: `walk-${direction}`,
    title: `Go to the node ${where}`,
    group: "View",
    keys: [`Alt+${key}`],
    onCanvas: true,
    enabled: hasFlow,
    run: ({ session, canvas }) => {
      const id = session && neighbour(session.document.get(), singleNode(session.selection.get()), direction);
      if (!session || id === undefined) return;
      session.selection.set(selectNodes([id]));
      canvas.reveal([id]);
    },
  };
}

function toggle(panel: Panel, title: string, key: string): Action {
  return {
    id: `toggle-${panel}`,
    title,
    group: "View",
    keys: [key],
    keywords: ["panel", "collapse"],
    icon: icons.panel,
    enabled: hasFlow,
    run: ({ shell }) => shell.toggle(panel),
  };
}

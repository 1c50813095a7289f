/**
 * One command of the editor, wherever it is started from: button, shortcut, context menu or Ctrl+K. An action that
 * changes the document does so in one transaction, so one undo takes it back.
 */
import type { FlowSession } from "../model/flowSession.ts";
import type { Position } from "../model/nodeEdits.ts";

export const actionGroups = ["Edit", "Add", "View", "Flow", "Help"] as const;
export type ActionGroup = (typeof actionGroups)[number];

export interface Action {
  readonly id: string;
  readonly title: string;
  readonly group: ActionGroup;
  /** Shortcuts, as in `Mod+Shift+Z`; Mod is Ctrl, or Command on a Mac. The first is the one shown. */
  readonly keys: readonly string[];
  /** Other words to find it by. */
  readonly keywords?: readonly string[];
  /** Path data of a line icon in a 24 x 24 box. */
  readonly icon?: string;
  /** Changes the document: undo takes it back. */
  readonly edits?: true;
  /** Its keys work in text fields too. */
  readonly inFields?: true;
  /** Its keys work only while the focus is on the canvas: elsewhere they mean something else. */
  readonly onCanvas?: true;
  /** The browser says when it is asked for by keyboard, with the clipboard in hand; its keys are not listened to. */
  readonly browserEvent?: "copy" | "cut" | "paste";
  readonly enabled: (context: ActionContext) => boolean;
  readonly run: (context: ActionContext) => void | Promise<void>;
}

export interface ActionContext {
  /** The open flow; undefined on the other pages. */
  readonly session: FlowSession | undefined;
  readonly canvas: CanvasCommands;
  readonly shell: ShellCommands;
  readonly clipboard: Clipboard;
}

/** What the canvas can be asked to do. */
export interface CanvasCommands {
  fit(): void;
  zoomBy(factor: number): void;
  zoomTo(zoom: number): void;
  /** Middle of what is visible, canvas units. */
  centre(): Position;
  /** Brings nodes into view and the focus to the first. */
  reveal(ids: readonly string[]): void;
  /** Opens the list of node types where the person is looking. */
  openAdd(): void;
  /** Opens the list of ports a node can be joined with. */
  openConnect(node: string): void;
  /** Opens the title of a card for writing. */
  openRename(node: string): void;
  openFind(): void;
}

export type Panel = "palette" | "inspector" | "drawer";
export type Page = "flows" | "settings";

/** What the frame around the canvas can be asked to do. */
export interface ShellCommands {
  toggle(panel: Panel): void;
  focusPalette(): void;
  openDeploy(): void;
  pauseFlow(): void;
  openResume(): void;
  openUndeploy(): void;
  openCommands(): void;
  openKeys(): void;
  toggleTheme(): void;
  exportFlow(): void;
  go(page: Page): void;
  /** Says it to people who hear the page rather than see it. */
  announce(text: string): void;
  /** Shows why something was not done. */
  refuse(reason: string): void;
}

export interface Clipboard {
  write(text: string): Promise<void>;
  read(): Promise<string>;
}

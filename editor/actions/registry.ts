/** All actions of the editor, and how a key press finds one. */
import type { Action, ActionContext } from "./action.ts";
import { editActions } from "./editActions.ts";
import { flowActions } from "./flowActions.ts";
import { type KeyPress, pressed } from "./keys.ts";
import { viewActions } from "./viewActions.ts";

export const actions: readonly Action[] = [...editActions, ...viewActions, ...flowActions];

/** @throws Error for an id that does not exist: a mistake of ours */
export function actionById(id: string): Action {
  const found = actions.find((action) => action.id === id);
  if (!found) throw new Error(`no action is called ${id}`);
  return found;
}

/** Runs an action if it is enabled. @returns whether it ran */
export function runAction(action: Action, context: ActionContext): boolean {
  if (!action.enabled(context)) return false;
  const running = action.run(context);
  // A rejected clipboard is the only thing that fails here: the browser's text says why.
  if (running instanceof Promise) {
    running.catch((cause: unknown) =>
      context.shell.refuse(cause instanceof Error ? cause.message : String(cause)),
    );
  }
  return true;
}

/** Where the focus was when a key was pressed. */
export type Focus = "canvas" | "field" | "elsewhere";

/** The action a key press means, whether or not it is enabled now. */
export function actionForKey(press: KeyPress, focus: Focus): Action | undefined {
  return actions.find(
    (action) =>
      action.browserEvent === undefined &&
      (focus !== "field" || action.inFields) &&
      (focus === "canvas" || !action.onCanvas) &&
      action.keys.some((keys) => pressed(keys, press)),
  );
}

/** Shortcuts: finds the action a key press means and runs it, unless the press belongs to a field or a dialog. */
import { useEffect } from "react";
import type { ActionContext } from "../actions/action.ts";
import { actionForKey, actions, type Focus, runAction } from "../actions/registry.ts";
import { eventClipboard } from "./clipboard.ts";

export function useKeyboard(context: ActionContext): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || inDialog(event.target)) return;
      const action = actionForKey(event, focusOf(event.target));
      if (action && runAction(action, context)) event.preventDefault();
    };
    const onClipboard = (event: ClipboardEvent) => {
      if (inDialog(event.target) || focusOf(event.target) === "field" || textIsSelected()) return;
      const action = actions.find((each) => each.browserEvent === event.type);
      const withEvent = { ...context, clipboard: eventClipboard(event) };
      if (action && runAction(action, withEvent)) event.preventDefault();
    };
    // A run of arrow keys is one move: it ends when the key is let go.
    const onKeyUp = (event: KeyboardEvent) => {
      if (event.key.startsWith("Arrow")) context.session?.document.seal();
    };
    window.addEventListener("keydown", onKey);
    window.addEventListener("keyup", onKeyUp);
    for (const type of clipboardEvents) document.addEventListener(type, onClipboard);
    return () => {
      window.removeEventListener("keydown", onKey);
      window.removeEventListener("keyup", onKeyUp);
      for (const type of clipboardEvents) document.removeEventListener(type, onClipboard);
    };
  }, [context]);
}

const clipboardEvents = ["copy", "cut", "paste"] as const;

function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof Element)) return "canvas";
  if (target.closest("input, textarea, select, [contenteditable=true]")) return "field";
  return target === document.body || target.closest("[data-canvas]") ? "canvas" : "elsewhere";
}

function inDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[role=dialog], [role=menu]") !== null;
}

/** Somebody copies words from the page, not nodes. */
function textIsSelected(): boolean {
  return (window.getSelection()?.toString() ?? "") !== "";
}

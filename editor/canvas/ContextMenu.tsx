import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { keysText } from "../actions/keys.ts";
import { actionById } from "../actions/registry.ts";
import { singleNode } from "../model/selection.ts";
import { useCanvas } from "./CanvasContext.ts";
import { Icon } from "./Icon.tsx";
import { isMac } from "./isMac.ts";
import styles from "./menu.module.css";

interface ContextMenuProps {
  readonly at: { readonly x: number; readonly y: number };
  readonly onClose: () => void;
}

const forNodes = [
  "rename",
  "connect",
  "disable",
  "error-port",
  "cut",
  "copy",
  "duplicate",
  "tidy",
  "delete",
  "delete-heal",
];
const forManyNodes = ["disable", "cut", "copy", "duplicate", "tidy", "delete", "delete-heal"];
const forWires = ["delete"];
const forCanvas = ["add", "paste", "select-all", "tidy", "fit", "undo", "redo"];

/** What can be done with the selection, or with the canvas when nothing is selected. */
export function ContextMenu({ at, onClose }: ContextMenuProps) {
  const { session, run } = useCanvas();
  const box = useRef<HTMLDivElement>(null);
  const { nodes, wires } = session.selection.get();
  const ids =
    singleNode(session.selection.get()) !== undefined
      ? forNodes
      : nodes.size > 0
        ? forManyNodes
        : wires.size > 0
          ? forWires
          : forCanvas;

  useLayoutEffect(() => {
    const menu = box.current;
    if (!menu) return;
    menu.style.left = `${Math.min(at.x, window.innerWidth - menu.offsetWidth - 8)}px`;
    menu.style.top = `${Math.max(8, Math.min(at.y, window.innerHeight - menu.offsetHeight - 8))}px`;
    menu.querySelector("button")?.focus();
  }, [at]);
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Element)) onClose();
    };
    window.addEventListener("pointerdown", outside, true);
    return () => window.removeEventListener("pointerdown", outside, true);
  }, [onClose]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      const buttons = [...(box.current?.querySelectorAll("button") ?? [])];
      const next = buttons.indexOf(document.activeElement as HTMLButtonElement) + step;
      buttons.at(next % buttons.length)?.focus();
    } else if (event.key === "Escape" || event.key === "Tab") onClose();
    else return event.stopPropagation();
    event.preventDefault();
    event.stopPropagation();
  };

  return createPortal(
    <div
      ref={box}
      className={styles.menu}
      role="menu"
      aria-label="Actions"
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {ids.map((id) => {
        const { title, icon, keys } = actionById(id);
        return (
          <button
            key={id}
            type="button"
            role="menuitem"
            onClick={() => {
              onClose();
              run(id);
            }}
          >
            {icon === undefined ? <span /> : <Icon path={icon} />}
            <span>{title}</span>
            <kbd>{keys[0] === undefined ? "" : keysText(keys[0], isMac)}</kbd>
          </button>
        );
      })}
    </div>,
    document.body,
  );
}

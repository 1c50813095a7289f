/**
 * A list to choose from by writing, arrows and Enter; Escape and a click elsewhere close it. The field keeps the focus
 * and names the highlighted line (the combobox pattern of ARIA).
 */
import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { createPortal } from "react-dom";
import styles from "./pickList.module.css";

export interface PickItem {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  /** What is searched, besides title and detail. */
  readonly words?: readonly string[];
  readonly before?: ReactNode;
}

interface PickListProps {
  /** What is chosen, as in "Add a node"; the field's label. */
  readonly label: string;
  readonly items: readonly PickItem[];
  /** Said instead of an empty list. */
  readonly empty: string;
  /** Pixels of the page; absent: the middle. */
  readonly at?: { readonly x: number; readonly y: number } | undefined;
  readonly onPick: (id: string) => void;
  readonly onClose: () => void;
}

export function PickList({ label, items, empty, at, onPick, onClose }: PickListProps) {
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const found = search(items, query);
  const current = Math.min(active, found.length - 1);

  useLayoutEffect(() => keepInPage(box.current, at), [at]);
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Element)) onClose();
    };
    window.addEventListener("pointerdown", outside, true);
    return () => window.removeEventListener("pointerdown", outside, true);
  }, [onClose]);
  useEffect(() => {
    document.getElementById(`${id}-${current}`)?.scrollIntoView({ block: "nearest" });
  }, [id, current]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) setActive((current + step + found.length) % found.length);
    else if (event.key === "Enter" && found[current]) onPick(found[current].id);
    else if (event.key === "Escape" || event.key === "Tab") onClose();
    else return event.stopPropagation();
    event.preventDefault();
    event.stopPropagation();
  };

  return createPortal(
    <div ref={box} className={`${styles.box} ${at ? "" : styles.middle}`} role="dialog" aria-label={label}>
      <input
        // biome-ignore lint/a11y/noAutofocus: opened on demand, and the focus returns to the canvas when it closes
        autoFocus
        className={styles.field}
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found.length > 0 ? `${id}-${current}` : undefined}
        placeholder={label}
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={id} className={styles.list} role="listbox" aria-label={label}>
        {found.map((item, index) => (
          <div
            key={item.id}
            id={`${id}-${index}`}
            className={styles.item}
            role="option"
            aria-selected={index === current}
            tabIndex={-1}
            onPointerMove={() => setActive(index)}
            onClick={() => onPick(item.id)}
            onKeyDown={onKeyDown}
          >
            {item.before}
            <span className={styles.words}>
              <span className={styles.title}>{item.title}</span>
              <span className={styles.detail}>{item.detail}</span>
            </span>
          </div>
        ))}
        {found.length === 0 && (
          <p className={styles.empty}>{query === "" ? empty : `Nothing found for “${query}”.`}</p>
        )}
      </div>
    </div>,
    document.body,
  );
}

/** Every written word must occur somewhere; lines whose title starts with what was written come first. */
function search(items: readonly PickItem[], query: string): readonly PickItem[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  const text = (item: PickItem) => [item.title, item.detail, ...(item.words ?? [])].join(" ").toLowerCase();
  const found = items.filter((item) => words.every((word) => text(item).includes(word)));
  const rank = (item: PickItem) => (item.title.toLowerCase().startsWith(words[0]!) ? 0 : 1);
  return found.toSorted((a, b) => rank(a) - rank(b));
}

function keepInPage(
  box: HTMLElement | null,
  at: { readonly x: number; readonly y: number } | undefined,
): void {
  if (!box || !at) return;
  const margin = 8;
  const { width, height } = box.getBoundingClientRect();
  box.style.left = `${Math.max(margin, Math.min(at.x, window.innerWidth - width - margin))}px`;
  box.style.top = `${Math.max(margin, Math.min(at.y, window.innerHeight - height - margin))}px`;
}

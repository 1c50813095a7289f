/** Measures whether a page is drawn well: what overlaps, what is cut off. Each finding is a sentence; none is well. */
import type { Page } from "playwright-core";

/** Everything wrong with the page as it is drawn now. */
export function layoutFaults(page: Page): Promise<readonly string[]> {
  return page.evaluate(measure);
}

/** Runs in the page. Pixels are rounded, and borders may touch: less than 1.5 px is nothing. */
function measure(): string[] {
  const slack = 1.5;
  const faults: string[] = [];
  const shown = (element: Element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const all = (selector: string, root: ParentNode = document) =>
    [...root.querySelectorAll<HTMLElement>(selector)].filter(shown);
  const named = (element: Element) => {
    const text = (element.getAttribute("aria-label") ?? element.textContent ?? "")
      .replace(/\s+/g, " ")
      .trim();
    return `${element.tagName.toLowerCase()} “${text.slice(0, 48)}”`;
  };
  const overlap = (a: DOMRect, b: DOMRect) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > slack &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > slack;
  const noneOverlap = (elements: readonly Element[]) => {
    for (const [index, one] of elements.entries()) {
      for (const other of elements.slice(index + 1)) {
        if (one.contains(other) || other.contains(one)) continue;
        if (overlap(one.getBoundingClientRect(), other.getBoundingClientRect()))
          faults.push(`${named(one)} overlaps ${named(other)}`);
      }
    }
  };

  if (document.documentElement.scrollWidth > window.innerWidth) faults.push("the page scrolls sideways");
  if (document.documentElement.scrollHeight > window.innerHeight) faults.push("the page scrolls");

  const inView = ".react-flow__node, .react-flow__minimap, [role=toolbar][aria-label=View]";
  noneOverlap(all(inView));
  for (const bar of all("header")) noneOverlap([...bar.children].filter(shown));
  noneOverlap(all("nav[aria-label=Pages], aside, main, section[aria-label=Drawer]"));

  const panels = all("header, aside, section[aria-label=Drawer], main:not([aria-label=Flow]), [role=dialog]");
  for (const panel of panels) {
    for (const element of [panel, ...all("*", panel)]) {
      const style = getComputedStyle(element);
      const scrolls = /auto|scroll/.test(style.overflowX);
      if (
        scrolls &&
        !element.closest("pre, table, .cm-editor, textarea") &&
        element.scrollWidth > element.clientWidth + slack
      )
        faults.push(`${named(element)} scrolls sideways`);
      const hides = /hidden|clip/.test(style.overflowX) && style.textOverflow !== "ellipsis";
      if (hides && !hidesOnPurpose(element) && element.scrollWidth > element.clientWidth + slack)
        faults.push(`${named(element)} is cut at its side`);
    }
    for (const text of textsOf(panel)) {
      const cut = cutBy(text, panel);
      if (cut) faults.push(`the text “${text.data.trim().slice(0, 48)}” runs out of ${named(cut)}`);
    }
  }
  return [...new Set(faults)];

  /** What holds no words, words for screen readers, or an ornament; and inputs, whose content scrolls. */
  function hidesOnPurpose(element: Element): boolean {
    const { width, height } = element.getBoundingClientRect();
    return (
      element.textContent === "" ||
      width <= 2 ||
      height <= 2 ||
      element.closest("input, select, textarea, .cm-editor, svg, [aria-hidden=true]") !== null
    );
  }

  function textsOf(panel: Element): Text[] {
    const walker = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) {
      const text = walker.currentNode as Text;
      const parent = text.parentElement!;
      if (text.data.trim() !== "" && shown(parent) && !hidesOnPurpose(parent)) texts.push(text);
    }
    return texts;
  }

  /** The box of its own or around it that the text leaves sideways without an ellipsis or a way to scroll. */
  function cutBy(text: Text, panel: Element): Element | undefined {
    const range = document.createRange();
    range.selectNodeContents(text);
    const right = Math.max(...[...range.getClientRects()].map((rect) => rect.right));
    for (let at: Element | null = text.parentElement; at && panel.contains(at); at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.textOverflow === "ellipsis" || /auto|scroll/.test(style.overflowX)) return undefined;
      if (style.display !== "inline" && right > at.getBoundingClientRect().right + slack) return at;
    }
    return undefined;
  }
}

/** Shortcuts as text: how they match what was pressed, and how they are shown. */

/** The part of a KeyboardEvent that matters. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Does the press mean these keys? Either of Ctrl and Command counts as Mod. */
export function pressed(keys: string, press: KeyPress): boolean {
  const { modifiers, key } = parse(keys);
  if (modifiers.has("Mod") !== (press.ctrlKey || press.metaKey)) return false;
  if (modifiers.has("Alt") !== press.altKey) return false;
  // What a sign such as ? needs Shift for depends on the keyboard, so Shift is compared for the others only.
  if (/^([A-Z0-9]|[A-Z][A-Za-z0-9]+)$/.test(key) && modifiers.has("Shift") !== press.shiftKey) return false;
  return sameKey(key, press);
}

const onMac: Readonly<Record<string, string>> = { Mod: "⌘", Shift: "⇧", Alt: "⌥" };
const signs: Readonly<Record<string, string>> = {
  Mod: "Ctrl",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  Delete: "Del",
};

/** As shown to people: `Ctrl+Shift+Z`, or `⇧⌘Z` on a Mac. */
export function keysText(keys: string, mac: boolean): string {
  const { modifiers, key } = parse(keys);
  const shown = signs[key] ?? key;
  if (mac)
    return (
      ["Alt", "Shift", "Mod"]
        .filter((each) => modifiers.has(each))
        .map((each) => onMac[each])
        .join("") + shown
    );
  return [
    ...["Mod", "Alt", "Shift"].filter((each) => modifiers.has(each)).map((each) => signs[each] ?? each),
    shown,
  ].join("+");
}

function parse(keys: string): { modifiers: ReadonlySet<string>; key: string } {
  const parts = keys.split(/\+(?=.)/);
  return { modifiers: new Set(parts.slice(0, -1)), key: parts.at(-1)! };
}

/** Letters by their place when Alt changes what they write, as on a Mac. */
function sameKey(key: string, press: KeyPress): boolean {
  if (press.key.toLowerCase() === key.toLowerCase()) return true;
  return press.altKey && /^[A-Z]$/.test(key) && press.code === `Key${key}`;
}

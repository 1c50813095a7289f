import { expect, test } from "vitest";
import { keysText } from "../../../editor/actions/keys.ts";

test("shortcuts are written as the keyboard writes them", () => {
  expect(keysText("Mod+Shift+Z", false)).toBe("Ctrl+Shift+Z");
  expect(keysText("Mod+Shift+Z", true)).toBe("⇧⌘Z");
  expect(keysText("Shift+Alt+T", true)).toBe("⌥⇧T");
  expect(keysText("ArrowLeft", false)).toBe("←");
  expect(keysText("+", false)).toBe("+");
  expect(keysText("Mod+Delete", false)).toBe("Ctrl+Del");
});

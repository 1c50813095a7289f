import { describe, expect, test } from "vitest";
import type { ActionContext, CanvasCommands, ShellCommands } from "../../../editor/actions/action.ts";
import { actionById, actionForKey, actions, runAction } from "../../../editor/actions/registry.ts";
import { copySelection } from "../../../editor/model/commands.ts";
import { selectNodes } from "../../../editor/model/selection.ts";
import { openSession, sampleFlow } from "../sampleFlow.ts";

/** A context whose canvas and frame only write down what they were asked. */
function createContext(session = openSession()) {
  const asked: string[] = [];
  const note = (what: string) => () => void asked.push(what);
  const canvas: CanvasCommands = {
    fit: note("fit"),
    zoomBy: note("zoomBy"),
    zoomTo: note("zoomTo"),
    centre: () => [0, 0],
    reveal: note("reveal"),
    openAdd: note("openAdd"),
    openConnect: note("openConnect"),
    openRename: note("openRename"),
    openFind: note("openFind"),
  };
  const shell: ShellCommands = {
    toggle: note("toggle"),
    focusPalette: note("focusPalette"),
    openDeploy: note("openDeploy"),
    pauseFlow: note("pauseFlow"),
    openResume: note("openResume"),
    openUndeploy: note("openUndeploy"),
    openCommands: note("openCommands"),
    openKeys: note("openKeys"),
    toggleTheme: note("toggleTheme"),
    exportFlow: note("exportFlow"),
    go: note("go"),
    announce: note("announce"),
    refuse: (reason) => void asked.push(`refuse: ${reason}`),
  };
  let text = "";
  const clipboard = {
    write: async (copied: string) => {
      text = copied;
    },
    read: async () => text,
  };
  const context: ActionContext = { session, canvas, shell, clipboard };
  return { context, session, asked, clipboard };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("every action that edits is undone by one undo and done again by one redo", () => {
  for (const action of actions.filter((each) => each.edits)) {
    test(action.title, async () => {
      const { context, session, clipboard } = createContext();
      session.selection.set(selectNodes(["n2"]));
      await clipboard.write(copySelection(session));
      const before = structuredClone(session.document.get());
      expect(runAction(action, context)).toBe(true);
      await settled();
      const after = structuredClone(session.document.get());
      // A row is tidy already; every other action does something here.
      if (action.id !== "tidy") expect(after).not.toEqual(before);
      if (session.document.history.get().undo === undefined) return;
      runAction(actionById("undo"), context);
      expect(session.document.get()).toEqual(before);
      runAction(actionById("redo"), context);
      expect(session.document.get()).toEqual(after);
    });
  }
});

test("tidying a heap is one entry", () => {
  const heap = {
    ...sampleFlow,
    layout: { n1: [0, 0], n2: [0, 0], n3: [0, 0], n4: [0, 0], n5: [0, 0] },
  } as const;
  const { context, session } = createContext(openSession(heap));
  runAction(actionById("tidy"), context);
  expect(session.document.get().layout).not.toEqual(heap.layout);
  session.document.undo();
  expect(session.document.get()).toBe(heap);
});

test("actions that do not edit leave the document alone", async () => {
  for (const action of actions.filter((each) => !each.edits && each.id !== "undo" && each.id !== "redo")) {
    const { context, session } = createContext();
    session.selection.set(selectNodes(["n2"]));
    runAction(action, context);
    await settled();
    expect(session.document.get(), action.id).toBe(sampleFlow);
  }
});

test("ids are unique, and no key means two things at one place", () => {
  expect(new Set(actions.map((action) => action.id)).size).toBe(actions.length);
  const keys = actions.flatMap((action) => action.keys);
  expect(new Set(keys).size).toBe(keys.length);
});

test("without an open flow only the actions that need none are enabled", () => {
  const { context } = createContext();
  const without = { ...context, session: undefined };
  const enabled = actions.filter((action) => action.enabled(without)).map((action) => action.id);
  expect(enabled.sort()).toEqual(["commands", "go-flows", "go-settings", "keys", "theme"]);
});

test("a disabled action does not run", () => {
  const { context, session } = createContext();
  expect(runAction(actionById("delete"), context)).toBe(false);
  expect(runAction(actionById("undo"), context)).toBe(false);
  expect(session.document.get()).toBe(sampleFlow);
});

test("pasting foreign text shows the reason", async () => {
  const { context, clipboard, asked } = createContext();
  await clipboard.write("just words");
  runAction(actionById("paste"), context);
  await settled();
  expect(asked).toContainEqual(expect.stringContaining("refuse: The clipboard holds other text"));
});

test("a clipboard that refuses is reported, not lost", async () => {
  const { context, asked, session } = createContext();
  session.selection.set(selectNodes(["n2"]));
  const clipboard = { ...context.clipboard, write: () => Promise.reject(new Error("not allowed")) };
  runAction(actionById("copy"), { ...context, clipboard });
  await settled();
  expect(asked).toContain("refuse: not allowed");
});

const press = (key: string, held: string = "") => ({
  key,
  code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : key,
  ctrlKey: held.includes("c"),
  metaKey: held.includes("m"),
  shiftKey: held.includes("s"),
  altKey: held.includes("a"),
});

test("keys find their action by modifiers, on every keyboard", () => {
  const id = (key: string, held = "", focus: Parameters<typeof actionForKey>[1] = "canvas") =>
    actionForKey(press(key, held), focus)?.id;
  expect(id("z", "c")).toBe("undo");
  expect(id("z", "m")).toBe("undo");
  expect(id("Z", "cs")).toBe("redo");
  expect(id("z")).toBeUndefined();
  expect(id("?", "s")).toBe("keys");
  expect(id("/")).toBe("palette-search");
  expect(id("/", "s")).toBe("palette-search");
  expect(id("T", "as")).toBe("tidy");
  expect(actionForKey({ ...press("ˇ", "as"), code: "KeyT" }, "canvas")?.id).toBe("tidy");
  expect(id("Delete", "c")).toBe("delete-heal");
  expect(id("Delete")).toBe("delete");
  expect(id("+", "s")).toBe("zoom-in");
});

test("letters belong to text fields, arrows to what has the focus", () => {
  expect(actionForKey(press("d"), "field")).toBeUndefined();
  expect(actionForKey(press("z", "c"), "field")).toBeUndefined();
  expect(actionForKey(press("k", "c"), "field")?.id).toBe("commands");
  expect(actionForKey(press("ArrowLeft"), "elsewhere")).toBeUndefined();
  expect(actionForKey(press("ArrowLeft"), "canvas")?.id).toBe("move-left");
  expect(actionForKey(press("ArrowLeft", "a"), "canvas")?.id).toBe("walk-left");
});

test("copy, cut and paste wait for the browser, which brings the clipboard", () => {
  for (const key of ["c", "x", "v"]) expect(actionForKey(press(key, "c"), "canvas")).toBeUndefined();
});

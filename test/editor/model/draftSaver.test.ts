import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DocumentStore } from "../../../editor/model/documentStore.ts";
import { DraftSaver } from "../../../editor/model/draftSaver.ts";
import { renameFlow } from "../../../editor/model/nodeEdits.ts";
import { recoverDraft } from "../../../editor/model/recovery.ts";
import { ManualStore, MemoryMirror, sampleFlow } from "../sampleFlow.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const document = new DocumentStore(sampleFlow);
  const store = new ManualStore();
  const mirror = new MemoryMirror();
  const saver = new DraftSaver(document, 7, store, mirror);
  const states: string[] = [];
  saver.subscribe(() => states.push(saver.get().kind));
  const edit = (name: string) => document.transact("Rename", (flow) => renameFlow(flow, name));
  /** The pause after an edit, and whatever was waiting for it. */
  const pause = () => vi.advanceTimersByTimeAsync(600);
  const answer = async (number: number, what: Parameters<ManualStore["saves"][number]["answer"]>[0]) => {
    store.saves[number]!.answer(what);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { document, store, mirror, saver, states, edit, pause, answer };
}

test("edits are saved together after a pause, onto the revision they started from", async () => {
  const { store, saver, states, edit, pause, answer } = setUp();
  edit("A");
  edit("B");
  expect(store.saves).toHaveLength(0);
  expect(saver.get().kind).toBe("saving");
  await pause();
  expect(store.saves.map(({ flow, revision }) => [flow.name, revision])).toEqual([["B", 7]]);
  await answer(0, { kind: "saved", revision: 8 });
  expect(saver.revision).toBe(8);
  expect(states.at(-1)).toBe("saved");
});

test("edits during a save stay, are not called saved, and are saved next onto the new revision", async () => {
  const { document, store, saver, states, edit, pause, answer } = setUp();
  edit("A");
  await pause();
  edit("B");
  await pause();
  expect(store.saves).toHaveLength(1);
  await answer(0, { kind: "saved", revision: 8 });
  expect(document.get().name).toBe("B");
  expect(saver.get().kind).toBe("saving");
  expect(states).not.toContain("saved");
  await pause();
  expect(store.saves.map(({ flow, revision }) => [flow.name, revision])).toEqual([
    ["A", 7],
    ["B", 8],
  ]);
  await answer(1, { kind: "saved", revision: 9 });
  expect(saver.get().kind).toBe("saved");
});

test("unsaved edits are in the mirror until the server has confirmed them", async () => {
  const { mirror, edit, pause, answer } = setUp();
  edit("A");
  expect(mirror.read("sample")).toMatchObject({ revision: 7, flow: { name: "A" } });
  await pause();
  edit("B");
  await answer(0, { kind: "saved", revision: 8 });
  expect(mirror.read("sample")).toMatchObject({ revision: 8, flow: { name: "B" } });
  await pause();
  await answer(1, { kind: "saved", revision: 9 });
  expect(mirror.read("sample")).toBeUndefined();
});

test("while the runtime is away it tries again by itself", async () => {
  const { store, saver, edit, pause, answer } = setUp();
  edit("A");
  await pause();
  await answer(0, { kind: "offline" });
  expect(saver.get().kind).toBe("offline");
  await vi.advanceTimersByTimeAsync(3_000);
  expect(store.saves).toHaveLength(2);
  await answer(1, { kind: "saved", revision: 8 });
  expect(saver.get().kind).toBe("saved");
});

test("a refused save says why, and is tried again with the next edit", async () => {
  const { store, saver, edit, pause, answer } = setUp();
  edit("A");
  await pause();
  await answer(0, { kind: "failed", message: "too large" });
  expect(saver.get()).toEqual({ kind: "failed", message: "too large" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(store.saves).toHaveLength(1);
  edit("B");
  await pause();
  expect(store.saves).toHaveLength(2);
});

test("a conflict stops saving until the person keeps theirs or mine", async () => {
  const { store, saver, edit, pause, answer } = setUp();
  edit("A");
  await pause();
  await answer(0, { kind: "conflict", revision: 12 });
  edit("B");
  await pause();
  expect(store.saves).toHaveLength(1);
  expect(saver.get()).toEqual({ kind: "conflict", revision: 12 });
  const kept = saver.keepMine();
  expect(store.saves[1]).toMatchObject({ revision: 12, flow: { name: "B" } });
  await answer(1, { kind: "saved", revision: 13 });
  expect((await kept).kind).toBe("saved");
});

test("taking theirs ends a conflict without a save", async () => {
  const { document, store, saver, mirror, edit, pause, answer } = setUp();
  edit("A");
  await pause();
  await answer(0, { kind: "conflict", revision: 12 });
  document.transact("Take theirs", (flow) => renameFlow(flow, "Theirs"));
  saver.tookTheirs(12);
  await pause();
  expect(store.saves).toHaveLength(1);
  expect(saver.get().kind).toBe("saved");
  expect(mirror.read("sample")).toBeUndefined();
  document.undo();
  await pause();
  expect(store.saves[1]).toMatchObject({ revision: 12, flow: { name: "A" } });
});

test("undoing to what is saved needs no save", async () => {
  const { document, store, saver, edit, pause } = setUp();
  edit("A");
  document.undo();
  await pause();
  expect(store.saves).toHaveLength(0);
  expect(saver.get().kind).toBe("saved");
});

test("flush saves at once, after the save that is under way", async () => {
  const { store, saver, edit, pause, answer } = setUp();
  edit("A");
  await pause();
  edit("B");
  const flushed = saver.flush();
  await answer(0, { kind: "saved", revision: 8 });
  expect(store.saves).toHaveLength(2);
  await answer(1, { kind: "saved", revision: 9 });
  expect((await flushed).kind).toBe("saved");
  expect(saver.unsaved).toBe(false);
});

test("edits of an earlier visit come back, unless the draft has moved on or has them already", () => {
  const mirror = new MemoryMirror();
  expect(recoverDraft(sampleFlow, 7, mirror)).toEqual({ kind: "nothing" });
  const flow = renameFlow(sampleFlow, "Unsaved");
  mirror.keep({ flow, revision: 7 });
  expect(recoverDraft(sampleFlow, 7, mirror)).toEqual({ kind: "restore", flow });
  expect(recoverDraft(sampleFlow, 9, mirror)).toEqual({ kind: "ask", flow });
  expect(recoverDraft(structuredClone(flow), 8, mirror)).toEqual({ kind: "nothing" });
  expect(mirror.read("sample")).toBeUndefined();
});

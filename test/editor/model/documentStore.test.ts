import { expect, test } from "vitest";
import { DocumentStore } from "../../../editor/model/documentStore.ts";
import { moveNodes, renameFlow } from "../../../editor/model/nodeEdits.ts";
import { sampleFlow } from "../sampleFlow.ts";

const moveTo = (x: number) => (flow: typeof sampleFlow) => moveNodes(flow, new Map([["n1", [x, 0]]]));

test("undo and redo go through the same documents, with their labels", () => {
  const store = new DocumentStore(sampleFlow);
  store.transact("Rename flow", (flow) => renameFlow(flow, "Other"));
  store.transact("Move 1 node", moveTo(16));
  const last = store.get();
  expect(store.history.get()).toEqual({ undo: "Move 1 node", redo: undefined });
  expect(store.undo()).toBe("Move 1 node");
  expect(store.history.get()).toEqual({ undo: "Rename flow", redo: "Move 1 node" });
  expect(store.undo()).toBe("Rename flow");
  expect(store.get()).toBe(sampleFlow);
  expect(store.undo()).toBeUndefined();
  store.redo();
  store.redo();
  expect(store.get()).toBe(last);
  expect(store.redo()).toBeUndefined();
});

test("an edit after undo forgets what was undone", () => {
  const store = new DocumentStore(sampleFlow);
  store.transact("One", moveTo(16));
  store.undo();
  store.transact("Two", moveTo(32));
  expect(store.history.get()).toEqual({ undo: "Two", redo: undefined });
});

test("a change that changes nothing leaves no trace", () => {
  const store = new DocumentStore(sampleFlow);
  let told = 0;
  store.subscribe(() => told++);
  store.transact("Nothing", (flow) => renameFlow(flow, flow.name));
  expect(store.history.get().undo).toBeUndefined();
  expect(told).toBe(0);
});

test("transactions with one key are one entry until they are sealed or another comes between", () => {
  const store = new DocumentStore(sampleFlow);
  const key = { coalesceKey: "drag 1" };
  store.transact("Move", moveTo(16), key);
  store.transact("Move", moveTo(32), key);
  store.transact("Move", moveTo(48), key);
  store.undo();
  expect(store.get()).toBe(sampleFlow);
  store.redo();
  expect(store.get().layout.n1).toEqual([48, 0]);

  store.seal();
  store.transact("Move", moveTo(64), key);
  store.undo();
  expect(store.get().layout.n1).toEqual([48, 0]);

  store.transact("Rename", (flow) => renameFlow(flow, "X"));
  store.transact("Move", moveTo(80), key);
  store.undo();
  expect(store.get().layout.n1).toEqual([48, 0]);
  expect(store.get().name).toBe("X");
});

test("a run that was undone is not continued by the next transaction with its key", () => {
  const store = new DocumentStore(sampleFlow);
  const key = { coalesceKey: "drag 1" };
  store.transact("Rename", (flow) => renameFlow(flow, "X"), key);
  store.transact("Move", moveTo(16));
  store.undo();
  store.transact("Rename", (flow) => renameFlow(flow, "Y"), key);
  store.undo();
  expect(store.get().name).toBe("X");
});

test("at least 200 entries can be undone", () => {
  const store = new DocumentStore(sampleFlow);
  for (let step = 1; step <= 300; step++) store.transact(`Move ${step}`, moveTo(step));
  for (let step = 0; step < 200; step++) expect(store.undo()).toBeDefined();
});

test("watchers of the document find its labels up to date", () => {
  const store = new DocumentStore(sampleFlow);
  const labels: (string | undefined)[] = [];
  store.subscribe(() => labels.push(store.history.get().undo));
  store.transact("One", moveTo(16));
  store.undo();
  expect(labels).toEqual(["One", undefined]);
});

import { expect, test } from "vitest";
import { describeChanges } from "../../../editor/app/describeChanges.ts";
import {
  configureNode,
  deleteNodes,
  renameFlow,
  renameNode,
  setDisabled,
} from "../../../editor/model/nodeEdits.ts";
import { catalogue, sampleFlow } from "../sampleFlow.ts";

test("a changed setting is told by its title, before and after", () => {
  const after = configureNode(sampleFlow, "n2", { level: 27 });
  expect(describeChanges(sampleFlow, after, catalogue).changed).toEqual([
    { id: "n2", title: "Step", detail: "Level 1 → 27" },
  ]);
});

test("a setting that is left at its default is no change in words", () => {
  const after = configureNode(sampleFlow, "n2", {});
  expect(describeChanges(sampleFlow, after, catalogue).changed).toEqual([{ id: "n2", title: "Step" }]);
});

test("names, disabling and several things at once are told", () => {
  const after = setDisabled(renameNode(sampleFlow, "n3", "Third"), new Set(["n3"]), true);
  expect(describeChanges(sampleFlow, after, catalogue).changed).toEqual([
    { id: "n3", title: "Third", detail: "was “Second”, disabled" },
  ]);
});

test("what was removed keeps the names it had", () => {
  const changes = describeChanges(sampleFlow, deleteNodes(sampleFlow, new Set(["n3"])), catalogue);
  expect(changes.removed).toEqual([{ id: "n3", title: "Second" }]);
  expect(changes.wiresRemoved).toEqual(["Step → Second", "Second → Sink"]);
});

test("before the first deploy everything is added, and the flow itself is no change", () => {
  const changes = describeChanges(undefined, sampleFlow, catalogue);
  expect(changes.added).toHaveLength(5);
  expect(changes.wiresAdded).toHaveLength(3);
  expect(changes.others).toEqual([]);
  expect(describeChanges(sampleFlow, renameFlow(sampleFlow, "New"), catalogue).others).toEqual([
    "The flow was called “Sample”",
  ]);
});

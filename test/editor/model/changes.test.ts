import { expect, test } from "vitest";
import { changesBetween } from "../../../editor/model/changes.ts";
import { configureNode, deleteNodes, moveNodes, renameFlow } from "../../../editor/model/nodeEdits.ts";
import { connect } from "../../../editor/model/wireEdits.ts";
import { sampleFlow } from "../sampleFlow.ts";

test("moving cards is no change to deploy", () => {
  expect(changesBetween(sampleFlow, moveNodes(sampleFlow, new Map([["n1", [48, 48]]])))).toEqual([]);
  expect(changesBetween(sampleFlow, structuredClone(sampleFlow))).toEqual([]);
});

test("nodes and wires that were added, removed or changed are named", () => {
  const configured = configureNode(sampleFlow, "n2", { level: 9 });
  expect(changesBetween(sampleFlow, configured)).toEqual([{ kind: "changed", what: "node", id: "n2" }]);
  const without = deleteNodes(sampleFlow, new Set(["n4"]));
  expect(changesBetween(sampleFlow, without)).toEqual([
    { kind: "removed", what: "node", id: "n4" },
    { kind: "removed", what: "wire", id: "n3.out -> n4.in" },
  ]);
  const wired = connect(sampleFlow, { from: { node: "n1", port: "out" }, to: { node: "n5", port: "in" } });
  expect(changesBetween(sampleFlow, wired)).toEqual([{ kind: "added", what: "wire", id: "n1.out -> n5.in" }]);
});

test("the order of keys in a config is no change", () => {
  const a = configureNode(sampleFlow, "n2", { level: 1, other: { x: 1, y: 2 } });
  const b = configureNode(sampleFlow, "n2", { other: { y: 2, x: 1 }, level: 1 });
  expect(changesBetween(a, b)).toEqual([]);
});

test("another name of the flow is a change; before the first deploy everything is", () => {
  expect(changesBetween(sampleFlow, renameFlow(sampleFlow, "New"))).toEqual([
    { kind: "changed", what: "flow", id: "" },
  ]);
  expect(changesBetween(undefined, sampleFlow)).toHaveLength(8);
});

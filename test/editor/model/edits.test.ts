import { expect, test } from "vitest";
import {
  addNode,
  configureNode,
  deleteNodes,
  describeFlow,
  moveNodes,
  newNode,
  renameNode,
  setDisabled,
  setErrorPort,
} from "../../../editor/model/nodeEdits.ts";
import { freshIds } from "../../../editor/model/nodeIds.ts";
import { catalogue, sampleFlow } from "../sampleFlow.ts";

const node = (flow: typeof sampleFlow, id: string) => flow.nodes.find((each) => each.id === id);

test("a new node has the defaults of its schema, and a place", () => {
  const flow = addNode(sampleFlow, newNode(catalogue.get("step")!, "n6"), [16, 32]);
  expect(node(flow, "n6")).toEqual({ id: "n6", type: "step", version: 1, config: { level: 1 } });
  expect(flow.layout.n6).toEqual([16, 32]);
});

test("what an edit does not touch stays the same object", () => {
  const flow = renameNode(sampleFlow, "n2", "First");
  expect(flow.wires).toBe(sampleFlow.wires);
  expect(flow.layout).toBe(sampleFlow.layout);
  expect(node(flow, "n3")).toBe(node(sampleFlow, "n3"));
  expect(moveNodes(sampleFlow, new Map([["n1", [16, 16]]])).nodes).toBe(sampleFlow.nodes);
});

test("an edit that changes nothing returns the same document", () => {
  expect(renameNode(sampleFlow, "n3", " Second ")).toBe(sampleFlow);
  expect(moveNodes(sampleFlow, new Map([["n2", [320, 0]]]))).toBe(sampleFlow);
  expect(setDisabled(sampleFlow, new Set(["n1"]), false)).toBe(sampleFlow);
  expect(setErrorPort(sampleFlow, "n1", false)).toBe(sampleFlow);
  expect(configureNode(sampleFlow, "n9", {})).toBe(sampleFlow);
  expect(deleteNodes(sampleFlow, new Set(["n9"]))).toBe(sampleFlow);
  expect(describeFlow(sampleFlow, "")).toBe(sampleFlow);
});

test("an empty name gives a node its type's title back", () => {
  expect(node(renameNode(sampleFlow, "n3", "  "), "n3")).not.toHaveProperty("name");
});

test("deleting a node takes its wires and its place along", () => {
  const flow = deleteNodes(sampleFlow, new Set(["n2"]));
  expect(flow.nodes.map((each) => each.id)).toEqual(["n1", "n3", "n4", "n5"]);
  expect(flow.wires).toEqual(["n3.out -> n4.in"]);
  expect(flow.layout).not.toHaveProperty("n2");
});

test("enabling again leaves no mark in the document", () => {
  const off = setDisabled(sampleFlow, new Set(["n1", "n2"]), true);
  expect(node(off, "n1")?.disabled).toBe(true);
  expect(setDisabled(off, new Set(["n1", "n2"]), false)).toEqual(sampleFlow);
});

test("taking the error port away takes its wires along", () => {
  const on = setErrorPort(sampleFlow, "n2", true);
  const wired = { ...on, wires: [...on.wires, "n2.error -> n5.in"] };
  expect(setErrorPort(wired, "n2", false)).toEqual(sampleFlow);
});

test("new ids follow the highest one, of the draft and of what is deployed", () => {
  expect(freshIds(sampleFlow, 2, [])).toEqual(["n6", "n7"]);
  const deployed = addNode(sampleFlow, newNode(catalogue.get("step")!, "n41"), [0, 0]);
  expect(freshIds(sampleFlow, 1, [deployed])).toEqual(["n42"]);
  expect(freshIds({ ...sampleFlow, nodes: [] }, 1, [])).toEqual(["n1"]);
});

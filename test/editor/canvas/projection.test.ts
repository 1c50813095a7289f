import { expect, test } from "vitest";
import { Projection } from "../../../editor/canvas/projection.ts";
import { moveNodes, renameNode } from "../../../editor/model/nodeEdits.ts";
import { nothingSelected, selectNodes } from "../../../editor/model/selection.ts";
import { catalogue, sampleFlow } from "../sampleFlow.ts";

const nobody = new Set<string>();

function project(
  flow: typeof sampleFlow,
  selection = nothingSelected,
  live: ReadonlySet<string> = nobody,
  by = new Projection(catalogue),
) {
  return { nodes: by.nodes(flow, selection, live), edges: by.edges(flow, selection), by };
}

test("moving one card leaves every other card and wire the same object", () => {
  const { nodes, edges, by } = project(sampleFlow);
  const moved = project(moveNodes(sampleFlow, new Map([["n2", [400, 16]]])), nothingSelected, nobody, by);
  expect(moved.nodes.map((node, index) => node === nodes[index])).toEqual([true, false, true, true, true]);
  expect(moved.nodes[1]!.data).toBe(nodes[1]!.data);
  expect(moved.edges).toBe(edges);
});

test("nothing changed gives the same lists", () => {
  const { nodes, edges, by } = project(sampleFlow);
  const again = project({ ...sampleFlow, name: "Other" }, nothingSelected, nobody, by);
  expect(again.nodes).toBe(nodes);
  expect(again.edges).toBe(edges);
});

test("a rename and a selection touch their own card only", () => {
  const { nodes, by } = project(sampleFlow);
  const renamed = project(renameNode(sampleFlow, "n1", "X"), nothingSelected, nobody, by).nodes;
  expect(renamed.filter((node, index) => node !== nodes[index]).map((node) => node.id)).toEqual(["n1"]);
  const selected = project(sampleFlow, selectNodes(["n3"]), nobody, new Projection(catalogue)).nodes;
  expect(selected.filter((node) => node.selected).map((node) => node.id)).toEqual(["n3"]);
});

test("a deploy moves nothing: cards have their second row before it", () => {
  const draft = project(sampleFlow).nodes;
  const live = project(sampleFlow, nothingSelected, new Set(sampleFlow.nodes.map((node) => node.id))).nodes;
  expect(live.map((node) => node.height)).toEqual(draft.map((node) => node.height));
  const disabled = sampleFlow.nodes.map((node) => ({ ...node, disabled: true as const }));
  expect(project({ ...sampleFlow, nodes: disabled }).nodes[0]!.height).toBeLessThan(draft[0]!.height!);
});

test("sizes and handles are given, so that nothing has to be measured", () => {
  for (const node of project(sampleFlow).nodes) {
    expect(node.width).toBe(240);
    expect(node.measured).toEqual({ width: node.width, height: node.height });
    expect(node.handles).toHaveLength(node.data.ports.inputs.length + node.data.ports.outputs.length);
  }
});

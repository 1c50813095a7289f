import { expect, test } from "vitest";
import { copyNodes, pasteNodes } from "../../../editor/model/clipboard.ts";
import { emptyFlow, formatFlow } from "../../../runtime/core/flow/document.ts";
import { sampleFlow } from "../sampleFlow.ts";

const pasted = (result: ReturnType<typeof pasteNodes>) => {
  if (result.kind === "refused") throw new Error(result.reason);
  return result;
};
const reason = (text: string) => {
  const result = pasteNodes(sampleFlow, text, []);
  return result.kind === "refused" ? result.reason : "pasted";
};

test("a copy holds the chosen nodes and the wires among them", () => {
  const text = JSON.parse(copyNodes(sampleFlow, new Set(["n2", "n3"])));
  expect(text.nodes.map((node: { id: string }) => node.id)).toEqual(["n2", "n3"]);
  expect(text.wires).toEqual(["n2.out -> n3.in"]);
  expect(Object.keys(text.layout)).toEqual(["n2", "n3"]);
});

test("what is pasted has new ids, its wires follow, and it stands beside what it was made from", () => {
  const { flow, ids } = pasted(pasteNodes(sampleFlow, copyNodes(sampleFlow, new Set(["n2", "n3"])), []));
  expect(ids).toEqual(["n6", "n7"]);
  expect(flow.nodes.at(-1)).toEqual({ ...sampleFlow.nodes[2], id: "n7" });
  expect(flow.wires.at(-1)).toBe("n6.out -> n7.in");
  expect(flow.layout.n6).toEqual([352, 32]);
});

test("pasting twice does not hide the first copy", () => {
  const text = copyNodes(sampleFlow, new Set(["n2"]));
  const once = pasted(pasteNodes(sampleFlow, text, [])).flow;
  const twice = pasted(pasteNodes(once, text, [])).flow;
  expect(twice.layout.n7).toEqual([384, 64]);
});

test("nodes can be pasted into another flow, at a place", () => {
  const text = copyNodes(sampleFlow, new Set(["n2", "n3"]));
  const { flow } = pasted(pasteNodes(emptyFlow("other", "Other"), text, [], [100, 200]));
  expect(flow.id).toBe("other");
  expect(flow.layout).toEqual({ n1: [100, 200], n2: [420, 200] });
});

test("a whole exported flow can be pasted", () => {
  expect(pasted(pasteNodes(emptyFlow("other", "Other"), formatFlow(sampleFlow), [])).flow.nodes).toHaveLength(
    5,
  );
});

test("ids of what is deployed are not given away", () => {
  const { ids } = pasted(
    pasteNodes(emptyFlow("other", "Other"), copyNodes(sampleFlow, new Set(["n2"])), [sampleFlow]),
  );
  expect(ids).toEqual(["n6"]);
});

test("foreign text is refused with a reason", () => {
  expect(reason("")).toBe("The clipboard is empty.");
  expect(reason("hello")).toContain("other text");
  expect(reason("{")).toContain("not a flow");
  expect(reason('{"format": 1}')).toContain("not a flow");
  expect(reason("[1]")).toContain("other text");
  expect(reason(formatFlow(emptyFlow("e", "E")))).toContain("no nodes");
});

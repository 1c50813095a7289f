import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  addNodeAt,
  addNodeFrom,
  addNodeInWire,
  addNodeNear,
  configure,
  connectPorts,
  deleteSelection,
  paste,
  rename,
  toggleDisabled,
  wireToNode,
} from "../../../editor/model/commands.ts";
import { selectNodes } from "../../../editor/model/selection.ts";
import { catalogue, openSession, sampleFlow } from "../sampleFlow.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const deployed = { version: 3, live: true, flow: sampleFlow };

test("an added node is selected, joined with the port it came from, and one undo takes both away", () => {
  const session = openSession();
  const id = addNodeAt(session, catalogue.get("step")!, [16, 16], {
    node: "n5",
    port: "out",
    side: "output",
  });
  expect(session.document.get().wires).toContain(`n5.out -> ${id}.in`);
  expect([...session.selection.get().nodes]).toEqual([id]);
  session.document.undo();
  expect(session.document.get()).toBe(sampleFlow);
  expect(session.selection.get().nodes.size).toBe(0);
});

test("a node added by keyboard stands right of the selected one and covers nothing", () => {
  const session = openSession();
  session.selection.set(selectNodes(["n5"]));
  const id = addNodeNear(session, catalogue.get("step")!, [0, 0]);
  expect(session.document.get().layout[id]).toEqual([320, 320]);
});

test("a node added from a port is joined with it, beside its card or where it was dropped, over no card", () => {
  const session = openSession();
  const step = catalogue.get("step")!;
  const beside = addNodeFrom(session, step, { node: "n5", port: "out", side: "output" });
  expect(session.document.get().layout[beside]).toEqual([320, 320]);
  expect(session.document.get().wires).toContain(`n5.out -> ${beside}.in`);
  const before = addNodeFrom(session, step, { node: "n4", port: "in", side: "input" });
  expect(session.document.get().layout[before]![0]).toBe(640);
  expect(session.document.get().layout[before]![1]).toBeGreaterThan(0);
  const dropped = addNodeFrom(session, step, { node: "n1", port: "out", side: "output" }, [480, 640]);
  expect(session.document.get().layout[dropped]).toEqual([480, 640]);
});

test("a node dropped on a wire goes into it", () => {
  const session = openSession();
  const id = addNodeInWire(session, catalogue.get("step")!, [160, 0], "n1.out -> n2.in");
  expect(session.document.get().wires).toEqual(
    expect.arrayContaining([`n1.out -> ${id}.in`, `${id}.out -> n2.in`]),
  );
  expect(session.document.get().wires).not.toContain("n1.out -> n2.in");
});

test("a refused wire says why and changes nothing", () => {
  const session = openSession();
  const problem = connectPorts(session, {
    from: { node: "n5", port: "out" },
    to: { node: "n4", port: "in" },
  });
  expect(problem).toMatch(/number/);
  expect(session.document.get()).toBe(sampleFlow);
  expect(wireToNode(session, { node: "n5", port: "out", side: "output" }, "n1")).toHaveProperty("problem");
  expect(wireToNode(session, { node: "n5", port: "out", side: "output" }, "n2")).toHaveProperty("wire");
});

test("typing in a field is one entry, another field another", () => {
  const session = openSession();
  configure(session, "n2", { level: 2 });
  configure(session, "n2", { level: 23 });
  rename(session, "n2", "W");
  rename(session, "n2", "Wa");
  session.document.undo();
  expect(session.document.get().nodes[1]).toEqual({ ...sampleFlow.nodes[1], config: { level: 23 } });
  session.document.undo();
  expect(session.document.get()).toBe(sampleFlow);
});

test("problems follow the document after a pause, by node and by wire", () => {
  const session = openSession();
  expect(session.problems.get().all.filter((each) => each.severity === "error")).toEqual([]);
  configure(session, "n2", { level: "high" });
  vi.advanceTimersByTime(500);
  const problems = session.problems.get();
  expect(problems.byNode.get("n2")?.[0]).toMatchObject({ severity: "error", field: "/level" });
  session.document.transact("Break", (flow) => ({ ...flow, wires: [...flow.wires, "n1.gone -> n5.in"] }));
  vi.advanceTimersByTime(500);
  expect([...session.problems.get().byWire.keys()]).toEqual(["n1.gone -> n5.in"]);
  expect(session.problems.get().byNode.get("n2")).toBe(problems.byNode.get("n2"));
});

test("what is not deployed is listed, and changed cards are marked after the first deploy only", () => {
  const fresh = openSession();
  rename(fresh, "n2", "Changed");
  expect(fresh.changedNodes.get().size).toBe(0);
  const session = openSession(sampleFlow, deployed);
  expect(session.changes.get()).toEqual([]);
  session.selection.set(selectNodes(["n3"]));
  toggleDisabled(session);
  expect(session.changes.get()).toHaveLength(1);
  expect([...session.changedNodes.get()]).toEqual(["n3"]);
  session.deployment.set({ version: 4, live: true, flow: session.document.get() });
  expect(session.changes.get()).toEqual([]);
  expect(session.changedNodes.get().size).toBe(0);
});

test("nodes run while the flow is live, but for the disabled ones", () => {
  const session = openSession(sampleFlow, deployed);
  expect([...session.liveNodes.get()]).toEqual(["n1", "n2", "n3", "n4", "n5"]);
  session.deployment.set({ ...deployed, live: false });
  expect(session.liveNodes.get().size).toBe(0);
});

test("deleted nodes leave the selection", () => {
  const session = openSession();
  session.selection.set({ nodes: new Set(["n2"]), wires: new Set(["n1.out -> n2.in", "n3.out -> n4.in"]) });
  deleteSelection(session);
  expect(session.selection.get().nodes.size).toBe(0);
  expect(session.document.get().wires).toEqual([]);
});

test("a flow without places is laid out when it is opened, which is not an edit", () => {
  const session = openSession({ ...sampleFlow, layout: {} });
  const { layout } = session.document.get();
  expect(layout.n1![0]).toBeLessThan(layout.n2![0]);
  expect(session.saver.unsaved).toBe(false);
  expect(session.document.history.get().undo).toBeUndefined();
});

test("a replaced document keeps the flow's id and is one undo away", () => {
  const session = openSession();
  session.replace("Import", { ...sampleFlow, id: "other", nodes: [], wires: [], layout: {} });
  expect(session.id).toBe("sample");
  expect(session.document.undo()).toBe("Import");
  expect(session.document.get()).toBe(sampleFlow);
});

test("refused text is not pasted", () => {
  const session = openSession();
  expect(paste(session, "hello")).toContain("other text");
  expect(session.document.get()).toBe(sampleFlow);
});

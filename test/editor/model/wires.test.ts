import { expect, test } from "vitest";
import { knownPorts, portsOf, wiredPorts } from "../../../editor/model/ports.ts";
import {
  compatibleTypes,
  compatibleWires,
  connect,
  deleteAndHeal,
  deleteWires,
  spliceNode,
} from "../../../editor/model/wireEdits.ts";
import { formatWire } from "../../../runtime/core/flow/document.ts";
import { catalogue, sampleFlow } from "../sampleFlow.ts";

test("connecting adds a wire once", () => {
  const wire = { from: { node: "n1", port: "out" }, to: { node: "n5", port: "in" } };
  const flow = connect(sampleFlow, wire);
  expect(flow.wires.at(-1)).toBe("n1.out -> n5.in");
  expect(connect(flow, wire)).toBe(flow);
});

test("deleting a node in a row joins its neighbours when asked to heal", () => {
  const flow = deleteAndHeal(sampleFlow, new Set(["n2"]), catalogue);
  expect(flow.wires).toEqual(["n3.out -> n4.in", "n1.out -> n3.in"]);
});

test("healing reaches over several deleted nodes", () => {
  const flow = deleteAndHeal(sampleFlow, new Set(["n2", "n3"]), catalogue);
  expect(flow.wires).toEqual(["n1.out -> n4.in"]);
});

test("healing does not join what may not be joined", () => {
  const texts = { ...sampleFlow, wires: ["n1.out -> n5.in", "n5.out -> n2.in", "n2.out -> n4.in"] };
  expect(deleteAndHeal(texts, new Set(["n2"]), catalogue).wires).toEqual(["n1.out -> n5.in"]);
});

test("compatible wires leave out loops, wires that exist, and payloads that do not fit", () => {
  const to = (id: string) =>
    compatibleWires(sampleFlow, { node: id, port: "out", side: "output" }, catalogue).map(
      (wire) => wire.to.node,
    );
  expect(to("n1")).toEqual(["n3", "n4", "n5"]);
  expect(to("n3")).toEqual(["n5"]);
  expect(to("n5")).toEqual(["n2", "n3"]);
  const from = compatibleWires(sampleFlow, { node: "n4", port: "in", side: "input" }, catalogue);
  expect(from.map((wire) => wire.from.node)).toEqual(["n1", "n2"]);
});

test("compatible types come with the wire to their first port that fits", () => {
  const found = compatibleTypes(sampleFlow, { node: "n5", port: "out", side: "output" }, catalogue, "n6");
  expect(found.map(({ type }) => type.type)).toEqual(["step", "words"]);
  expect(formatWire(found[0]!.wire)).toBe("n5.out -> n6.in");
});

test("splicing puts a node into a wire, or leaves everything when it does not fit", () => {
  const spliced = spliceNode(sampleFlow, "n1.out -> n2.in", "n5", catalogue);
  expect(spliced.wires).toEqual(["n2.out -> n3.in", "n3.out -> n4.in", "n1.out -> n5.in", "n5.out -> n2.in"]);
  expect(spliceNode(sampleFlow, "n3.out -> n4.in", "n5", catalogue)).toBe(sampleFlow);
});

test("wires to ports that are gone show as missing ports", () => {
  const broken = { ...sampleFlow, wires: ["n1.old -> n2.in", "n1.out -> n2.other"] };
  const wired = wiredPorts(broken);
  const [n1, n2] = broken.nodes;
  expect(
    portsOf(n1!, catalogue.get("source"), wired).outputs.map((port) => [port.name, port.missing]),
  ).toEqual([
    ["out", undefined],
    ["old", true],
  ]);
  expect(portsOf(n2!, catalogue.get("step"), wired).inputs.map((port) => port.name)).toEqual(["in", "other"]);
  expect(portsOf(n2!, undefined, wired).inputs.map((port) => port.name)).toEqual(["in", "other"]);
  expect(knownPorts(n1!, catalogue).outputs).toHaveLength(1);
});

test("deleting wires that are not there changes nothing", () => {
  expect(deleteWires(sampleFlow, new Set(["n9.out -> n1.in"]))).toBe(sampleFlow);
  expect(deleteWires(sampleFlow, new Set(["n1.out -> n2.in"])).wires).toHaveLength(2);
});

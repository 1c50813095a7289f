import { describe, expect, it } from "vitest";
import { configureNode } from "../../../editor/model/nodeEdits.ts";
import { followPorts } from "../../../editor/model/renamedPorts.ts";
import merge from "../../../nodes/merge.ts";
import switchNode from "../../../nodes/switch.ts";
import { createCatalogue } from "../../../runtime/core/catalogue.ts";
import { type FlowDocument, flowFormat } from "../../../runtime/core/flow/document.ts";

const catalogue = createCatalogue([merge, switchNode]);

const flow: FlowDocument = {
  format: flowFormat,
  id: "f",
  name: "f",
  nodes: [
    { id: "s", type: "switch", version: 1, config: { rules: [{ test: "true" }, { test: "empty" }] } },
    { id: "m", type: "merge", version: 1, config: { inputs: ["first", "second"] } },
  ],
  wires: ["s.rule1 -> m.first", "s.rule2 -> m.second", "m.out -> x.in"],
  layout: {},
  tests: [],
};

const wiresWith = (inputs: readonly string[], before = flow) => {
  const after = configureNode(before, "m", { inputs });
  return followPorts(before, after, "m", catalogue).wires.slice(0, 2);
};

describe("wires of a node whose ports are called as people say", () => {
  it("follow a port that gets another name", () => {
    expect(wiresWith(["supply", "second"])).toEqual(["s.rule1 -> m.supply", "s.rule2 -> m.second"]);
    expect(wiresWith(["", "second"])).toEqual(["s.rule1 -> m.in1", "s.rule2 -> m.second"]);
  });

  it("follow through a name that is there already while it is typed", () => {
    const typed = ["s", "se", "sec", "second", "seconds"].reduce((before, name) => {
      const after = configureNode(before, "m", { inputs: [name, "second"] });
      return followPorts(before, after, "m", catalogue);
    }, flow);
    expect(typed.wires.slice(0, 2)).toEqual(["s.rule1 -> m.seconds", "s.rule2 -> m.second"]);
  });

  it("stay with the name when ports are moved, added or removed", () => {
    for (const inputs of [["second", "first"], ["new", "first", "second"], ["second"]]) {
      expect(wiresWith(inputs)).toEqual(flow.wires.slice(0, 2));
    }
  });

  it("leave a document alone that has nothing to follow", () => {
    const after = configureNode(flow, "m", { inputs: ["first", "second"], order: "arrival" });
    expect(followPorts(flow, after, "m", catalogue)).toBe(after);
    expect(followPorts(flow, flow, "nobody", catalogue)).toBe(flow);
  });
});

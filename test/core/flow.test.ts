/** Flow documents from untrusted JSON: every mistake is named and located, nothing throws. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnyNodeType, config, defineNode, field } from "../../runtime/core/api.ts";
import { createCatalogue } from "../../runtime/core/catalogue.ts";
import {
  emptyFlow,
  type FlowDocument,
  formatFlow,
  formatWire,
  parseWire,
} from "../../runtime/core/flow/document.ts";
import { parseFlow, parseFlowText } from "../../runtime/core/flow/parse.ts";
import { limits } from "../../runtime/core/limits.ts";
import { connectionProblem } from "../../runtime/core/plan/connect.ts";
import { validateFlow } from "../../runtime/core/plan/validate.ts";
import { testPlatform } from "../harness/platform.ts";

const source: AnyNodeType = defineNode({
  type: "source",
  version: 2,
  migrate: { 1: ({ wait, ...rest }) => ({ ...rest, every: wait }) },
  category: "devices",
  title: "Source",
  purpose: "",
  icon: "",
  config: config({
    every: field.duration({ title: "Every", default: "5s" }),
    level: field.optional(field.number({ title: "Level", minimum: 0 })),
    mode: field.choice({ title: "Mode", labels: { plain: "Plain", keyed: "Keyed" }, default: "plain" }),
    by: field.optional(field.expression({ title: "By", visibleIf: { mode: ["keyed"] } })),
    topic: field.topic({ title: "Topic", default: "a/{b}", topic: { levels: true, wildcards: true } }),
    rules: field.list(field.group({ when: field.text({ title: "When", minLength: 1 }) }, { title: "Rule" }), {
      title: "Rules",
      default: [],
    }),
  }),
  docs: "",
  examples: [],
  inputs: [],
  outputs: [{ name: "out", title: "out", payload: "number" }],
  summary: () => "",
  stateVersion: 1,
  operator: () => ({ onMessage: () => undefined }),
});

const sink: AnyNodeType = {
  ...source,
  type: "sink",
  title: "Sink",
  config: config({}),
  inputs: [{ name: "in", title: "in" }],
  outputs: [{ name: "out", title: "out" }],
};
const objects: AnyNodeType = {
  ...sink,
  type: "objects",
  title: "Objects",
  inputs: [{ name: "in", title: "in", payload: "object" }],
};
const catalogue = createCatalogue([source, sink, objects]);

function flow(
  nodes: [id: string, type: string, config?: object, version?: number][],
  wires: string[] = [],
): FlowDocument {
  return {
    ...emptyFlow("f", "F"),
    nodes: nodes.map(([id, type, given = {}, version = 2]) => ({ id, type, version, config: { ...given } })),
    wires,
  };
}

function problems(document: FlowDocument): string[] {
  return validateFlow(document, catalogue, testPlatform)
    .filter((each) => each.severity === "error")
    .map((each) => `${each.code} ${each.node ?? ""}${each.field ?? ""}`);
}

describe("parseFlow", () => {
  it("reads back what formatFlow writes", () => {
    const document = flow([["a", "source", { every: "1s" }]], []);
    expect(parseFlowText(formatFlow(document))).toEqual({ flow: document, diagnostics: [] });
  });

  it("writes equal documents as equal text, whatever the order of keys", () => {
    const document = {
      ...flow([
        ["a", "source"],
        ["b", "sink"],
      ]),
      layout: { b: [1, 2], a: [3, 4] },
    } as FlowDocument;
    const shuffled = JSON.parse(JSON.stringify(document), (_key, value) =>
      value && typeof value === "object" && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    ) as FlowDocument;
    expect(formatFlow(parseFlow(shuffled).flow!)).toBe(formatFlow(document));
  });

  it.each([
    ["not JSON", "{", "FLOW_NOT_JSON"],
    ["a list", "[]", "FLOW_SHAPE"],
    ["no format", "{}", "FLOW_SHAPE"],
    ["a newer format", '{"format": 99}', "FLOW_FORMAT_NEWER"],
    ["a bad id", JSON.stringify({ ...emptyFlow("a/b", "F") }), "FLOW_SHAPE"],
    ["a bad wire", JSON.stringify({ ...emptyFlow("a", "F"), wires: ["a to b"] }), "WIRE_SHAPE"],
    ["a bad place", JSON.stringify({ ...emptyFlow("a", "F"), layout: { a: [1] } }), "FLOW_SHAPE"],
    ["a node without id", JSON.stringify({ ...emptyFlow("a", "F"), nodes: [{}] }), "NODE_ID"],
    [
      "too many nodes",
      JSON.stringify({ ...emptyFlow("a", "F"), nodes: Array(10_000).fill({}) }),
      "FLOW_TOO_LARGE",
    ],
    [
      "deep nesting",
      JSON.stringify({ ...emptyFlow("a", "F") }).replace(
        '"tests":[]',
        `"tests":${"[".repeat(500)}${"]".repeat(500)}`,
      ),
      "FLOW_TOO_DEEP",
    ],
    ["a number that no number holds", '{"format":1e999}', "FLOW_NOT_JSON"],
  ])("refuses %s", (_name, text, code) => {
    const { flow: parsed, diagnostics } = parseFlowText(text);
    expect(parsed).toBeUndefined();
    expect(diagnostics[0]).toMatchObject({ severity: "error", code });
  });

  it("refuses two nodes with one id, naming it", () => {
    expect(
      parseFlow(
        flow([
          ["a", "sink"],
          ["a", "sink"],
        ]),
      ).diagnostics[0],
    ).toMatchObject({ code: "NODE_ID", node: "a" });
  });

  it("warns of fields it will not keep", () => {
    const { flow: parsed, diagnostics } = parseFlow({ ...emptyFlow("a", "F"), colour: "red" });
    expect(parsed).toBeDefined();
    expect(diagnostics).toMatchObject([{ severity: "warning", code: "FLOW_UNKNOWN_FIELD" }]);
  });

  it("never throws, whatever it is given", () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom("nodes", "wires", "layout", "id", "name", "tests"),
        (value, name) => {
          const { flow: parsed, diagnostics } = parseFlow({ ...emptyFlow("a", "F"), [name]: value });
          expect(parsed !== undefined || diagnostics.length > 0).toBe(true);
        },
      ),
    );
  });
});

describe("wires", () => {
  it("are one line of text", () => {
    const wire = parseWire("a.out -> b.in")!;
    expect(wire).toEqual({ from: { node: "a", port: "out" }, to: { node: "b", port: "in" } });
    expect(formatWire(wire)).toBe("a.out -> b.in");
    expect(parseWire("a.out => b.in")).toBeUndefined();
  });

  it("are refused with a reason a person understands", () => {
    const document = flow(
      [
        ["a", "source"],
        ["b", "sink"],
        ["c", "sink"],
        ["o", "objects"],
      ],
      ["a.out -> b.in", "b.out -> c.in"],
    );
    const why = (text: string) => connectionProblem(document, parseWire(text)!, catalogue);
    expect(why("a.out -> c.in")).toBeUndefined();
    expect(why("a.out -> b.in")).toContain("already joined");
    expect(why("c.out -> b.in")).toContain("loop");
    expect(why("b.out -> b.in")).toContain("itself");
    expect(why("b.out -> a.in")).toContain("takes no input");
    expect(why("a.nope -> b.in")).toContain("nope");
    expect(why("a.out -> o.in")).toContain("numbers");
  });
});

describe("validateFlow", () => {
  it("finds nothing wrong with a good flow, defaults and older settings included", () => {
    expect(
      problems(
        flow(
          [
            ["a", "source", { wait: "3 s" }, 1],
            ["b", "sink"],
          ],
          ["a.out -> b.in"],
        ),
      ),
    ).toEqual([]);
  });

  it.each([
    ["a missing type", flow([["a", "gone"]]), "NODE_TYPE_UNKNOWN a"],
    ["newer settings", flow([["a", "source", {}, 3]]), "NODE_VERSION_NEWER a"],
    ["a wrong duration", flow([["a", "source", { every: "soon" }]]), "CONFIG a/every"],
    ["a number out of range", flow([["a", "source", { level: -1 }]]), "CONFIG a/level"],
    ["a text for a number", flow([["a", "source", { level: "1" }]]), "CONFIG a/level"],
    ["an unknown choice", flow([["a", "source", { mode: "odd" }]]), "CONFIG a/mode"],
    ["a wrong topic", flow([["a", "source", { topic: "a+b" }]]), "CONFIG a/topic"],
    ["a visible expression", flow([["a", "source", { mode: "keyed", by: "((" }]]), "CONFIG_EXPRESSION a/by"],
    ["a hole in a list", flow([["a", "source", { rules: [{ when: "x" }, {}] }]]), "CONFIG a/rules/1/when"],
    ["an unknown setting", flow([["a", "source", { colour: 1 }]]), "CONFIG a/colour"],
    ["a wire to nowhere", flow([["a", "source"]], ["a.out -> b.in"]), "WIRE_END a"],
    [
      "a wire to a missing port",
      flow(
        [
          ["a", "source"],
          ["b", "sink"],
        ],
        ["a.out -> b.nope"],
      ),
      "WIRE_REFUSED b",
    ],
    [
      "a loop",
      flow(
        [
          ["a", "sink"],
          ["b", "sink"],
        ],
        ["a.out -> b.in", "b.out -> a.in"],
      ),
      "WIRE_REFUSED a",
    ],
  ])("locates %s", (_name, document, expected) => {
    expect(problems(document)).toContain(expected);
  });

  it("does not check a field that is hidden", () => {
    expect(problems(flow([["a", "source", { mode: "plain", by: "((" }]]))).toEqual([]);
  });

  it("takes an optional text that was emptied as not given", () => {
    expect(problems(flow([["a", "source", { mode: "keyed", by: "" }]]))).toEqual([]);
  });

  it("warns, and only warns, of a node that nothing reaches", () => {
    const found = validateFlow(
      flow([
        ["a", "source"],
        ["b", "sink"],
      ]),
      catalogue,
      testPlatform,
    );
    expect(found).toMatchObject([{ severity: "warning", code: "NODE_UNREACHED", node: "b" }]);
  });

  it("says nothing of a node that starts by itself, whatever else it could be asked", () => {
    const clock: AnyNodeType = {
      ...catalogue.get("sink")!,
      type: "clock",
      inputs: [{ name: "now", title: "now", optional: true }],
    };
    const sources = createCatalogue([clock]);
    expect(validateFlow(flow([["a", "clock"]]), sources, testPlatform)).toEqual([]);
  });

  it("bounds a chain, and what it says", () => {
    const nodes = Array.from({ length: limits.chainLengthMax + 1 }, (_, index): [string, string] => [
      `n${index}`,
      "sink",
    ]);
    const wires = nodes.slice(1).map(([id], index) => `n${index}.out -> ${id}.in`);
    expect(problems(flow(nodes, wires))).toContain("FLOW_TOO_DEEP ");
    const broken = flow(Array.from({ length: 1_000 }, (_, index): [string, string] => [`n${index}`, "gone"]));
    expect(problems(broken)).toHaveLength(limits.diagnosticsMax);
  });
});

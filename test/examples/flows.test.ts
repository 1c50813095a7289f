/** The example flows and the templates are documents people start from: they must be whole, and do what they say. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nodeTypes } from "../../nodes/index.ts";
import { createCatalogue } from "../../runtime/core/catalogue.ts";
import { type FlowDocument, formatFlow, parseWire } from "../../runtime/core/flow/document.ts";
import { parseFlowText } from "../../runtime/core/flow/parse.ts";
import { validateFlow } from "../../runtime/core/plan/validate.ts";
import { testPlatform } from "../harness/platform.ts";

const examples = join(import.meta.dirname, "../../examples");
const catalogue = createCatalogue(nodeTypes);

interface Template {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly flow: FlowDocument;
}

const flowFiles = readdirSync(join(examples, "flows"));
const templateFiles = readdirSync(join(examples, "templates"));

function flowIn(file: string): FlowDocument {
  return JSON.parse(readFileSync(join(examples, "flows", file), "utf8"));
}

function templateIn(file: string): Template {
  return JSON.parse(readFileSync(join(examples, "templates", file), "utf8"));
}

const documents: readonly (readonly [string, FlowDocument])[] = [
  ...flowFiles.map((file) => [file, flowIn(file)] as const),
  ...templateFiles.map((file) => [file, templateIn(file).flow] as const),
];

test("there are two example flows and at least four templates", () => {
  expect(flowFiles.sort()).toEqual(["forgotten-lights.flow.json", "occupancy-setback.flow.json"]);
  expect(templateFiles.length).toBeGreaterThanOrEqual(4);
});

test.each(flowFiles)("%s is written as Millrace writes it, so that saving it changes nothing", (file) => {
  const text = readFileSync(join(examples, "flows", file), "utf8");
  expect(formatFlow(flowIn(file))).toBe(text);
});

test.each(templateFiles)("template %s says what it is", (file) => {
  const { id, title, description } = templateIn(file);
  expect(file).toBe(`${id}.json`);
  expect(title.length).toBeLessThan(60);
  expect(description).toMatch(/\.$/);
});

describe.each(documents)("%s", (_file, flow) => {
  test("has no mistakes and raises no warnings", () => {
    const { flow: parsed, diagnostics } = parseFlowText(formatFlow(flow));
    expect(diagnostics).toEqual([]);
    expect(validateFlow(parsed!, catalogue, testPlatform)).toEqual([]);
  });

  test("names every node in the words of its rule", () => {
    for (const node of flow.nodes) {
      expect(node.name, node.id).toBeTruthy();
      expect(node.name).not.toBe(catalogue.get(node.type)?.title);
    }
  });

  test("lies on the grid, fits a small canvas at full size and overlaps nowhere", () => {
    const places = flow.nodes.map(({ id }) => flow.layout[id]!);
    for (const [index, [x, y]] of places.entries()) {
      expect([x % 16, y % 16]).toEqual([0, 0]);
      expect(x + cardWidth).toBeLessThanOrEqual(576);
      expect(y + cardHeight).toBeLessThanOrEqual(512);
      for (const [otherX, otherY] of places.slice(index + 1)) {
        expect(Math.abs(x - otherX) >= cardWidth || Math.abs(y - otherY) >= cardHeight).toBe(true);
      }
    }
  });

  test("leaves no node unwired except its notes", () => {
    const wired = new Set(
      flow.wires.flatMap((text) => {
        const wire = parseWire(text)!;
        return [wire.from.node, wire.to.node];
      }),
    );
    expect(flow.nodes.filter(({ id }) => !wired.has(id)).every(({ type }) => type === "comment")).toBe(true);
  });
});

const cardWidth = 240;
/** A running card with air below. */
const cardHeight = 112;

import { describe, expect, it } from "vitest";
import { parseMarkdown } from "../../../editor/panels/markdown.ts";
import { nodeTypes } from "../../../nodes/index.ts";

const text = (value: string) => ({ kind: "text", text: value });

describe("parseMarkdown", () => {
  it("reads paragraphs with emphasis and code", () => {
    expect(parseMarkdown("A **b** and *c*\nand `d`.")).toEqual([
      {
        kind: "paragraph",
        text: [
          text("A "),
          { kind: "strong", text: "b" },
          text(" and "),
          { kind: "emphasis", text: "c" },
          text(" and "),
          { kind: "code", text: "d" },
          text("."),
        ],
      },
    ]);
  });

  it("reads headings, lists, quotes and tables", () => {
    const kinds = parseMarkdown(
      "# T\n- a\n- b\n  more\n\n1. x\n\n> q\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    ).map((each) => each.kind);
    expect(kinds).toEqual(["heading", "list", "list", "quote", "table"]);
  });

  it("goes on with an item on indented lines", () => {
    expect(parseMarkdown("- a\n  b")).toEqual([{ kind: "list", ordered: false, items: [[text("a b")]] }]);
  });

  it("keeps code as it stands, fenced or indented", () => {
    expect(parseMarkdown("```\n# a\n  b\n```")).toEqual([{ kind: "code", text: "# a\n  b" }]);
    expect(parseMarkdown("x\n\n    a  b\n\n    c\n\ny")[1]).toEqual({ kind: "code", text: "a  b\n\nc" });
  });

  it("removes the indentation of the source file it is written in", () => {
    expect(parseMarkdown("\n  # T\n  text\n")).toMatchObject([{ kind: "heading" }, { kind: "paragraph" }]);
  });

  it("never makes a link of anything but the web", () => {
    expect(parseMarkdown("[x](https://a.b)")).toEqual([
      { kind: "paragraph", text: [{ kind: "link", text: "x", href: "https://a.b" }] },
    ]);
    expect(parseMarkdown("[x](javascript://x/%0aalert)")).toEqual([
      { kind: "paragraph", text: [text("[x](javascript://x/%0aalert)")] },
    ]);
  });

  it("leaves HTML as text", () => {
    expect(parseMarkdown("<b>hi</b>")).toEqual([{ kind: "paragraph", text: [text("<b>hi</b>")] }]);
  });

  it("comes to an end on broken input", () => {
    for (const source of ["```", "| a", "|a|\n|-", "#", ">", "- ", "    ", "**", "|\n|-|"]) {
      expect(Array.isArray(parseMarkdown(source))).toBe(true);
    }
  });

  it("reads the docs of every node type", () => {
    for (const { type, docs } of nodeTypes) expect(parseMarkdown(docs).length, type).toBeGreaterThan(0);
  });
});

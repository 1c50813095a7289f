import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emptyFlow, type FlowDocument, formatFlow } from "../../runtime/core/flow/document.ts";
import { readFlowFolder } from "../../runtime/flows/folder.ts";

function parseText(text: string) {
  if (text.startsWith("{")) return { flow: JSON.parse(text) as FlowDocument, diagnostics: [] };
  return { diagnostics: [{ severity: "error" as const, code: "JSON", message: "Line 1: not JSON." }] };
}

test("every json file is read by name, and a bad one names itself and stops no other", () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-folder-"));
  const a = emptyFlow("a", "A");
  const b = emptyFlow("b", "B");
  writeFileSync(join(folder, "1.json"), formatFlow(b));
  writeFileSync(join(folder, "2.json"), "torn");
  writeFileSync(join(folder, "3.flow.json"), formatFlow(a));
  writeFileSync(join(folder, "4.json"), formatFlow(b));
  writeFileSync(join(folder, "notes.md"), "");
  mkdirSync(join(folder, "5.json"));
  expect(readFlowFolder(folder, parseText)).toEqual([
    { file: join(folder, "1.json"), flow: b },
    { file: join(folder, "2.json"), problem: "Line 1: not JSON." },
    { file: join(folder, "3.flow.json"), flow: a },
    {
      file: join(folder, "4.json"),
      problem: `it has the same id "b" as ${join(folder, "1.json")}; give one of them another id`,
    },
    { file: join(folder, "5.json"), problem: "it cannot be read (EISDIR)" },
  ]);
});

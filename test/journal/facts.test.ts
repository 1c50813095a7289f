import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { journalFacts } from "../../runtime/journal/facts.ts";
import { Journal } from "../../runtime/journal/journal.ts";

test("size and beginning of a journal are seen from the outside, while it is written", async () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-facts-"));
  expect(journalFacts(folder)).toEqual({ bytes: 0, oldestMs: undefined });
  const journal = new Journal({
    files: folder,
    mode: "sync",
    ageMsMax: 1e9,
    sizeBytesMax: 1e9,
    notice: () => undefined,
  });
  journal.append({ position: 0, now: 1_800_000_000_000, inputs: [{ kind: "inject", flow: "f", node: "n" }] });
  await journal.flush();
  writeFileSync(join(folder, "note.txt"), "not a segment");
  const { bytes, oldestMs } = journalFacts(folder);
  expect(oldestMs).toBe(1_800_000_000_000);
  expect(bytes).toBeGreaterThan(56);
  await journal.close();
});

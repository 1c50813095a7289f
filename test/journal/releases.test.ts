/**
 * Journals that releases wrote, in test/fixtures/journals. Each is read with what it should hold beside it, by every later
 * version. README.md there says how to add the one of a release.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import type { JournalBatch } from "../../runtime/core/engine/journal.ts";
import { Journal } from "../../runtime/journal/journal.ts";
import { everyKind, message } from "./inputs.ts";
import { plain } from "./plain.ts";

const folder = fileURLToPath(new URL("../fixtures/journals", import.meta.url));
if (process.env.MILLRACE_KEEP_JOURNAL) await keep(join(folder, packageJson.version));

describe.each(readdirSync(folder).filter((name) => /^\d/.test(name)))("the journal of %s", (release) => {
  test("holds what it held", async () => {
    // Opening a journal writes its end anew.
    const copy = mkdtempSync(join(tmpdir(), "millrace-journal-"));
    try {
      cpSync(join(folder, release), copy, { recursive: true });
      const expected = JSON.parse(readFileSync(join(copy, "expected.json"), "utf8"));
      const journal = openIn(copy);
      expect(plain(journal.read(0))).toEqual(expected);
      journal.append({ position: journal.next, now: 1e13, inputs: everyKind });
      await journal.close();
      expect(plain(openIn(copy, "off").read(0)).slice(0, expected.length)).toEqual(expected);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
});

function openIn(path: string, mode: "sync" | "off" = "sync"): Journal {
  return new Journal({
    files: path,
    mode,
    ageMsMax: Number.POSITIVE_INFINITY,
    sizeBytesMax: 16_000,
    notice: (text) => expect.unreachable(text),
  });
}

/** Several segments of several blocks, every kind of input, a clock that goes back over a restart, and a hole. */
async function keep(path: string): Promise<void> {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  const batches: JournalBatch[] = [];
  for (const [startMs, skipped] of [
    [1_763_600_000_000, 0],
    [1_763_500_000_000, 100],
  ] as const) {
    const journal = openIn(path);
    for (let index = 0; index < 20; index++) {
      const readings = Array.from({ length: index % 4 }, (_, each) =>
        message(`sensors/dev-${each}/telemetry`, `{"temperature":${20 + index / 10}}`, 1 + index),
      );
      const inputs = index % 5 === 0 ? everyKind : readings;
      const position = journal.next + (index === 0 ? skipped : 0);
      batches.push({ position, now: startMs + 250 * index, inputs });
      journal.append(batches.at(-1)!);
      if (index % 3 === 0) await journal.flush();
    }
    await journal.close();
  }
  writeFileSync(join(path, "expected.json"), `${JSON.stringify(plain(batches), null, 1)}\n`);
}

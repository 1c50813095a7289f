import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JournalBatch, JournalInput } from "../../runtime/core/engine/journal.ts";
import { Journal, type JournalOptions } from "../../runtime/journal/journal.ts";

let folder: string;
let open: Journal[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-journal-"));
  open = [];
});

afterEach(async () => {
  for (const journal of open) await journal.close();
  rmSync(folder, { recursive: true, force: true });
});

function openJournal(options: Partial<JournalOptions> = {}): Journal {
  const journal = new Journal({
    files: folder,
    mode: "sync",
    ageMsMax: 3_600_000,
    sizeBytesMax: 1e9,
    notice: (text) => expect.unreachable(text),
    ...options,
  });
  open.push(journal);
  return journal;
}

function message(topic: string, text: string, packetId?: number): JournalInput {
  const payload = new TextEncoder().encode(text);
  const input = { kind: "mqtt", connection: "main", topic, payload, retained: false } as const;
  return packetId === undefined ? input : { ...input, packetId };
}

const everyKind: readonly JournalInput[] = [
  message("a/b", "21.5"),
  message("a/b", "22", 65_535),
  { ...(message("ünïcode/🏠", "") as Extract<JournalInput, { kind: "mqtt" }>), retained: true },
  { kind: "inject", flow: "f", node: "n", payload: { a: [1, null, "ü"] } },
  { kind: "inject", flow: "f", node: "n" },
  { kind: "remove", flow: "f" },
  { kind: "pause", flow: "f" },
  { kind: "resume", flow: "f", missed: "catch up" },
  { kind: "settled", effects: ["f/12.0", "f/12.1"] },
];

/** With payloads that compare by content. */
function plain(batches: Iterable<JournalBatch>): unknown[] {
  return Array.from(batches, (batch) => ({
    ...batch,
    inputs: batch.inputs.map((input) =>
      input.kind === "mqtt" ? { ...input, payload: Buffer.from(input.payload).toString("hex") } : input,
    ),
  }));
}

describe.each(["sync", "interval"] as const)("mode %s", (mode) => {
  test("what was appended is read, also after it was opened again", async () => {
    const batches = [
      { position: 0, now: 1_000, inputs: everyKind },
      { position: 10, now: 1_000, inputs: [] },
      { position: 11, now: 1_001, inputs: [message("a/b", "x")] },
    ];
    const journal = openJournal({ mode });
    for (const batch of batches) journal.append(batch);
    expect(journal.next).toBe(13);
    await journal.flush();
    expect(journal.committed).toBe(13);
    expect(journal.pendingBytes).toBe(0);
    expect(plain(journal.read(0))).toEqual(plain(batches));
    expect(plain(journal.read(9))).toEqual(plain(batches));
    expect(plain(journal.read(10))).toEqual(plain(batches.slice(1)));
    expect(plain(journal.read(12))).toEqual(plain(batches.slice(2)));
    await journal.close();
    const again = openJournal({ mode });
    expect(again.next).toBe(13);
    expect(plain(again.read(0))).toEqual(plain(batches));
    again.append({ position: 13, now: 1_002, inputs: [] });
    await again.flush();
    expect(plain(again.read(0))).toEqual([...plain(batches), { position: 13, now: 1_002, inputs: [] }]);
  });
});

import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JournalBatch, JournalInput } from "../../runtime/core/engine/journal.ts";
import { Journal, type JournalOptions } from "../../runtime/journal/journal.ts";
import { everyKind, message } from "./inputs.ts";
import { plain } from "./plain.ts";

let folder: string;
let open: Journal[];
let notices: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-journal-"));
  open = [];
  notices = [];
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
    notice: (text) => notices.push(text),
    ...options,
  });
  open.push(journal);
  return journal;
}

/** Appends batches of one message each, `perMs` apart, and waits until they are on disk. @returns them all */
async function fill(journal: Journal, count: number, stepMs = 10): Promise<readonly JournalBatch[]> {
  const batches = Array.from({ length: count }, (_, index) => ({
    position: journal.next + 2 * index,
    now: 1_000 + index * stepMs,
    inputs: [message(`t/${index % 7}`, `${index}`.padEnd(100, "."))],
  }));
  for (const batch of batches) journal.append(batch);
  await journal.flush();
  return batches;
}

/** Small segments of small blocks. */
const small = { sizeBytesMax: 8 * 4_000 };

function segments(): string[] {
  return readdirSync(folder).sort();
}

describe.each(["sync", "interval"] as const)("mode %s", (mode) => {
  test("what was appended is read, also after it was opened again", async () => {
    const batches = [
      { position: 0, now: 1_000, inputs: everyKind },
      { position: 12, now: 1_000, inputs: [] },
      { position: 13, now: 1_001, inputs: [message("a/b", "x")] },
    ];
    const journal = openJournal({ mode });
    for (const batch of batches) journal.append(batch);
    expect(journal.next).toBe(15);
    await journal.flush();
    expect(journal.committed).toBe(15);
    expect(journal.pendingBytes).toBe(0);
    expect(plain(journal.read(0))).toEqual(plain(batches));
    expect(plain(journal.read(11))).toEqual(plain(batches));
    expect(plain(journal.read(12))).toEqual(plain(batches.slice(1)));
    expect(plain(journal.read(14))).toEqual(plain(batches.slice(2)));
    await journal.close();
    const again = openJournal({ mode });
    expect(again.next).toBe(15);
    expect(plain(again.read(0))).toEqual(plain(batches));
    again.append({ position: 15, now: 1_002, inputs: [] });
    await again.flush();
    expect(plain(again.read(0))).toEqual([...plain(batches), { position: 15, now: 1_002, inputs: [] }]);
    expect(notices).toEqual([]);
  });

  test("commits by itself and says so", async () => {
    const journal = openJournal({ mode });
    const committed = new Promise<void>((resolve) => {
      journal.onCommitted = resolve;
    });
    journal.append({ position: 0, now: 0, inputs: [message("a", "b")] });
    expect(journal.committed).toBe(0);
    expect(journal.pendingBytes).toBeGreaterThan(0);
    await committed;
    expect(journal.committed).toBe(2);
  });

  test("takes payloads that are larger than its buffers, and the caller may reuse its bytes at once", async () => {
    const journal = openJournal({ mode });
    const payload = new Uint8Array(3_000_000).fill(7);
    const input = { ...message("a", ""), payload };
    journal.append({ position: 0, now: 0, inputs: [input, input] });
    payload.fill(0);
    await journal.flush();
    const [batch] = [...journal.read(0)];
    const found = batch!.inputs.map((each) => (each.kind === "mqtt" ? each.payload : undefined));
    expect(found.map((each) => each?.length)).toEqual([3_000_000, 3_000_000]);
    expect(found.every((each) => each?.every((byte) => byte === 7))).toBe(true);
  });
});

describe("mode off", () => {
  test("writes nothing, and commits at once", async () => {
    const journal = openJournal({ mode: "off" });
    let calls = 0;
    journal.onCommitted = () => calls++;
    journal.append({ position: 0, now: 0, inputs: [message("a", "b")] });
    expect(journal.committed).toBe(2);
    await journal.flush();
    expect(calls).toBe(1);
    expect([...journal.read(0)]).toEqual([]);
    expect(journal.first).toBe(2);
    expect(segments()).toEqual([]);
  });

  test("reads what an earlier mode left, and leaves a hole that is not taken for damage", async () => {
    const batches = await fill(openJournal(), 3);
    await open[0]!.close();
    const off = openJournal({ mode: "off" });
    expect(plain(off.read(0))).toEqual(plain(batches));
    off.append({ position: 6, now: 2_000, inputs: [] });
    expect(off.first).toBe(7);
    await off.close();
    const journal = openJournal();
    journal.append({ position: 100, now: 3_000, inputs: [] });
    await journal.flush();
    expect(plain(journal.read(0))).toEqual([...plain(batches), { position: 100, now: 3_000, inputs: [] }]);
    expect(journal.first).toBe(100);
    expect(notices).toEqual([]);
  });
});

test("a position that was used before is a bug of the caller", () => {
  const journal = openJournal();
  journal.append({ position: 0, now: 0, inputs: [] });
  expect(() => journal.append({ position: 0, now: 0, inputs: [] })).toThrow("already at 1");
});

describe("reading", () => {
  test("begins at any position, over many segments and blocks, before and after the index is known", async () => {
    const journal = openJournal(small);
    const batches = plain(await fill(journal, 200));
    expect(segments().length).toBeGreaterThan(5);
    await journal.close();
    const again = openJournal(small);
    for (const from of [0, 399, 200, 201, 202, 37]) {
      expect(plain(again.read(from))).toEqual(batches.filter(({ position }) => position + 2 > from));
    }
  });

  test("goes on with what is appended meanwhile", async () => {
    const journal = openJournal();
    await fill(journal, 2);
    const reader = journal.read(0)[Symbol.iterator]();
    expect(reader.next().value?.position).toBe(0);
    await fill(journal, 1);
    expect(reader.next().value?.position).toBe(2);
    expect(reader.next().value?.position).toBe(4);
    expect(reader.next().done).toBe(true);
  });

  test("finds a range of time, both ends included", async () => {
    const journal = openJournal(small);
    const batches = plain(await fill(journal, 200));
    const range = (fromMs: number, toMs: number) => batches.filter(({ now }) => now >= fromMs && now <= toMs);
    expect(range(1_500, 1_700)).toHaveLength(21);
    expect(plain(journal.range({ fromMs: 1_500, toMs: 1_700 }))).toEqual(range(1_500, 1_700));
    expect(plain(journal.range({ fromMs: 2_900 }))).toEqual(range(2_900, 1e9));
    expect(plain(journal.range({ toMs: 1_010 }))).toEqual(range(0, 1_010));
    expect(plain(journal.range({}))).toEqual(batches);
  });

  test("finds what matches a topic filter, at its own positions", async () => {
    const journal = openJournal();
    const inputs: JournalInput[] = [
      message("a/x", "0"),
      message("b/x", "1"),
      { kind: "pause", flow: "f" },
      message("a/y", "3"),
      message("a/x", "4"),
    ];
    journal.append({ position: 0, now: 5, inputs });
    await journal.flush();
    const found = Array.from(journal.range({ topic: "a/+" }), ({ position, inputs }) =>
      inputs.map((input, index) => [position + 1 + index, input.kind === "mqtt" && input.topic]),
    );
    expect(found.flat()).toEqual([
      [1, "a/x"],
      [4, "a/y"],
      [5, "a/x"],
    ]);
  });

  test("finds the present also when the past was written under a clock that was ahead", async () => {
    const ahead = openJournal();
    ahead.append({ position: 0, now: 9_000_000, inputs: [] });
    await ahead.close();
    const journal = openJournal({ ageMsMax: 1_000 });
    journal.append({ position: 1, now: 1_000, inputs: [] });
    await journal.flush();
    expect(plain(journal.range({ fromMs: 500, toMs: 1_500 })).map(({ position }) => position)).toEqual([1]);
    expect(plain(journal.range({ fromMs: 2_000 })).map(({ position }) => position)).toEqual([0]);
    // What is ahead is as old as what follows it.
    journal.append({ position: 2, now: 1_500, inputs: [] });
    await journal.close();
    const later = openJournal({ ageMsMax: 1_000 });
    later.append({ position: 3, now: 5_000, inputs: [] });
    await later.flush();
    later.trim(3);
    expect(later.first).toBeGreaterThan(0);
  });
});

describe("retention", () => {
  test("gives up segments that are too old, and keeps what is needed", async () => {
    const journal = openJournal({ ...small, ageMsMax: 1_000 });
    await fill(journal, 200);
    const before = segments();
    journal.trim(0);
    expect(journal.first).toBe(0);
    journal.trim(300);
    const { first } = journal;
    expect(first).toBeGreaterThan(100);
    expect(first).toBeLessThanOrEqual(200);
    expect(plain(journal.read(0))[0]?.position).toBe(first);
    await journal.close();
    expect(segments().length).toBeLessThan(before.length);
    expect(openJournal(small).first).toBe(first);
    expect(notices).toEqual([]);
  });

  test("the bound on size takes also what a paused flow has not seen, says so, and stops before what recovery needs", async () => {
    const journal = openJournal(small);
    await fill(journal, 600);
    journal.trim(0, 40);
    expect(journal.first).toBeLessThanOrEqual(40);
    journal.trim(0);
    expect(journal.first).toBeGreaterThan(100);
    expect(notices.join("\n")).toMatch(/bound of 32000 bytes: positions 0 to \d+ were given up/);
    await journal.close();
    const bytes = segments().reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
    expect(bytes).toBeLessThanOrEqual(small.sizeBytesMax);
  });

  test("who reads what is given up meanwhile goes on behind it", async () => {
    const journal = openJournal({ ...small, ageMsMax: 100 });
    await fill(journal, 600);
    const reader = journal.read(0)[Symbol.iterator]();
    expect(reader.next().value?.position).toBe(0);
    journal.trim(1_100);
    const { first } = journal;
    expect(first).toBeGreaterThan(500);
    const rest = [...{ [Symbol.iterator]: () => reader }].map(({ position }) => position);
    expect(rest.filter((position) => position >= first)).toEqual(
      Array.from({ length: (1_200 - first) / 2 }, (_, index) => first + 2 * index),
    );
    expect(notices).toEqual([]);
  });
});

describe("damage", () => {
  async function damaged(change: (bytes: Buffer) => Buffer, which: number): Promise<Journal> {
    await fill(openJournal(small), 200);
    await open[0]!.close();
    const path = join(folder, segments().at(which)!);
    writeFileSync(path, change(readFileSync(path)));
    return openJournal(small);
  }

  function flip(bytes: Buffer, at: number): Buffer {
    bytes[at]! ^= 16;
    return bytes;
  }

  test.each([
    ["in a payload", (bytes: Buffer) => flip(bytes, 1_000), 1],
    // The length of the first record behind the header.
    ["in the length of a record", (bytes: Buffer) => flip(bytes, 56 + 6), 10],
    ["in the header", (bytes: Buffer) => flip(bytes, 20), 0],
    ["at the end", (bytes: Buffer) => bytes.subarray(0, -30), 1],
  ] as const)(
    "%s of an old segment is told with its place, and costs at most a block",
    async (_, change, most) => {
      const journal = await damaged(change, 2);
      expect(journal.next).toBe(400);
      const positions = plain(journal.read(0)).map(({ position }) => position);
      const missing = Array.from({ length: 200 }, (_, index) => 2 * index).filter(
        (at) => !positions.includes(at),
      );
      expect(missing.length).toBeLessThanOrEqual(most);
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
      const told =
        missing.length > 0 ? [`positions ${missing[0]} to ${missing.at(-1)! + 1} cannot be read`] : [];
      expect(notices).toEqual(
        told.map((text) => expect.stringContaining(`${segments()[2]} is damaged: ${text}`)),
      );
      plain(journal.read(0));
      expect(notices).toHaveLength(told.length);
    },
  );

  test("of what was committed is not taken for a torn end, in the last segment either", async () => {
    const journal = openJournal();
    for (let index = 0; index < 25; index++) {
      journal.append({ position: 2 * index, now: 0, inputs: [message("a", "".padEnd(100))] });
      if (index % 5 === 4) await journal.flush();
    }
    await journal.close();
    expect(segments()).toHaveLength(1);
    const path = join(folder, segments()[0]!);
    writeFileSync(path, flip(readFileSync(path), 1_000));
    const again = openJournal();
    expect(again.next).toBe(50);
    expect(plain(again.read(0)).length).toBe(24);
    expect(notices).toHaveLength(1);
  });

  test("a torn end is cut off, and what follows is written behind the rest", async () => {
    const batches = plain(await fill(openJournal(), 5));
    await open[0]!.close();
    appendFileSync(join(folder, segments()[0]!), Buffer.alloc(500, 3));
    const journal = openJournal();
    expect(journal.next).toBe(10);
    batches.push(...plain(await fill(journal, 2)));
    expect(plain(journal.read(0))).toEqual(batches);
    expect(notices).toEqual([]);
  });

  test("a folder of a newer version is refused, and left alone", async () => {
    await fill(openJournal(), 1);
    await open[0]!.close();
    const path = join(folder, segments()[0]!);
    const content = readFileSync(path);
    content.writeUInt32LE(99, 8);
    writeFileSync(path, content);
    expect(() => openJournal()).toThrow("has format 99, which this Millrace does not know");
    expect(readFileSync(path)).toEqual(content);
  });
});

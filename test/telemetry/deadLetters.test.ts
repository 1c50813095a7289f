import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { DeadLetter } from "../../runtime/core/engine/output.ts";
import { openDatabase } from "../../runtime/data/database.ts";
import { DeadLetters, keptBytesMax, keptMax, linePayloadMax } from "../../runtime/telemetry/deadLetters.ts";

function letter(n: number, more: Partial<DeadLetter> = {}): DeadLetter {
  const message = { topic: "a/b", key: "b", time: n, params: { device: "b" }, payload: n };
  return {
    id: `f/${n}.0`,
    flow: "f",
    node: "n",
    port: "in",
    code: "C",
    text: "t",
    at: n,
    ...message,
    ...more,
  };
}

function setUp(path = mkdtempSync(join(tmpdir(), "millrace-letters-"))) {
  const database = openDatabase(path);
  return { path, database, letters: new DeadLetters(database) };
}

const all = {};
const idsOf = (letters: DeadLetters, limit = 100) => letters.page(all, limit).letters.map(({ id }) => id);

test("letters are listed newest first and survive a restart, counts included", async () => {
  const first = setUp();
  first.letters.add([letter(1), letter(2)]);
  first.letters.add([letter(3)]);
  expect(idsOf(first.letters, 2)).toEqual(["f/3.0", "f/2.0"]);
  await first.database.close();
  const { letters } = setUp(first.path);
  expect(letters.counts).toEqual({ f: 3 });
  letters.add([letter(4)]);
  expect(idsOf(letters)).toEqual(["f/4.0", "f/3.0", "f/2.0", "f/1.0"]);
});

test("what an earlier version has written is read, and cannot be replayed", async () => {
  const { path, database } = setUp();
  const { port: _, time: _time, params: _params, ...old } = letter(1);
  await database.openDB({ name: "deadLetters", encoding: "json" }).put(0, old);
  await database.close();
  const { letters } = setUp(path);
  expect(letters.page(all, 10).letters).toMatchObject([{ id: "f/1.0", payload: 1, replayable: false }]);
});

test("a letter that is reported again takes its own place", () => {
  const { letters } = setUp();
  letters.add([letter(1), letter(2)]);
  letters.add([letter(1, { text: "once more" })]);
  expect(letters.total).toBe(2);
  expect(letters.counts).toEqual({ f: 2 });
  expect(letters.get("f/1.0")?.text).toBe("once more");
});

test("pages go on where the last one ended, for one flow or one node", () => {
  const { letters } = setUp();
  letters.add([1, 2, 3, 4, 5].map((n) => letter(n, { node: n % 2 ? "odd" : "even" })));
  letters.add([letter(6, { id: "g/6.0", flow: "g" })]);
  const first = letters.page({ flow: "f" }, 2);
  expect(first).toMatchObject({ letters: [{ id: "f/5.0" }, { id: "f/4.0" }], total: 5, next: "f/4.0" });
  const last = letters.page({ flow: "f" }, 3, first.next);
  expect(last.letters.map(({ id }) => id)).toEqual(["f/3.0", "f/2.0", "f/1.0"]);
  expect(last).not.toHaveProperty("next");
  expect(letters.page({ flow: "f", node: "even" }, 10).letters.map(({ id }) => id)).toEqual([
    "f/4.0",
    "f/2.0",
  ]);
  expect(letters.page({ flow: "f" }, 10, "f/99.0").letters).toEqual([]);
});

test("a list leaves large payloads out, the letter has them", () => {
  const { letters } = setUp();
  const payload = "x".repeat(linePayloadMax);
  letters.add([letter(1, { payload })]);
  const [line] = letters.page(all, 1).letters;
  expect(line).toMatchObject({ payloadBytes: linePayloadMax + 2, replayable: true });
  expect(line).not.toHaveProperty("payload");
  expect(letters.get("f/1.0")).toEqual(letter(1, { payload }));
});

test("beyond the number that is kept the oldest go", () => {
  const { letters } = setUp();
  letters.add(Array.from({ length: keptMax + 5 }, (_, n) => letter(n)));
  expect(letters.total).toBe(keptMax);
  expect(letters.page(all, 1).total).toBe(keptMax);
  expect(idsOf(letters, keptMax).at(-1)).toBe("f/5.0");
});

test("beyond the room there is the oldest go", () => {
  const { letters } = setUp();
  const payload = "x".repeat(keptBytesMax / 4);
  for (let n = 0; n < 5; n++) letters.add([letter(n, { payload })]);
  expect(idsOf(letters)).toEqual(["f/4.0", "f/3.0", "f/2.0"]);
});

test("replayed letters are gone, those that failed again are there once", () => {
  const { letters } = setUp();
  letters.add([letter(1), letter(2)]);
  letters.add([letter(7)], ["f/1.0", "f/2.0", "unknown/1.0"]);
  expect(idsOf(letters)).toEqual(["f/7.0"]);
  expect(letters.counts).toEqual({ f: 1 });
});

test("letters are discarded one by one, of a flow, or all", () => {
  const { letters } = setUp();
  letters.add([letter(1), letter(2), letter(3), letter(4, { id: "g/4.0", flow: "g" })]);
  expect(letters.discard("f/2.0")).toBe(true);
  expect(letters.discard("f/2.0")).toBe(false);
  letters.clear({ flow: "f" });
  expect(letters.counts).toEqual({ g: 1 });
  letters.clear(all);
  expect([letters.total, letters.counts]).toEqual([0, {}]);
  letters.add([letter(5)]);
  expect(idsOf(letters)).toEqual(["f/5.0"]);
});

test("a payload nested beyond what can be written is left out, the letter stays", () => {
  const { letters } = setUp();
  let payload: unknown = 1;
  for (let depth = 0; depth < 50_000; depth++) payload = [payload];
  letters.add([letter(1, { payload })]);
  expect(letters.page(all, 1).letters).toMatchObject([{ payload: null, replayable: false }]);
});

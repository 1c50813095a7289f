import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatabase } from "../../runtime/data/database.ts";
import type { DeadLetterLine } from "../../runtime/protocol/http.ts";
import { DeadLetters, keptMax } from "../../runtime/telemetry/deadLetters.ts";

function letter(n: number): DeadLetterLine {
  return { id: `${n}`, flow: "f", node: "n", code: "C", text: "t", at: n, topic: "a/b", key: "b" };
}

function setUp(path = mkdtempSync(join(tmpdir(), "millrace-letters-"))) {
  const database = openDatabase(path);
  return { path, database, letters: new DeadLetters(database) };
}

test("letters are listed newest first and survive a restart", async () => {
  const first = setUp();
  await first.letters.add([letter(1), letter(2)]);
  await first.letters.add([letter(3)]);
  expect(first.letters.list(2).map((each) => each.id)).toEqual(["3", "2"]);
  await first.database.close();
  const second = setUp(first.path);
  expect(second.letters.total).toBe(3);
  await second.letters.add([letter(4)]);
  expect(second.letters.list(10).map((each) => each.id)).toEqual(["4", "3", "2", "1"]);
});

test("beyond the limit the oldest go", async () => {
  const { letters } = setUp();
  await letters.add(Array.from({ length: keptMax + 5 }, (_, n) => letter(n)));
  expect(letters.total).toBe(keptMax);
  expect(letters.list(keptMax + 10).at(-1)?.id).toBe("5");
});

test("clearing forgets all, and new ones come after", async () => {
  const { letters } = setUp();
  await letters.add([letter(1)]);
  await letters.clear();
  expect(letters.total).toBe(0);
  expect(letters.list(10)).toEqual([]);
  await letters.add([letter(2)]);
  expect(letters.list(10).map((each) => each.id)).toEqual(["2"]);
});

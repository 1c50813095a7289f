import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { backUp, restore } from "../../runtime/data/backup.ts";
import { openDatabase } from "../../runtime/data/database.ts";
import { DataFolderError, openDataFolder } from "../../runtime/data/folder.ts";

const whole = async () => true;

/** A data folder in use, and room for copies. */
async function setUp() {
  const base = mkdtempSync(join(tmpdir(), "millrace-copies-"));
  const folder = openDataFolder(join(base, "data"));
  const database = openDatabase(folder.controlPath);
  await database.put("answer", 42);
  writeFileSync(join(folder.journalPath, "000000000001.journal"), "first");
  writeFileSync(join(folder.journalPath, "000000000002.journal"), "second");
  writeFileSync(folder.keyFile, "key", { mode: 0o600 });
  const target = join(base, "copy");
  const take = (isWhole: () => Promise<boolean> = whole) =>
    backUp({ dataDir: folder.path, target, version: "1.2.3", at: 5, isWhole });
  return { base, folder, database, target, take };
}

test("a folder in use is copied and put back, without its lock", async () => {
  const { base, folder, target, take } = await setUp();
  await take();
  expect(readdirSync(base).sort()).toEqual(["copy", "data"]);
  expect(readdirSync(target).sort()).toEqual([
    "backup.json",
    "broker",
    "control",
    "format",
    "journal",
    "plane",
    "secret.key",
  ]);
  const path = join(base, "again");
  expect(restore(target, path)).toEqual({ format: 1, version: "1.2.3", at: 5 });
  const again = openDataFolder(path);
  expect(readFileSync(again.keyFile, "utf8")).toBe("key");
  expect(readdirSync(again.journalPath)).toEqual(readdirSync(folder.journalPath));
  const database = openDatabase(again.controlPath);
  expect(database.get("answer")).toBe(42);
  await database.close();
  again.release();
});

test("a copy that is not whole is taken anew, and given up in the end without a trace", async () => {
  const { base, target, take } = await setUp();
  let looks = 0;
  await take(async () => ++looks === 2);
  expect(looks).toBe(2);
  expect(existsSync(target)).toBe(true);
  const other = await setUp();
  await expect(other.take(async () => false)).rejects.toThrow(/does not reach back to its checkpoint/);
  expect(readdirSync(other.base)).toEqual(["data"]);
  expect(readdirSync(base).sort()).toEqual(["copy", "data"]);
});

test("nothing is written over", async () => {
  const { base, folder, target, take } = await setUp();
  await take();
  await expect(take()).rejects.toThrow(`${target} exists already`);
  expect(() => restore(target, folder.path)).toThrow(`${folder.path} is not empty`);
  expect(() => restore(base, join(base, "new"))).toThrow(/is no backup of Millrace/);
  expect(existsSync(join(base, "new"))).toBe(false);
});

test("what a newer Millrace wrote is refused", async () => {
  const { base, target, take } = await setUp();
  await take();
  writeFileSync(join(target, "format"), "99\n");
  expect(() => restore(target, join(base, "new"))).toThrow(/written by a newer Millrace \(format 99/);
  writeFileSync(join(target, "backup.json"), JSON.stringify({ format: 2, version: "9.0.0", at: 1 }));
  expect(() => restore(target, join(base, "new"))).toThrow(/newer Millrace \(9\.0\.0\)/);
});

test("a folder that is restored only in part does not start", async () => {
  const { base, target, take } = await setUp();
  await take();
  const path = join(base, "half");
  mkdirSync(path);
  writeFileSync(join(path, "format"), "being restored\n");
  expect(() => openDataFolder(path)).toThrow(DataFolderError);
  expect(() => restore(target, path)).toThrow(/is not empty/);
});

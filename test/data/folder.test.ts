import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DataFolderError, openDataFolder } from "../../runtime/data/folder.ts";

function temporary(): string {
  return mkdtempSync(join(tmpdir(), "millrace-data-"));
}

test("a missing folder is made, for this user alone", () => {
  const path = join(temporary(), "a", "b");
  const folder = openDataFolder(path);
  expect(statSync(path).mode & 0o077).toBe(0);
  expect(existsSync(folder.controlPath)).toBe(true);
  folder.release();
  expect(existsSync(join(path, "lock"))).toBe(false);
});

test("a second instance is refused and told what to do", () => {
  const path = temporary();
  const folder = openDataFolder(path);
  expect(() => openDataFolder(path)).toThrow(
    `Another Millrace (process ${process.pid}) is already running on the data folder ${path}. Stop it first, or give this one a folder of its own with --data DIR.`,
  );
  folder.release();
  openDataFolder(path).release();
});

test("the lock of a killed process is taken over", async () => {
  const path = temporary();
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  writeFileSync(join(path, "lock"), `${child.pid} ?\n`);
  expect(() => openDataFolder(path)).toThrow(DataFolderError);
  child.kill("SIGKILL");
  await once(child, "exit");
  openDataFolder(path).release();
});

test("a process id in use again by somebody else is not the holder, where the system tells them apart", () => {
  const path = temporary();
  writeFileSync(join(path, "lock"), `${process.pid} another-boot:1\n`);
  if (process.platform === "linux") openDataFolder(path).release();
  else expect(() => openDataFolder(path)).toThrow(DataFolderError);
});

test("a torn lock file does not lock anybody out", () => {
  const path = temporary();
  writeFileSync(join(path, "lock"), "");
  openDataFolder(path).release();
});

test("releasing leaves a lock of somebody else alone", () => {
  const path = temporary();
  const folder = openDataFolder(path);
  writeFileSync(join(path, "lock"), "1 theirs\n");
  folder.release();
  expect(readFileSync(join(path, "lock"), "utf8")).toBe("1 theirs\n");
});

test("a path that is a file is refused by name", () => {
  const path = join(temporary(), "file");
  writeFileSync(path, "");
  expect(() => openDataFolder(path)).toThrow(`The data folder ${path} cannot be written (this is a file)`);
});

test("a folder of a newer format is refused and left alone", () => {
  const path = temporary();
  writeFileSync(join(path, "format"), "2\n");
  expect(() => openDataFolder(path)).toThrow(/newer Millrace \(format 2; this one knows 1\)/);
  expect(existsSync(join(path, "lock"))).toBe(false);
  expect(readFileSync(join(path, "format"), "utf8")).toBe("2\n");
});

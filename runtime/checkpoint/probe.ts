/**
 * A damaged lmdb file can end the whole process when it is read: no error comes back that could be caught. So a mark lies
 * beside it until it was read once; a start that finds the mark has a process of its own read it first, and die of it.
 */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** @returns what is wrong with it; undefined: it can be opened */
export function problemOf(folder: string): string | undefined {
  const file = join(folder, "data.mdb");
  if (!existsSync(file)) return undefined;
  return headProblem(file) ?? (existsSync(markOf(folder)) ? readProblem(folder) : undefined);
}

/** From here on until {@link readWell} the process may die of it. */
export function beforeReading(folder: string): void {
  writeFileSync(
    markOf(folder),
    "The checkpoint is being read. Left behind, the next start examines it first.\n",
  );
  const handle = openSync(folder, "r");
  fsyncSync(handle);
  closeSync(handle);
}

export function readWell(folder: string): void {
  rmSync(markOf(folder), { force: true });
}

const markOf = (folder: string) => join(folder, "reading");

/** The first two pages say what file it is and how many pages it has; one that was cut short shows there. */
function headProblem(file: string): string | undefined {
  const { size } = statSync(file);
  const head = Buffer.alloc(metaAt.lastPage + 8);
  const meta = (offset: number) => {
    readFrom(file, head, offset);
    return head.readUInt32LE(metaAt.magic) === lmdbMagic
      ? Number(head.readBigUInt64LE(metaAt.lastPage))
      : undefined;
  };
  const first = meta(0);
  const pageBytes = head.readUInt32LE(metaAt.pageBytes);
  const second = first === undefined ? undefined : meta(pageBytes);
  if (first === undefined || second === undefined) return `data.mdb is not an lmdb file (${size} bytes)`;
  // The newer of the two may be ahead of its pages after a power cut, and lmdb knows that.
  const pages = Math.min(first, second) + 1;
  return size < pages * pageBytes
    ? `data.mdb was cut short (${size} bytes of ${pages * pageBytes})`
    : undefined;
}

function readFrom(file: string, into: Buffer, offset: number): void {
  into.fill(0);
  const handle = openSync(file, "r");
  readSync(handle, into, 0, into.length, offset);
  closeSync(handle);
}

/** In a meta page of lmdb on a machine of 64 bits, little endian. */
const metaAt = { magic: 24, pageBytes: 48, lastPage: 144 } as const;
const lmdbMagic = 0xbeefc0de;

function readProblem(folder: string): string | undefined {
  const lmdb = createRequire(import.meta.url).resolve("lmdb");
  const { status, signal, stderr } = spawnSync(process.execPath, ["-e", readAll, lmdb, folder], {
    encoding: "utf8",
  });
  if (status === 0) return undefined;
  return signal
    ? `reading it ends the process (${signal})`
    : `reading it fails: ${stderr.trim().slice(-200)}`;
}

const readAll = `
const root = require(process.argv[1]).open({ path: process.argv[2], readOnly: true, encoding: "string", maxDbs: 20 });
for (const name of [...root.getKeys()]) for (const _ of root.openDB({ name, encoding: "string" }).getRange());
`;

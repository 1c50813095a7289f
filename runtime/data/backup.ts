/**
 * A copy of a data folder, taken while Millrace runs on it or not, and put back into an empty folder.
 *
 * The order of copying is what makes it whole. Of each store a copy shows one moment. The checkpoint comes first, so that
 * the journal, which is only ever appended to, has everything behind it. The broker's queues come just before the journal:
 * what was delivered in between is in both, and told by its packet id from what is new. The control plane's store comes
 * last: a deploy that the journal does not have yet is made again at the start.
 *
 * Layout: as of the data folder (see folder.ts), without `lock`, and `backup.json`, a {@link Manifest}. While a backup is
 * being written its folder has another name; while one is being restored `format` holds no number, so that neither can be
 * taken for a whole one.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { open } from "lmdb";
import { DataFolderError, dataFormat, dataPaths, formatOf } from "./folder.ts";

export interface Manifest {
  /** Of the backup itself. */
  readonly format: number;
  /** That wrote it. */
  readonly version: string;
  /** ms since epoch. */
  readonly at: number;
}

const backupFormat = 1;
const manifestName = "backup.json";
/** Retention may take away what is being copied: then it is begun anew. Twice in a row means that something is wrong. */
const attemptsMax = 3;

export interface BackupOptions {
  readonly dataDir: string;
  /** Must not exist. */
  readonly target: string;
  /** Of Millrace. */
  readonly version: string;
  /** ms since epoch. */
  readonly at: number;
  /** Does the journal of this copy begin before its checkpoint ends? */
  readonly isWhole: (copy: string) => Promise<boolean>;
}

/** @throws DataFolderError with what to do */
export async function backUp({ dataDir, target, version, at, isWhole }: BackupOptions): Promise<void> {
  if (!existsSync(join(dataDir, "format")))
    throw new DataFolderError(`${dataDir} is no data folder of Millrace. Name it with --data DIR.`);
  formatOf(dataDir);
  if (existsSync(target)) throw new DataFolderError(`${target} exists already. Give the backup a new name.`);
  const partial = `${resolve(target)}.partial-${process.pid}`;
  try {
    for (let attempt = 1; ; attempt++) {
      rmSync(partial, { recursive: true, force: true });
      const copied = (await tryCopy(dataDir, partial)) && (await isWhole(partial));
      // What looking at it has left behind.
      rmSync(join(dataPaths(partial).planePath, "lock.mdb"), { force: true });
      if (copied) break;
      if (attempt === attemptsMax)
        throw new DataFolderError(
          `The journal of ${dataDir} does not reach back to its checkpoint. Try again; if it stays so, keep more of it with --journal-hours.`,
        );
    }
    writeFileSync(join(partial, manifestName), `${JSON.stringify({ format: backupFormat, version, at })}\n`);
    syncAll(partial);
    renameSync(partial, target);
    sync(dirname(resolve(target)));
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw explained(error, target);
  }
}

/** @throws DataFolderError with what to do */
export function restore(source: string, dataDir: string): Manifest {
  const manifest = readManifest(source);
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0)
    throw new DataFolderError(`${dataDir} is not empty. Restore into a new folder: --data DIR.`);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(join(dataDir, "format"), "being restored\n");
    sync(dataDir);
    for (const name of readdirSync(source)) {
      if (name === manifestName || name === "format") continue;
      copyTree(join(source, name), join(dataDir, name));
    }
    syncAll(dataDir);
    writeFileSync(join(dataDir, "format"), `${formatOf(source)}\n`);
    syncAll(dataDir);
  } catch (error) {
    throw explained(error, dataDir);
  }
  return manifest;
}

function readManifest(source: string): Manifest {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(join(source, manifestName), "utf8"));
  } catch (error) {
    const why = error instanceof SyntaxError ? `${manifestName} is damaged` : `it has no ${manifestName}`;
    throw new DataFolderError(`${source} is no backup of Millrace: ${why}.`);
  }
  if (manifest.format > backupFormat)
    throw new DataFolderError(
      `The backup ${source} was written by a newer Millrace (${manifest.version}). Update Millrace before you restore it.`,
    );
  // Throws for a newer data folder.
  formatOf(source);
  return manifest;
}

/** @returns false when a segment of the journal went away meanwhile */
async function tryCopy(from: string, to: string): Promise<boolean> {
  const [source, target] = [dataPaths(from), dataPaths(to)];
  mkdirSync(to, { mode: 0o700 });
  await copyStore(source.planePath, target.planePath);
  await copyStore(source.brokerPath, target.brokerPath);
  if (!copyJournal(source.journalPath, target.journalPath)) return false;
  await copyStore(source.controlPath, target.controlPath);
  if (existsSync(source.keyFile)) copyFileSync(source.keyFile, target.keyFile);
  writeFileSync(join(to, "format"), `${dataFormat}\n`);
  return true;
}

/** As of one transaction, while others write. */
async function copyStore(from: string, to: string): Promise<void> {
  mkdirSync(to, { mode: 0o700 });
  if (!existsSync(join(from, "data.mdb"))) return;
  const store = open({ path: from, readOnly: true });
  try {
    await store.backup(to, false);
  } finally {
    await store.close();
  }
}

/** Up to what is there now: all files first are looked at, then copied up to there. */
function copyJournal(from: string, to: string): boolean {
  mkdirSync(to, { mode: 0o700 });
  if (!existsSync(from)) return true;
  const files = readdirSync(from)
    .filter((name) => name.endsWith(".journal"))
    .sort();
  try {
    const sizes = files.map((name) => statSync(join(from, name)).size);
    for (const [index, name] of files.entries()) {
      copyFileSync(join(from, name), join(to, name));
      truncateSync(join(to, name), sizes[index]!);
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

function copyTree(from: string, to: string): void {
  if (!statSync(from).isDirectory()) return copyFileSync(from, to);
  mkdirSync(to, { mode: 0o700 });
  for (const name of readdirSync(from)) copyTree(join(from, name), join(to, name));
}

function syncAll(path: string): void {
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) syncAll(join(path, name));
  sync(path);
}

function sync(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function explained(error: unknown, path: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof DataFolderError || code === undefined) return error;
  return new DataFolderError(`${path} cannot be written (${message}).`);
}

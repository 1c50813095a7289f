/**
 * The data folder: made when missing, checked to be writable, held by one process at a time.
 *
 * Layout:
 *   lock         who holds it: "<pid> <start of that process>", only while it runs
 *   format       version of this layout, a number
 *   secret.key   encrypts stored passwords (see connections/cipher.ts)
 *   control/     lmdb of the control plane: flows, connections, sessions
 *   plane/       journal and state of the data plane
 *   broker/      lmdb of the embedded broker: sessions, their queues, retained messages
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lockFolder } from "./lock.ts";

/** Raised, with a migration, when the layout or a store in it means something else now. */
export const dataFormat = 1;

/** A clear sentence for the person who started the program. */
export class DataFolderError extends Error {}

export interface DataFolder {
  readonly path: string;
  readonly controlPath: string;
  readonly planePath: string;
  readonly journalPath: string;
  readonly brokerPath: string;
  readonly keyFile: string;
  /** Lets another process have it. */
  release(): void;
}

/** @throws DataFolderError when it cannot be written, is held by a running process, or is of a newer format */
export function openDataFolder(path: string): DataFolder {
  makeFolder(path);
  const release = lockFolder(path, (pid) => {
    const who = pid === undefined ? "Another Millrace" : `Another Millrace (process ${pid})`;
    return new DataFolderError(
      `${who} is already running on the data folder ${path}. Stop it first, or give this one a folder of its own with --data DIR.`,
    );
  });
  try {
    checkFormat(path);
    const paths = dataPaths(path);
    for (const each of [paths.controlPath, paths.planePath, paths.journalPath, paths.brokerPath])
      mkdirSync(each, { recursive: true, mode: 0o700 });
    return { path, ...paths, release };
  } catch (error) {
    release();
    throw error;
  }
}

/** Where things are in a data folder. */
export function dataPaths(path: string): Omit<DataFolder, "path" | "release"> {
  return {
    controlPath: join(path, "control"),
    planePath: join(path, "plane"),
    journalPath: join(path, "journal"),
    brokerPath: join(path, "broker"),
    keyFile: join(path, "secret.key"),
  };
}

function makeFolder(path: string): void {
  const probe = join(path, `probe.${process.pid}`);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    writeFileSync(probe, "");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = reasons[code ?? ""] ?? (error as Error).message;
    throw new DataFolderError(
      `The data folder ${path} cannot be written (${why}). Give a folder you may write with --data DIR.`,
    );
  }
  rmSync(probe, { force: true });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of this path is a file",
  EEXIST: "this is a file",
};

function checkFormat(path: string): void {
  if (formatOf(path) === undefined) writeFileSync(join(path, "format"), `${dataFormat}\n`);
}

/** @returns undefined for a folder without one. @throws DataFolderError when it is newer, or no format */
export function formatOf(path: string): number | undefined {
  const file = join(path, "format");
  const found = readIfThere(file)?.trim();
  if (found === undefined) return undefined;
  if (!/^\d+$/.test(found)) {
    throw new DataFolderError(
      `${file} should hold a number, not "${found.slice(0, 20)}". Is this a Millrace data folder, and wholly restored?`,
    );
  }
  if (Number(found) > dataFormat) {
    throw new DataFolderError(
      `The data folder ${path} was written by a newer Millrace (format ${found}; this one knows ${dataFormat}). Update Millrace, or use another folder with --data DIR.`,
    );
  }
  return Number(found);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { decodeHeader, headerBytes, sequenceOf } from "./format.ts";

export interface JournalFacts {
  readonly bytes: number;
  /** Clock of the oldest record, ms since epoch; undefined: there is none, or it cannot be read. */
  readonly oldestMs: number | undefined;
}

/** What the folder of a journal holds, from the outside and while it is being written. */
export function journalFacts(folder: string): JournalFacts {
  const names = readdirSync(folder)
    .filter((name) => sequenceOf(name) !== undefined)
    .sort();
  const bytes = names.reduce((sum, name) => sum + (statOf(join(folder, name))?.size ?? 0), 0);
  return { bytes, oldestMs: names[0] === undefined ? undefined : startOf(join(folder, names[0])) };
}

/** Retention may take a segment away between listing and looking. */
function statOf(path: string) {
  return statSync(path, { throwIfNoEntry: false });
}

function startOf(path: string): number | undefined {
  if (!statOf(path)) return undefined;
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(headerBytes);
    readSync(file, bytes, 0, headerBytes, 0);
    const header = decodeHeader(bytes);
    return header && "nowMs" in header ? header.nowMs : undefined;
  } finally {
    closeSync(file);
  }
}

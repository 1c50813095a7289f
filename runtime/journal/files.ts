/** The file system as the journal needs it; tests bring one that fails, tears and forgets. */
import { closeSync, mkdirSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { join } from "node:path";

export interface Files {
  /** Names of what is in the folder, which is made when it does not exist. */
  list(): readonly string[];
  sizeBytes(name: string): number;
  /** @returns fewer bytes than asked for at the end of the file alone */
  read(name: string, at: number, lengthBytes: number): Buffer;
  /** An empty file of this name, in place of one that may exist. */
  create(name: string): Promise<WritableFile>;
  remove(name: string): Promise<void>;
  /** Makes the creation and removal of files survive a power cut. */
  syncFolder(): Promise<void>;
}

export interface WritableFile {
  /** Writes `bytes[from, to)`. @returns how many of them it wrote: possibly fewer than all */
  write(bytes: Buffer, from: number, to: number, at: number): Promise<number>;
  /** Makes what was written survive a power cut. After it failed, nobody knows what did. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export function nodeFiles(folder: string): Files {
  return {
    list() {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return readdirSync(folder);
    },
    sizeBytes: (name) => statSync(join(folder, name)).size,
    read: (name, at, lengthBytes) => readPart(join(folder, name), at, lengthBytes),
    create: async (name) => {
      const handle = await open(join(folder, name), "w", 0o600);
      return {
        write: async (bytes, from, to, at) => (await handle.write(bytes, from, to - from, at)).bytesWritten,
        sync: () => handle.datasync(),
        close: () => handle.close(),
      };
    },
    remove: (name) => unlink(join(folder, name)),
    async syncFolder() {
      // Windows has no such thing and needs none.
      if (process.platform === "win32") return;
      const handle = await open(folder, "r");
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
  };
}

function readPart(path: string, at: number, lengthBytes: number): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.allocUnsafeSlow(lengthBytes);
    let length = 0;
    while (length < lengthBytes) {
      const count = readSync(file, bytes, length, lengthBytes - length, at + length);
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

/**
 * A file system in memory that fails the way real ones do. Every operation waits until the test lets it go on; a crash
 * may come at any such point. Contents are kept twice: as the process sees them, and as the disk has them.
 */
import type { Files, WritableFile } from "../../runtime/journal/files.ts";

/** Whole number from 0 to `below` − 1. */
export type Random = (below: number) => number;

/** What happens to an operation that goes on; undefined: it works. */
export type Fault = "ENOSPC" | "EIO" | "short";

const pageBytes = 64;

interface Inode {
  seen: Buffer;
  disk: Buffer;
  /** Pages the disk does not have yet. */
  dirty: Set<number>;
}

interface Waiting {
  readonly kind: "create" | "write" | "sync" | "close" | "remove" | "syncFolder";
  /** What a crash in the middle may leave done of it. */
  readonly partly: () => void;
  readonly goOn: (fault: Fault | undefined) => void;
}

export class FakeFiles implements Files {
  /** While true every write fails, after some bytes. */
  isFull = false;
  /** After a failed sync the process may see what the disk has: some file systems do so. */
  dropsPages = false;
  readonly waiting: Waiting[] = [];
  readonly #random: Random;
  #seen = new Map<string, Inode>();
  #disk = new Map<string, Inode>();
  /** Names that were created or removed since the folder was synced. */
  #changed = new Set<string>();

  constructor(random: Random) {
    this.#random = random;
  }

  list(): readonly string[] {
    return [...this.#seen.keys()];
  }

  sizeBytes(name: string): number {
    return this.#inode(name).seen.length;
  }

  read(name: string, at: number, lengthBytes: number): Buffer {
    return Buffer.from(this.#inode(name).seen.subarray(at, at + lengthBytes));
  }

  async create(name: string): Promise<WritableFile> {
    const make = () => {
      const inode: Inode = this.#seen.get(name) ?? emptyInode();
      truncate(inode);
      this.#seen.set(name, inode);
      this.#changed.add(name);
      return inode;
    };
    const fault = await this.#turn("create", () => void make());
    if (fault === "EIO" || fault === "ENOSPC" || this.isFull) throw ioError(fault ?? "ENOSPC");
    return this.#file(make());
  }

  async remove(name: string): Promise<void> {
    const remove = () => {
      this.#seen.delete(name);
      this.#changed.add(name);
    };
    const fault = await this.#turn("remove", remove);
    if (fault === "EIO") throw ioError(fault);
    remove();
  }

  async syncFolder(): Promise<void> {
    const fault = await this.#turn("syncFolder", () => this.#keepNames());
    this.#keepNames();
    if (fault === "EIO") throw ioError(fault);
    this.#disk = new Map(this.#seen);
    this.#changed.clear();
  }

  /** Flips a bit. */
  rot(name: string, at: number): void {
    const inode = this.#inode(name);
    inode.seen[at]! ^= 1 << this.#random(8);
    inode.disk = Buffer.from(inode.seen);
    inode.dirty.clear();
  }

  /** What the next process finds. `kill`: the system lives on and remembers everything; `power`: only the disk does. */
  crash(kind: "kill" | "power"): FakeFiles {
    for (const operation of this.waiting) if (this.#random(2) === 0) operation.partly();
    if (kind === "power") {
      this.#keepNames();
      const inodes = new Set([...this.#disk.values(), ...this.#seen.values()]);
      for (const inode of inodes) {
        this.#keepPages(inode);
        inode.seen = Buffer.from(inode.disk);
        inode.dirty.clear();
      }
      this.#seen = new Map(this.#disk);
      this.#changed.clear();
    }
    const next = new FakeFiles(this.#random);
    next.dropsPages = this.dropsPages;
    next.#seen = this.#seen;
    next.#disk = this.#disk;
    next.#changed = this.#changed;
    // Nothing that still holds this one may change what the next one has.
    this.#seen = new Map();
    this.#disk = new Map();
    this.#changed = new Set();
    return next;
  }

  #file(inode: Inode): WritableFile {
    return {
      write: async (bytes, from, to, at) => {
        const some = (atLeast = 0) => {
          const count = atLeast + this.#random(to - from - atLeast);
          put(inode, bytes.subarray(from, from + count), at);
          return count;
        };
        const fault = await this.#turn("write", () => void some());
        if (fault === "short" && to - from > 1) return some(1);
        if (fault === "ENOSPC" || fault === "EIO" || this.isFull) {
          some();
          throw ioError(fault === "EIO" ? "EIO" : "ENOSPC");
        }
        put(inode, bytes.subarray(from, to), at);
        return to - from;
      },
      sync: async () => {
        const fault = await this.#turn("sync", () => this.#keepPages(inode));
        if (fault === "EIO") {
          this.#keepPages(inode);
          // Linux forgets that the pages were dirty: the next sync will not write them.
          if (this.dropsPages && this.#random(2) === 0) inode.seen = Buffer.from(inode.disk);
          inode.dirty.clear();
          throw ioError(fault);
        }
        inode.disk = Buffer.from(syncedContent(inode));
        inode.dirty.clear();
      },
      close: async () => {
        await this.#turn("close", () => undefined);
      },
    };
  }

  #turn(kind: Waiting["kind"], partly: () => void): Promise<Fault | undefined> {
    return new Promise((resolve) => {
      const operation: Waiting = {
        kind,
        partly,
        goOn: (fault) => {
          this.waiting.splice(this.waiting.indexOf(operation), 1);
          resolve(fault);
        },
      };
      this.waiting.push(operation);
    });
  }

  /** Some dirty pages reach the disk by themselves, in any order; of one perhaps a part. */
  #keepPages(inode: Inode): void {
    for (const page of inode.dirty) {
      if (this.#random(2) === 0) continue;
      const from = page * pageBytes;
      const whole = Math.min(from + pageBytes, inode.seen.length);
      const to = this.#random(4) === 0 ? from + this.#random(Math.max(1, whole - from)) : whole;
      inode.disk = grown(inode.disk, to);
      inode.seen.copy(inode.disk, from, from, to);
    }
  }

  /** Some names that came or went do so on the disk by themselves. */
  #keepNames(): void {
    for (const name of this.#changed) {
      if (this.#random(2) === 0) continue;
      const inode = this.#seen.get(name);
      if (inode) this.#disk.set(name, inode);
      else this.#disk.delete(name);
    }
  }

  #inode(name: string): Inode {
    const inode = this.#seen.get(name);
    if (!inode) throw Object.assign(new Error(`ENOENT: no such file, ${name}`), { code: "ENOENT" });
    return inode;
  }
}

function emptyInode(): Inode {
  return { seen: Buffer.alloc(0), disk: Buffer.alloc(0), dirty: new Set() };
}

/** The disk may keep the old length, and content, until the next sync. */
function truncate(inode: Inode): void {
  inode.seen = Buffer.alloc(0);
  inode.dirty.clear();
}

/** What a sync makes durable: dirty pages over what the disk has, at the length that is seen. */
function syncedContent(inode: Inode): Buffer {
  const content = Buffer.alloc(inode.seen.length);
  inode.disk.copy(content);
  for (const page of inode.dirty) {
    inode.seen.copy(content, page * pageBytes, page * pageBytes, (page + 1) * pageBytes);
  }
  return content;
}

function put(inode: Inode, bytes: Buffer, at: number): void {
  if (bytes.length === 0) return;
  inode.seen = grown(inode.seen, at + bytes.length);
  bytes.copy(inode.seen, at);
  const last = Math.floor((at + bytes.length - 1) / pageBytes);
  for (let page = Math.floor(at / pageBytes); page <= last; page++) inode.dirty.add(page);
}

function grown(content: Buffer, lengthBytes: number): Buffer {
  if (content.length >= lengthBytes) return content;
  const larger = Buffer.alloc(lengthBytes);
  content.copy(larger);
  return larger;
}

function ioError(code: "ENOSPC" | "EIO" | "short"): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

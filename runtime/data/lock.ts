/**
 * One process per folder, by a file `lock` that names its holder. A holder that was killed leaves the file behind;
 * the next process sees that the holder is gone and takes over. Process ids are used again (in a container every
 * holder is process 1), so the file also says when the holder was started, where the system tells. Processes that
 * cannot see each other, such as two containers on one volume, are beyond this.
 */
import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @param held makes the error for when a living process holds the folder
 * @returns releases the lock
 */
export function lockFolder(folder: string, held: (pid: number | undefined) => Error): () => void {
  const file = join(folder, "lock");
  const mine = join(folder, `lock.${process.pid}`);
  const content = `${process.pid} ${startOf(process.pid)}\n`;
  // Written aside and linked, so that nobody ever reads a half-written lock.
  writeFileSync(mine, content);
  try {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      if (tryLink(mine, file)) return () => release(file, content);
      const found = readLock(file);
      if (found === undefined) continue;
      if (isAlive(found)) throw held(pidOf(found));
      removeStale(file, found, `${mine}.stale`);
    }
    throw held(undefined);
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Several processes may race for a stale lock; each round one of them wins. */
const attemptsMax = 20;

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readLock(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Moves the stale lock away, unless somebody else did and locked meanwhile: then theirs is put back. */
function removeStale(file: string, stale: string, aside: string): void {
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if (readLock(aside) !== stale) tryLink(aside, file);
  unlinkSync(aside);
}

function release(file: string, content: string): void {
  if (readLock(file) === content) rmSync(file, { force: true });
}

function pidOf(content: string): number | undefined {
  const pid = Number(content.split(" ")[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

function isAlive(content: string): boolean {
  const pid = pidOf(content);
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const started = content.trim().split(" ")[1] ?? unknownStart;
  const now = startOf(pid);
  return started === unknownStart || now === unknownStart || started === now;
}

const unknownStart = "?";

/** Linux tells the boot and the tick a process was started at; elsewhere the id has to do. */
function startOf(pid: number): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses and may hold spaces; starttime is field 22.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return `${boot}:${fields[19]}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return unknownStart;
  }
}

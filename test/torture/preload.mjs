/**
 * Loaded before the runtime, in each of its threads: lies about the clock and the disk as a file says that is named by
 * TORTURE_LIES: `{"offsetMs": 0, "diskFull": false}`. The runtime itself has no switch for it.
 */
import { readFileSync } from "node:fs";
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

let lies = { offsetMs: 0, diskFull: false };
const listen = () => {
  try {
    lies = JSON.parse(readFileSync(process.env.TORTURE_LIES, "utf8"));
  } catch (error) {
    // Replaced just now: the next look finds it.
    if (error.code !== "ENOENT" && !(error instanceof SyntaxError)) throw error;
  }
};
listen();
setInterval(listen, 20).unref();

const TrueDate = Date;
const now = () => TrueDate.now() + lies.offsetMs;
class LyingDate extends TrueDate {
  constructor(...args) {
    super(...(args.length === 0 ? [now()] : args));
  }
  static now = now;
}
globalThis.Date = LyingDate;

const open = promises.open;
promises.open = async (path, ...rest) => {
  const handle = await open(path, ...rest);
  if (!String(path).endsWith(".journal")) return handle;
  const write = handle.write.bind(handle);
  handle.write = async (bytes, from, length, at) => {
    if (!lies.diskFull) return write(bytes, from, length, at);
    // As a disk does: what still fits is written.
    if (length > 1) await write(bytes, from, Math.floor(length / 2), at);
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  };
  return handle;
};
syncBuiltinESMExports();

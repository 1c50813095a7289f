/** The control plane's lmdb environment. */
import { open, type RootDatabase } from "lmdb";

/**
 * A transaction is on the disk when it returns: what the API calls saved survives a power cut. Writes are synchronous,
 * since a commit that fails rejects promises inside lmdb that nobody can reach: a full disk would end the process.
 * Values are kept as JSON, so that a store can be read with any lmdb tool.
 */
export function openDatabase(path: string): RootDatabase {
  return open({ path, encoding: "json", maxDbs: 16, overlappingSync: false });
}

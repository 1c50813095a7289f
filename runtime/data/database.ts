/** The control plane's lmdb environment. */
import { open, type RootDatabase } from "lmdb";

/**
 * A transaction's promise resolves when it is on the disk: what the API calls saved survives a power cut.
 * Values are kept as JSON, so that a store can be read with any lmdb tool.
 */
export function openDatabase(path: string): RootDatabase {
  return open({ path, encoding: "json", maxDbs: 16, overlappingSync: false });
}

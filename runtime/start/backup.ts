/** `millrace backup` and `millrace restore`. */
import { version } from "../../package.json";
import { CheckpointStore } from "../checkpoint/store.ts";
import { backUp, restore } from "../data/backup.ts";
import { dataPaths } from "../data/folder.ts";
import { Journal } from "../journal/journal.ts";

export interface Copying {
  readonly command: "backup" | "restore";
  readonly folder: string;
  readonly dataDir: string;
}

/** @returns what was done. @throws DataFolderError with what to do */
export async function copyData({ command, folder, dataDir }: Copying, now: () => number): Promise<string> {
  if (command === "backup") {
    await backUp({ dataDir, target: folder, version, at: now(), isWhole });
    return `${dataDir} is backed up in ${folder}. Keep it as safe as the data folder: it holds the key of the stored passwords.`;
  }
  const { at } = restore(folder, dataDir);
  return `${dataDir} is as it was at ${new Date(at).toISOString()}. Start Millrace with --data ${dataDir}.`;
}

/** Opening them also proves that both can be read. */
async function isWhole(copy: string): Promise<boolean> {
  const { planePath, journalPath } = dataPaths(copy);
  const store = new CheckpointStore(planePath);
  const { progress } = store;
  await store.close();
  if (!progress?.journaled) return true;
  const journal = new Journal({
    files: journalPath,
    mode: "off",
    ageMsMax: Number.POSITIVE_INFINITY,
    sizeBytesMax: Number.POSITIVE_INFINITY,
    notice: () => undefined,
  });
  const reaches = journal.first <= progress.position;
  await journal.close();
  return reaches;
}

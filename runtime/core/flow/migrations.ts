/** Brings flow documents of older formats to the current one, a step per format. */
import { flowFormat } from "./document.ts";

type Fields = Record<string, unknown>;

/** What turns a document of format n (the key) into one of format n + 1. Format 1 is the first. */
const steps: Readonly<Record<number, (flow: Fields) => Fields>> = {};

export function migrateFlow(flow: Fields, from: number): Fields {
  let migrated = flow;
  for (let format = from; format < flowFormat; format++) migrated = steps[format]!(migrated);
  return migrated;
}

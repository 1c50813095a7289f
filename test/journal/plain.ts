import type { JournalBatch } from "../../runtime/core/engine/journal.ts";

export type PlainBatch = Omit<JournalBatch, "inputs"> & { readonly inputs: readonly unknown[] };

/** Batches as JSON, payloads as hexadecimal text: they compare by content. */
export function plain(batches: Iterable<JournalBatch>): PlainBatch[] {
  return Array.from(batches, ({ position, now, inputs }) => ({
    position,
    now,
    inputs: inputs.map((input) =>
      input.kind === "mqtt" ? { ...input, payload: Buffer.from(input.payload).toString("hex") } : input,
    ),
  }));
}

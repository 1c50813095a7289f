import fc from "fast-check";
import { expect, test } from "vitest";
import type { JournalBatch, JournalInput } from "../../runtime/core/engine/journal.ts";
import { Names, RecordBuffer } from "../../runtime/journal/encode.ts";
import { readHeads, readRecords } from "../../runtime/journal/records.ts";
import { everyKind } from "./inputs.ts";
import { plain } from "./plain.ts";

const name = fc.oneof(fc.constantFrom("a", "a/b", "ü/🏠"), fc.string({ unit: "grapheme" }));

const mqtt = fc.record(
  {
    kind: fc.constant("mqtt" as const),
    connection: name,
    topic: name,
    payload: fc.uint8Array({ maxLength: 300 }),
    retained: fc.boolean(),
    packetId: fc.integer({ min: 1, max: 65_535 }),
  },
  { requiredKeys: ["kind", "connection", "topic", "payload", "retained"] },
);

const input: fc.Arbitrary<JournalInput> = fc.oneof(mqtt, fc.constantFrom(...everyKind));

const batch = fc.record({ now: fc.integer(), inputs: fc.array(input), begins: fc.boolean() });

/** Records one behind the other, from a position on. */
function encode(from: number, list: readonly { now: number; inputs: JournalInput[]; begins: boolean }[]) {
  const records = new RecordBuffer(16);
  const batches: JournalBatch[] = [];
  const starts: number[] = [];
  let names = new Names(from);
  let position = from;
  for (const { now, inputs, begins } of list) {
    starts.push(records.lengthBytes);
    if (begins) names = new Names(position);
    batches.push({ position, now, inputs });
    records.append(batches.at(-1)!, names, from);
    position += 1 + inputs.length;
  }
  const bytes = records.bytes.subarray(0, records.lengthBytes);
  return { batches, starts, bytes };
}

function decode(bytes: Buffer) {
  const read = (at: number, lengthBytes: number) => Buffer.from(bytes.subarray(at, at + lengthBytes));
  return [...readRecords(read, 0, bytes.length)];
}

const position = fc.constantFrom(0, 1, 127, 128, 2 ** 31, 2 ** 40 + 1);

test("what is encoded is decoded", () => {
  fc.assert(
    fc.property(position, fc.array(batch, { minLength: 1 }), (from, list) => {
      const { batches, bytes } = encode(from, list);
      const records = decode(bytes);
      expect(plain(records.map(({ batch }) => batch))).toEqual(plain(batches));
      const heads = [
        ...readHeads((at, length) => Buffer.from(bytes.subarray(at, at + length)), 0, bytes.length),
      ];
      expect(heads.map(({ position }) => position)).toEqual(batches.map(({ position }) => position));
      expect(heads.every(({ synced }) => synced === from)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("a damaged byte costs the record it is in, and what needs its names, up to the next block at most", () => {
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1, maxLength: 8 }), fc.nat(), fc.nat(7), (list, place, bit) => {
      const { batches, starts, bytes } = encode(0, list);
      const at = place % bytes.length;
      bytes[at]! ^= 1 << bit;
      const hit = starts.findLastIndex((start) => start <= at);
      const found = plain(decode(bytes).map(({ batch }) => batch));
      const next = list.findIndex(({ begins }, index) => index > hit && begins);
      const isSure = (_: unknown, index: number) =>
        index < hit ||
        (next >= 0 && index >= next) ||
        // Whatever the damage: who needs no names is read.
        (index > hit && batches[index]!.inputs.every(({ kind }) => kind !== "mqtt"));
      expect(found).toEqual(expect.arrayContaining(plain(batches).filter(isSure)));
      // Whatever else was read is one of the others, unchanged.
      expect(plain(batches.filter((_, index) => index !== hit))).toEqual(expect.arrayContaining(found));
    }),
    { numRuns: 500 },
  );
});

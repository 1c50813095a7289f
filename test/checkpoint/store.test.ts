import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "lmdb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CheckpointStore, type TableName } from "../../runtime/checkpoint/store.ts";
import type { SnapshotRecord } from "../../runtime/core/engine/output.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-checkpoint-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A checkpoint that changes what the engine knows, and nothing else. */
function save(store: CheckpointStore, state: readonly SnapshotRecord[], position: number): Promise<void> {
  const progress = { position, now: position * 100, journaled: true };
  return store.save({ state, flows: [], outbox: [], deliveries: [] }, progress);
}

const recordsOf = (store: CheckpointStore, table: TableName = "state") =>
  [...store.load(table)].map(({ address, value }) => ({ address, value }));

async function reopen(store: CheckpointStore): Promise<CheckpointStore> {
  await store.close();
  return new CheckpointStore(folder);
}

test("a fresh folder has no progress and no records", async () => {
  const store = new CheckpointStore(folder);
  expect(store.progress).toBeUndefined();
  expect(recordsOf(store)).toEqual([]);
  await store.close();
});

test("records and progress survive closing; null forgets, a later value replaces", async () => {
  let store = new CheckpointStore(folder);
  await save(
    store,
    [
      { address: ["f", "n"], value: { gauges: { raised: 1 } } },
      { address: ["f", "n", "room 1"], value: [1, "two", { three: null }] },
      { address: ["f", "n", "room 2"], value: 2 },
    ],
    10,
  );
  store = await reopen(store);
  await save(
    store,
    [
      { address: ["f", "n", "room 1"], value: "new" },
      { address: ["f", "n", "room 2"], value: null },
    ],
    20,
  );
  store = await reopen(store);
  expect(store.progress).toEqual({ position: 20, now: 2000, journaled: true });
  expect(new Map(recordsOf(store).map((each) => [each.address.join("/"), each.value]))).toEqual(
    new Map<string, unknown>([
      ["f/n", { gauges: { raised: 1 } }],
      ["f/n/room 1", "new"],
    ]),
  );
  await store.close();
});

test("keys of any content and length keep apart and come back exactly", async () => {
  const keys = [
    "",
    "\0",
    "#",
    '"],["',
    "a\0b",
    "\ud800",
    "温度",
    "x".repeat(65_000),
    `${"x".repeat(65_000)}y`,
  ];
  let store = new CheckpointStore(folder);
  await save(
    store,
    keys.map((key, index) => ({ address: ["f", "n", key], value: index })),
    1,
  );
  store = await reopen(store);
  const found = new Map(recordsOf(store).map((each) => [each.address[2], each.value]));
  expect(found).toEqual(new Map(keys.map((key, index) => [key, index])));
  await save(store, [{ address: ["f", "n", keys[7]!], value: null }], 2);
  expect(recordsOf(store).length).toBe(keys.length - 1);
  await store.close();
});

test("a value is taken as it is when save is called", async () => {
  const store = new CheckpointStore(folder);
  const state = { count: 1 };
  const saved = save(store, [{ address: ["f", "n", "k"], value: state }], 1);
  state.count = 2;
  await saved;
  expect(recordsOf(store)[0]?.value).toEqual({ count: 1 });
  await store.close();
});

test("what an MQTT session holds survives closing", async () => {
  let store = new CheckpointStore(folder);
  expect(store.session("main")).toBeUndefined();
  store.saveSession("main", { clientId: "millrace-1", filters: { "a/+": 3 } });
  store = await reopen(store);
  expect(store.session("main")).toEqual({ clientId: "millrace-1", filters: { "a/+": 3 } });
  await store.close();
});

test("a checkpoint of a newer format is refused, with the folder and what to do", async () => {
  const root = open<string, string>({ path: folder, encoding: "string", maxDbs: 2 });
  root.openDB<string, string>({ name: "meta", encoding: "string" }).putSync("format", "3");
  await root.close();
  expect(() => new CheckpointStore(folder)).toThrow(`the checkpoint in ${folder} has format 3`);
});

test("all tables of a checkpoint are saved together", async () => {
  let store = new CheckpointStore(folder);
  const changes = {
    state: [{ address: ["f", "n"], value: 1 }],
    flows: [{ address: ["f"], value: { version: 2 } }],
    outbox: [{ address: ["7"], value: { id: "f/3.0" } }],
    deliveries: [{ address: ["main", "12"], value: "hash" }],
  };
  await store.save(changes, { position: 4, now: 400, journaled: true });
  store = await reopen(store);
  const found = Object.fromEntries(
    (["state", "flows", "outbox", "deliveries"] as const).map((table) => [table, recordsOf(store, table)]),
  );
  expect(found).toEqual(changes);
  await store.close();
});

test("nothing is written before it may be; what could not be written is written with the next", async () => {
  let store = new CheckpointStore(folder);
  const none = { state: [], flows: [], outbox: [], deliveries: [] };
  const progress = { position: 4, now: 400, journaled: true };
  let fail!: (error: Error) => void;
  const ready = new Promise<void>((_resolve, reject) => {
    fail = reject;
  });
  const saved = store.save({ ...none, state: [{ address: ["f", "n"], value: 1 }] }, progress, ready);
  expect(store.progress).toBeUndefined();
  fail(new Error("no journal"));
  await expect(saved).rejects.toThrow("no journal");
  await store.save(none, { ...progress, position: 5 });
  store = await reopen(store);
  expect(store.progress?.position).toBe(5);
  expect(recordsOf(store)).toEqual([{ address: ["f", "n"], value: 1 }]);
  await store.close();
});

test("a checkpoint of the first format goes on, without a journal behind it", async () => {
  const root = open<string, string>({ path: folder, encoding: "string", maxDbs: 2 });
  root.openDB<string, string>({ name: "meta", encoding: "string" }).putSync("format", "1");
  root
    .openDB<string, string>({ name: "meta", encoding: "string" })
    .putSync("progress", JSON.stringify({ position: 7, now: 8 }));
  root.openDB<string, string>({ name: "state", encoding: "string" }).putSync('["f","n","k"]', "1");
  await root.close();
  const store = new CheckpointStore(folder);
  expect(store.progress).toEqual({ position: 7, now: 8, journaled: false });
  expect(recordsOf(store)).toEqual([{ address: ["f", "n", "k"], value: 1 }]);
  expect([...store.load("flows")]).toEqual([]);
  await store.close();
});

test("a file that is no checkpoint, or was cut short, is refused with what to do", async () => {
  const store = new CheckpointStore(folder);
  for (let n = 1; n < 4; n++) await save(store, [{ address: ["f", "n"], value: "x".repeat(100_000) }], n);
  await store.close();
  const file = join(folder, "data.mdb");
  truncateSync(file, 3 * 4096);
  expect(() => new CheckpointStore(folder)).toThrow(/was cut short .* move the folder away/s);
  writeFileSync(file, "x".repeat(8192));
  expect(() => new CheckpointStore(folder)).toThrow(/is not an lmdb file .* Restore it from a backup/s);
});

test("after a start that did not come through reading it, damage that ends a process is found by another one", async () => {
  const store = new CheckpointStore(folder);
  const records = Array.from({ length: 5000 }, (_, n) => ({
    address: ["f", "n", `key ${n}`],
    value: "x".repeat(100),
  }));
  await save(store, records, 1);
  await store.close();
  // The mark is there: the store was never told that it was read well. It is whole, and opens.
  await new CheckpointStore(folder).close();
  const file = join(folder, "data.mdb");
  const bytes = readFileSync(file);
  // Both meta pages stay; all others are nonsense.
  bytes.fill(0xff, 2 * 4096);
  writeFileSync(file, bytes);
  expect(() => new CheckpointStore(folder)).toThrow(/cannot be read: reading it (ends the process|fails)/);
});

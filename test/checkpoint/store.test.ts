import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "lmdb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CheckpointStore } from "../../runtime/checkpoint/store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-checkpoint-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function reopen(store: CheckpointStore): Promise<CheckpointStore> {
  await store.close();
  return new CheckpointStore(folder);
}

test("a fresh folder has no progress and no records", async () => {
  const store = new CheckpointStore(folder);
  expect(store.progress).toBeUndefined();
  expect([...store.load()]).toEqual([]);
  await store.close();
});

test("records and progress survive closing; null forgets, a later value replaces", async () => {
  let store = new CheckpointStore(folder);
  await store.save(
    [
      { address: ["f", "n"], value: { gauges: { raised: 1 } } },
      { address: ["f", "n", "room 1"], value: [1, "two", { three: null }] },
      { address: ["f", "n", "room 2"], value: 2 },
    ],
    { position: 10, now: 1000 },
  );
  store = await reopen(store);
  await store.save(
    [
      { address: ["f", "n", "room 1"], value: "new" },
      { address: ["f", "n", "room 2"], value: null },
    ],
    { position: 20, now: 2000 },
  );
  store = await reopen(store);
  expect(store.progress).toEqual({ position: 20, now: 2000 });
  expect(new Map([...store.load()].map((each) => [each.address.join("/"), each.value]))).toEqual(
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
  await store.save(
    keys.map((key, index) => ({ address: ["f", "n", key], value: index })),
    { position: 1, now: 1 },
  );
  store = await reopen(store);
  const found = new Map([...store.load()].map((each) => [each.address[2], each.value]));
  expect(found).toEqual(new Map(keys.map((key, index) => [key, index])));
  await store.save([{ address: ["f", "n", keys[7]!], value: null }], { position: 2, now: 2 });
  expect([...store.load()].length).toBe(keys.length - 1);
  await store.close();
});

test("a value is taken as it is when save is called", async () => {
  const store = new CheckpointStore(folder);
  const state = { count: 1 };
  const saved = store.save([{ address: ["f", "n", "k"], value: state }], { position: 1, now: 1 });
  state.count = 2;
  await saved;
  expect([...store.load()][0]?.value).toEqual({ count: 1 });
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
  root.openDB<string, string>({ name: "meta", encoding: "string" }).putSync("format", "2");
  await root.close();
  expect(() => new CheckpointStore(folder)).toThrow(`the checkpoint in ${folder} has format 2`);
});

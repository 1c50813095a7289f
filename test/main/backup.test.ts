/** `backup` of a running instance under load, and `restore`: what the flows know goes on where the copy was taken. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { expect, test, vi } from "vitest";
import type { RunningRuntime } from "../harness/runtime.ts";
import { startRuntime } from "../harness/runtime.ts";
import { flowOf } from "../plane/flows.ts";

vi.setConfig({ testTimeout: 120_000 });
const soon = { timeout: 30_000, interval: 50 };
const main = join(import.meta.dirname, "../../dist/runtime/main.js");

const counting = flowOf(
  "counting",
  {
    in: ["mqtt-in", { topic: "load/{device}", format: "number", connection: "default", qos: "1" }],
    sum: [
      "window",
      {
        kind: "stream",
        aggregates: [
          { name: "count", function: "count", value: "payload" },
          { name: "last", function: "max", value: "payload" },
          { name: "first", function: "min", value: "payload" },
        ],
      },
    ],
    out: ["mqtt-out", { topic: "sums/{device}", qos: "1", connection: "default" }],
  },
  ["in.out -> sum.in", "sum.out -> out.in"],
);

async function run(...args: string[]): Promise<{ code: number; text: string }> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (text += data));
  const [code] = await once(child, "close");
  return { code, text };
}

async function deploy(runtime: RunningRuntime): Promise<void> {
  const headers = { authorization: `Bearer ${runtime.token}`, "content-type": "application/json" };
  const post = (path: string, body: unknown, more = {}) =>
    fetch(runtime.url + path, {
      method: "POST",
      headers: { ...headers, ...more },
      body: JSON.stringify(body),
    });
  expect((await post("/api/flows", counting)).status).toBe(201);
  expect((await post("/api/flows/counting/deploy", { onto: 0 }, { "If-Match": '"1"' })).status).toBe(200);
}

/** Numbers count up from 0: as long as none is lost or counted twice, there is one more of them than the largest. */
interface Sum {
  readonly first: number;
  readonly count: number;
  readonly last: number;
}

/** What comes on sums/a. */
async function listen(client: MqttClient): Promise<Sum[]> {
  const sums: Sum[] = [];
  client.on("message", (_topic, payload) => sums.push(JSON.parse(payload.toString())));
  await client.subscribeAsync("sums/a", { qos: 1 });
  return sums;
}

test("a backup taken under load goes on, restored, with every message counted once", async () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-backup-"));
  const [backup, restored] = [join(folder, "copy"), join(folder, "restored")];
  const first = await startRuntime();
  await deploy(first);
  const client = await connectAsync(first.mqttUrl);
  let sums = await listen(client);
  let next = 0;
  let loading = true;
  const publish = () => client.publishAsync("load/a", String(next++), { qos: 1 });
  const load = async () => {
    while (loading) await Promise.all(Array.from({ length: 20 }, publish));
  };
  const loaded = load();
  await vi.waitFor(() => expect(sums.at(-1)?.count).toBeGreaterThan(200), soon);
  const countBefore = sums.at(-1)!.count;
  const { code, text } = await run("backup", backup, "--data", first.dataDir);
  expect([code, text]).toEqual([0, expect.stringContaining(`is backed up in ${backup}`)]);
  const sentAfter = next;
  loading = false;
  await loaded;
  await vi.waitFor(() => expect(sums.at(-1)?.count).toBe(next), soon);
  await client.endAsync();
  await first.stop();

  expect(await run("restore", backup, "--data", restored)).toMatchObject({ code: 0 });
  const second = await startRuntime({ dataDir: restored });
  const later = await connectAsync(second.mqttUrl);
  sums = await listen(later);
  // What waited in the broker's queue at the time of the copy comes before it.
  await later.publishAsync("load/a", "-1", { qos: 1 });
  await vi.waitFor(() => expect(sums.at(-1)?.first).toBe(-1), soon);
  const { count, last } = sums.at(-1)!;
  expect(count - 1).toBe(last + 1);
  expect(count - 1).toBeGreaterThanOrEqual(countBefore);
  expect(count - 1).toBeLessThanOrEqual(sentAfter);
  await later.endAsync();
  await second.stop();
});

test("what is no data folder, no backup or not empty is refused with what to do", async () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-backup-"));
  expect(await run("backup", join(folder, "copy"), "--data", folder)).toEqual({
    code: 1,
    text: `millrace: ${folder} is no data folder of Millrace. Name it with --data DIR.\n`,
  });
  expect(await run("restore", folder, "--data", join(folder, "new"))).toMatchObject({ code: 1 });
  expect(await run("backup")).toEqual({ code: 2, text: "millrace: It is: backup FOLDER [--data DIR].\n" });
});

import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt from "mqtt";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { EmbeddedBroker } from "../../runtime/broker/embeddedBroker.ts";
import { bundle } from "../plane/bundle.ts";

const soon = { timeout: 15_000, interval: 10 };
const brokers: EmbeddedBroker[] = [];
const folders: string[] = [];
let built: Awaited<ReturnType<typeof bundle>>;

beforeAll(async () => {
  built = await bundle({ broker: "runtime/broker/worker.ts" });
});
afterAll(() => built.remove());
afterEach(async () => {
  await Promise.all(brokers.splice(0).map((each) => each.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function create(folder = newFolder()): EmbeddedBroker {
  const broker = new EmbeddedBroker(built.url("broker"), folder);
  brokers.push(broker);
  return broker;
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "millrace-broker-"));
  folders.push(folder);
  return folder;
}

test("it passes messages between clients, and its port is free again after a stop", async () => {
  const broker = create();
  const port = await broker.start(0);
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
  const heard: string[] = [];
  client.on("message", (_topic, payload) => heard.push(payload.toString()));
  await client.subscribeAsync("a/#", { qos: 1 });
  await client.publishAsync("a/b", "hello", { qos: 1 });
  await vi.waitFor(() => expect(heard).toEqual(["hello"]), soon);
  await client.endAsync(true);
  await broker.stop();
  expect(await create().start(port)).toBe(port);
});

test("a port that is taken is named in the error", async () => {
  const port = await create().start(0);
  await expect(create().start(port)).rejects.toMatchObject({
    name: "BrokerError",
    code: "EADDRINUSE",
    port,
    message: `port ${port} is used by another program`,
  });
});

test("a packet beyond the bound ends that client with a notice; the others go on", async () => {
  const broker = create();
  const notices: string[] = [];
  broker.on("notice", (text) => notices.push(text));
  const port = await broker.start(0);
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
  const hostile = connect(port, "127.0.0.1");
  const closed = new Promise((resolve) => hostile.once("close", resolve));
  // The header of a CONNECT packet of 256 MB.
  hostile.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
  await closed;
  await vi.waitFor(() => expect(notices.join()).toMatch("268435455 bytes is larger than"), soon);
  await client.publishAsync("a", "still here", { qos: 1 });
  await client.endAsync(true);
});

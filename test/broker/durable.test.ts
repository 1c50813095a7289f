/** What the embedded broker has acknowledged survives a kill at any moment: its process is killed here for real. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from "mqtt";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { bundle } from "../plane/bundle.ts";

const soon = { timeout: 15_000, interval: 10 };
let built: Awaited<ReturnType<typeof bundle>>;
let folder: string;
const clients: MqttClient[] = [];
const children: ChildProcess[] = [];

beforeAll(async () => {
  built = await bundle({ brokerProcess: "test/broker/brokerProcess.ts" });
  folder = mkdtempSync(join(tmpdir(), "millrace-broker-"));
});
afterAll(async () => {
  await built.remove();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((each) => each.endAsync(true)));
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

interface Running {
  readonly port: number;
  /** Kills it without a warning. */
  kill(): Promise<void>;
}

async function start(name: string): Promise<Running> {
  const child = spawn(process.execPath, [built.url("brokerProcess").pathname, join(folder, name)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const port = await new Promise<number>((resolve) => {
    child.stdout!.once("data", (text: Buffer) => resolve(Number(text.toString())));
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    port,
    kill: () => {
      child.kill("SIGKILL");
      return exited;
    },
  };
}

interface Listener {
  readonly client: MqttClient;
  readonly packets: IPublishPacket[];
}

/** @param takes false: it receives and acknowledges nothing */
async function session(port: number, takes = true): Promise<Listener> {
  const options: IClientOptions = { clientId: "plane", clean: false, reconnectPeriod: 0 };
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, options);
  clients.push(client);
  const packets: IPublishPacket[] = [];
  client.on("packetreceive", (packet) => packet.cmd === "publish" && packets.push(packet));
  // Without its callback MQTT.js neither acknowledges nor reads on.
  if (!takes) client.handleMessage = () => undefined;
  await new Promise<void>((resolve) => client.once("connect", () => resolve()));
  return { client, packets };
}

async function device(port: number): Promise<MqttClient> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  clients.push(client);
  return client;
}

const texts = (packets: readonly IPublishPacket[]) => packets.map((each) => each.payload.toString());

test.each([1, 2] as const)(
  "a QoS %i message that was acknowledged reaches a sleeping session after a kill, once and in order",
  async (qos) => {
    const first = await start(`sleeping-${qos}`);
    const sleeper = await session(first.port);
    await sleeper.client.subscribeAsync("a/#", { qos });
    await sleeper.client.endAsync(true);
    const sender = await device(first.port);
    const sent = Array.from({ length: 200 }, (_, index) => `message ${index}`);
    await Promise.all(sent.map((text) => sender.publishAsync("a/b", text, { qos })));
    await first.kill();
    const second = await start(`sleeping-${qos}`);
    const awake = await session(second.port);
    await vi.waitFor(() => expect(texts(awake.packets)).toEqual(sent), soon);
  },
);

test("what was sent and not acknowledged comes again with its packet id and DUP", async () => {
  const first = await start("again");
  const deaf = await session(first.port, false);
  await deaf.client.subscribeAsync("a", { qos: 1 });
  const sender = await device(first.port);
  await sender.publishAsync("a", "once", { qos: 1 });
  await vi.waitFor(() => expect(deaf.packets).toHaveLength(1), soon);
  await first.kill();
  const second = await start("again");
  const awake = await session(second.port);
  await vi.waitFor(() => expect(awake.packets).toHaveLength(1), soon);
  const [packet] = awake.packets;
  expect(packet).toMatchObject({ messageId: deaf.packets[0]!.messageId, dup: true });
  expect(packet!.payload.toString()).toBe("once");
});

test("a QoS 2 delivery goes on where it was after a kill, and what waits behind it comes", async () => {
  const first = await start("half-done");
  const deaf = await session(first.port, false);
  await deaf.client.subscribeAsync("a", { qos: 2 });
  const released = new Promise((resolve) =>
    deaf.client.on("packetreceive", ({ cmd }) => cmd === "pubrel" && resolve(cmd)),
  );
  const sender = await device(first.port);
  await sender.publishAsync("a", "one", { qos: 2 });
  await released;
  await first.kill();
  const second = await start("half-done");
  const awake = await session(second.port);
  await (await device(second.port)).publishAsync("a", "two", { qos: 2 });
  await vi.waitFor(() => expect(texts(awake.packets)).toEqual(["two"]), soon);
});

test("what waits for a session comes before what is sent while it reads, and without the retain flag", async () => {
  const { port } = await start("in-turn");
  const sleeper = await session(port);
  await sleeper.client.subscribeAsync("a", { qos: 1 });
  await sleeper.client.endAsync(true);
  const sender = await device(port);
  const sent = Array.from({ length: 600 }, (_, index) => `message ${index}`);
  const send = (text: string) => sender.publishAsync("a", text, { qos: 1, retain: true });
  await Promise.all(sent.slice(0, 400).map(send));
  const awake = await session(port);
  await Promise.all(sent.slice(400).map(send));
  await vi.waitFor(() => expect(texts(awake.packets)).toEqual(sent), soon);
  expect(awake.packets.filter(({ retain }) => retain)).toEqual([]);
});

test("what was acknowledged does not come again, and the subscription is still there", async () => {
  const first = await start("done");
  const listener = await session(first.port);
  await listener.client.subscribeAsync("a", { qos: 1 });
  const sender = await device(first.port);
  await sender.publishAsync("a", "one", { qos: 1 });
  await vi.waitFor(() => expect(texts(listener.packets)).toEqual(["one"]), soon);
  // The broker works packets off in order: when it has answered this, it has taken the acknowledgement in.
  await listener.client.subscribeAsync("b", { qos: 1 });
  await first.kill();
  const second = await start("done");
  const awake = await session(second.port);
  await (await device(second.port)).publishAsync("a", "two", { qos: 1 });
  await vi.waitFor(() => expect(texts(awake.packets)).toContain("two"), soon);
  expect(texts(awake.packets)).toEqual(["two"]);
});

test("retained messages survive a kill, and an empty one forgets", async () => {
  const long = "t/".repeat(90) + "x".repeat(2000);
  const first = await start("retained");
  const sender = await device(first.port);
  await sender.publishAsync("kept", "21", { qos: 1, retain: true });
  await sender.publishAsync(long, "22", { qos: 1, retain: true });
  await sender.publishAsync("gone", "23", { qos: 1, retain: true });
  await sender.publishAsync("gone", "", { qos: 1, retain: true });
  await first.kill();
  const second = await start("retained");
  const listener = await device(second.port);
  const heard = new Map<string, string>();
  listener.on("message", (topic, payload) => heard.set(topic, payload.toString()));
  await listener.subscribeAsync("#", { qos: 1 });
  await vi.waitFor(() => expect(heard.size).toBe(2), soon);
  expect([...heard]).toEqual(
    expect.arrayContaining([
      ["kept", "21"],
      [long, "22"],
    ]),
  );
});

test("a session that starts clean has neither old subscriptions nor old messages", async () => {
  const first = await start("clean");
  const sleeper = await session(first.port);
  await sleeper.client.subscribeAsync("a", { qos: 1 });
  await sleeper.client.endAsync(true);
  await (await device(first.port)).publishAsync("a", "old", { qos: 1 });
  const fresh = await mqtt.connectAsync(`mqtt://127.0.0.1:${first.port}`, { clientId: "plane", clean: true });
  await fresh.endAsync();
  await first.kill();
  const second = await start("clean");
  const again = await session(second.port);
  await again.client.subscribeAsync("b", { qos: 1 });
  await (await device(second.port)).publishAsync("a", "not for me", { qos: 1 });
  await (await device(second.port)).publishAsync("b", "for me", { qos: 1 });
  await vi.waitFor(() => expect(texts(again.packets)).toEqual(["for me"]), soon);
});

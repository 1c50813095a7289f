import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "lmdb";
import mqtt from "mqtt";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { EmbeddedBroker } from "../../runtime/broker/embeddedBroker.ts";
import { DataPlane } from "../../runtime/plane/client.ts";
import type { PlaneStatus } from "../../runtime/plane/messages.ts";
import { bundle } from "./bundle.ts";
import { alarmFlow, connectionTo, flowOf } from "./flows.ts";

const soon = { timeout: 20_000, interval: 10 };

let built: Awaited<ReturnType<typeof bundle>>;
let broker: EmbeddedBroker;
let port: number;
let folder: string;
let client: mqtt.MqttClient;
let heard: string[];

beforeAll(async () => {
  built = await bundle({ worker: "test/plane/crashingWorker.ts", broker: "runtime/broker/worker.ts" });
});
afterAll(() => built.remove());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "millrace-plane-"));
  broker = new EmbeddedBroker(built.url("broker"), join(folder, "broker"));
  port = await broker.start(0);
  client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
  heard = [];
  client.on("message", (topic, payload) => heard.push(`${topic} ${payload}`));
  await client.subscribeAsync("out/#");
});
afterEach(async () => {
  await client.endAsync(true);
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

const settings = (mode: "sync" | "interval" | "off" = "sync") => ({
  checkpointFolder: join(folder, "checkpoint"),
  journal: { folder: join(folder, "journal"), mode, ageMsMax: 3_600_000, sizeBytesMax: 1e9 },
});
const connected = (status: PlaneStatus | undefined) =>
  expect(status?.connections[0]?.state).toBe("connected");

/** Publishes until the flow has answered: its subscription may not have reached the broker yet. */
async function ask(value: string, answer: string): Promise<void> {
  await vi.waitFor(async () => {
    await client.publishAsync("in/hall", value, { qos: 1 });
    await vi.waitFor(() => expect(heard).toContain(answer), { timeout: 500 });
  }, soon);
}

test("a message from outside runs through a worker thread and its command comes back", async () => {
  const plane = new DataPlane(built.url("worker"), settings());
  await plane.start();
  await plane.deploy(alarmFlow(), 1);
  await plane.setConnections([connectionTo(port)]);
  await ask("27", "out/hall raised");
  await plane.stop();
  expect(plane.state).toBe("stopped");
});

test("a worker that dies comes back with flows, connections and the last checkpoint", async () => {
  const plane = new DataPlane(built.url("worker"), settings());
  const crashes: string[] = [];
  const states: string[] = [];
  let status: PlaneStatus | undefined;
  plane.on("crash", (error) => crashes.push(error.message));
  plane.on("state", (state) => states.push(state));
  plane.on("status", (latest) => {
    status = latest;
  });
  await plane.start();
  await plane.deploy(alarmFlow(), 1);
  await plane.setConnections([connectionTo(port)]);
  await ask("27", "out/hall raised");
  // Long enough for the periodic checkpoint: it is the only way state can survive what follows.
  await vi.waitFor(() => {
    const root = open<string, string>({
      path: settings().checkpointFolder,
      encoding: "string",
      maxDbs: 2,
      readOnly: true,
    });
    const state = root.openDB<string, string>({ name: "state", encoding: "string" });
    const raised = [...state.getRange()].some(({ key }) => key.includes("hall"));
    void root.close();
    expect(raised).toBe(true);
  }, soon);

  const channel = new BroadcastChannel("millrace-test-crash");
  channel.postMessage("die");
  channel.close();
  await vi.waitFor(() => expect(states).toEqual(["starting", "running", "restarting", "running"]), soon);
  expect(crashes).toEqual([expect.stringMatching("was told to die")]);

  // Had it forgotten that it has raised, it would raise again before it clears.
  heard.length = 0;
  await vi.waitFor(() => connected(status), soon);
  await client.publishAsync("in/hall", "28", { qos: 1 });
  await ask("20", "out/hall cleared");
  expect(heard).toEqual(["out/hall cleared"]);
  await plane.stop();
});

test("stopped and started again, it goes on where it was", async () => {
  const first = new DataPlane(built.url("worker"), settings());
  await first.start();
  await first.deploy(alarmFlow(), 1);
  await first.setConnections([connectionTo(port)]);
  await ask("27", "out/hall raised");
  await first.stop();
  heard.length = 0;
  const second = new DataPlane(built.url("worker"), settings());
  await second.start();
  await second.deploy(alarmFlow(), 1);
  await second.setConnections([connectionTo(port)]);
  await ask("20", "out/hall cleared");
  expect(heard).toEqual(["out/hall cleared"]);
  await second.stop();
});

test("stopped in a flood of QoS 1, it saves all of it, and publishes the rest after the next start", async () => {
  const first = new DataPlane(built.url("worker"), settings());
  let problems: string[] = [];
  first.on("problem", (text) => problems.push(text));
  await first.start();
  const flood = flowOf(
    "flood",
    {
      in: ["mqtt-in", { topic: "in/{device}", format: "text", connection: "main" }],
      n: ["counter"],
      out: ["mqtt-out", { topic: "out/n", payload: "payload.count", qos: "1", connection: "main" }],
    },
    ["in.out -> n.in", "n.out -> out.in"],
  );
  await first.deploy(flood, 1);
  const { config, ...rest } = connectionTo(port);
  const connection = { ...rest, config: { ...config, persistentSession: true } };
  await first.setConnections([connection]);
  await ask("x", "out/n 1");
  let isFlooding = true;
  let sent = 0;
  const flooding = (async () => {
    for (; isFlooding; sent += 200)
      await Promise.all(Array.from({ length: 200 }, () => client.publishAsync("in/hall", "x", { qos: 1 })));
  })();
  await vi.waitFor(() => expect(heard.length).toBeGreaterThan(1000), soon);
  await first.stop();
  isFlooding = false;
  await flooding;
  expect(problems).toEqual([]);
  const second = new DataPlane(built.url("worker"), settings());
  problems = [];
  second.on("problem", (text) => problems.push(text));
  await second.start();
  await second.deploy(flood, 1);
  await second.setConnections([connection]);
  // Every number once: what was asked before the flood is counted too.
  const numbers = () => heard.map((line) => Number(line.slice("out/n ".length)));
  await vi.waitFor(() => expect(Math.max(...numbers())).toBeGreaterThanOrEqual(sent + 1), soon);
  await vi.waitFor(() => expect(new Set(numbers()).size).toBe(Math.max(...numbers())), soon);
  expect(problems).toEqual([]);
  await second.stop();
}, 60_000);

test("settings that no connection can be made of are told in its status, and the others work", async () => {
  const plane = new DataPlane(built.url("worker"), settings());
  let status: PlaneStatus | undefined;
  plane.on("status", (latest) => {
    status = latest;
  });
  await plane.start();
  await plane.deploy(alarmFlow(), 1);
  const good = connectionTo(port);
  const bad = {
    ...good,
    config: {
      ...good.config,
      name: "bad",
      url: "mqtts://127.0.0.1:1",
      tls: { ca: "not a certificate", insecure: false },
    },
  };
  await plane.setConnections([
    good,
    { ...bad, config: { ...bad.config, tls: { ...bad.config.tls, cert: "not PEM" } } },
  ]);
  await ask("27", "out/hall raised");
  await vi.waitFor(() => {
    const found = status?.connections.find((each) => each.name === "bad");
    expect(found).toMatchObject({
      state: "disconnected",
      error: expect.stringMatching("settings cannot be used"),
    });
  }, soon);
  await plane.stop();
});

test("a checkpoint of a newer format refuses the start with what to do", async () => {
  const root = open<string, string>({ path: settings().checkpointFolder, encoding: "string", maxDbs: 2 });
  root.openDB<string, string>({ name: "meta", encoding: "string" }).putSync("format", "99");
  await root.close();
  const plane = new DataPlane(built.url("worker"), settings());
  await expect(plane.start()).rejects.toMatchObject({
    code: "CHECKPOINT_NEWER",
    message: expect.stringMatching("start the newer version"),
  });
  expect(plane.state).toBe("stopped");
});

test("a call while it does not run is refused", async () => {
  const plane = new DataPlane(built.url("worker"), settings());
  await expect(plane.inject("f", "n")).rejects.toMatchObject({ code: "PLANE_NOT_RUNNING" });
});

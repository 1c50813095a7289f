import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt from "mqtt";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { EmbeddedBroker } from "../../runtime/broker/embeddedBroker.ts";
import type { DeadLetter } from "../../runtime/core/engine/output.ts";
import type { QuarantinedInput } from "../../runtime/core/engine/quarantine.ts";
import { DataPlane } from "../../runtime/plane/client.ts";
import { limits } from "../../runtime/plane/limits.ts";
import type { PlaneStatus } from "../../runtime/plane/messages.ts";
import { bundle } from "./bundle.ts";
import { alarmFlow, connectionTo, flowOf } from "./flows.ts";

const soon = { timeout: 60_000, interval: 20 };

let built: Awaited<ReturnType<typeof bundle>>;
let broker: EmbeddedBroker;
let port: number;
let folder: string;
let client: mqtt.MqttClient;
let heard: string[];
let plane: DataPlane;
let crashes: string[];
let quarantined: QuarantinedInput[];
let letters: DeadLetter[];
let status: PlaneStatus | undefined;

beforeAll(async () => {
  // The test need not wait as long for a hang as a slow disk may take.
  (limits as { checkMs: number }).checkMs = 200;
  built = await bundle({ worker: "test/plane/evilWorker.ts", broker: "runtime/broker/worker.ts" });
}, 60_000);
afterAll(() => built.remove());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "millrace-plane-"));
  broker = new EmbeddedBroker(built.url("broker"), join(folder, "broker"));
  port = await broker.start(0);
  client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
  heard = [];
  client.on("message", (topic, payload) => heard.push(`${topic} ${payload}`));
  await client.subscribeAsync("out/#", { qos: 1 });
  plane = new DataPlane(built.url("worker"), {
    checkpointFolder: join(folder, "checkpoint"),
    journal: { folder: join(folder, "journal"), mode: "sync", ageMsMax: 3_600_000, sizeBytesMax: 1e9 },
    memoryMb: 120,
  });
  crashes = [];
  quarantined = [];
  letters = [];
  status = undefined;
  plane.on("crash", (error) => crashes.push(error.message));
  plane.on("quarantine", (input) => quarantined.push(input));
  plane.on("deadLetters", (more) => letters.push(...more));
  plane.on("status", (latest) => {
    status = latest;
  });
  await plane.start();
});
afterEach(async () => {
  await plane.stop();
  await client.endAsync(true);
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

const evilFlow = flowOf(
  "evil",
  {
    in: ["mqtt-in", { topic: "in/{device}", format: "text", connection: "main" }],
    bad: ["evil"],
    n: ["counter"],
    out: ["mqtt-out", { topic: "out/evil", payload: "payload.count", qos: "1", connection: "main" }],
  },
  ["in.out -> bad.in", "bad.out -> n.in", "n.out -> out.in"],
);
const goodFlow = flowOf(
  "good",
  {
    in: ["mqtt-in", { topic: "in/{device}", format: "text", connection: "main" }],
    n: ["counter"],
    out: ["mqtt-out", { topic: "out/good", payload: "payload.count", qos: "1", connection: "main" }],
  },
  ["in.out -> n.in", "n.out -> out.in"],
);

async function runBoth(): Promise<void> {
  await plane.deploy(evilFlow, 1);
  await plane.deploy(goodFlow, 1);
  const { config, ...rest } = connectionTo(port);
  await plane.setConnections([{ ...rest, config: { ...config, persistentSession: true } }]);
  await vi.waitFor(async () => {
    await client.publishAsync("in/x", "hello", { qos: 1 });
    await vi.waitFor(() => expect(heard).toContain("out/evil 1"), { timeout: 500 });
  }, soon);
}
const newest = (topic: string) =>
  Number(
    heard
      .filter((each) => each.startsWith(topic))
      .at(-1)
      ?.split(" ")[1],
  );

test.each([
  ["die", /thread ended/],
  ["hang", /gave no sign of life/],
  ["grow", /memory/],
])(
  "an input that makes it %s twice is left out for that flow, and named; all else goes on",
  async (word, cause) => {
    await runBoth();
    await vi.waitFor(() => expect(newest("out/good")).toBe(newest("out/evil")), soon);
    const before = newest("out/good");
    await client.publishAsync("in/x", word, { qos: 1 });
    await client.publishAsync("in/x", "after", { qos: 1 });
    await vi.waitFor(() => expect(newest("out/good")).toBe(before + 2), soon);
    await vi.waitFor(() => expect(newest("out/evil")).toBe(before + 1), soon);
    expect(crashes.length).toBeGreaterThanOrEqual(2);
    expect(crashes[0]).toMatch(cause);
    expect(quarantined).toEqual([
      { position: expect.any(Number), flow: "evil", node: "bad", cause: crashes.at(-1) },
    ]);
    await vi.waitFor(
      () =>
        expect(letters).toContainEqual(
          expect.objectContaining({
            flow: "evil",
            node: "bad",
            code: "INPUT_QUARANTINED",
            topic: "in/x",
            payload: word,
          }),
        ),
      soon,
    );
  },
  120_000,
);

test("while it restarts, flows can be stopped, paused and let go on: it is done when it is back", async () => {
  await runBoth();
  await plane.deploy(alarmFlow(), 1);
  const restarting = new Promise<void>((resolve) => plane.once("crash", () => resolve()));
  await client.publishAsync("in/x", "die", { qos: 1 });
  await restarting;
  expect(plane.state).toBe("restarting");
  await plane.undeploy("evil");
  await plane.pause("good");
  await expect(plane.inject("good", "in")).rejects.toMatchObject({ code: "PLANE_NOT_RUNNING" });
  await expect(plane.deploy(goodFlow, 2)).rejects.toMatchObject({ code: "PLANE_NOT_RUNNING" });
  await vi.waitFor(() => expect(plane.state).toBe("running"), soon);
  await vi.waitFor(() => expect(status?.behind).toMatchObject({ good: { paused: true } }), soon);
  await expect(plane.latestSamples("evil")).rejects.toMatchObject({ code: "FLOW_NOT_DEPLOYED" });
  const before = newest("out/good");
  await client.publishAsync("in/x", "one", { qos: 1 });
  await plane.resume("good", "catch up");
  await vi.waitFor(() => expect(newest("out/good")).toBeGreaterThan(before), soon);
  await vi.waitFor(() => expect(status?.behind).toEqual({}), soon);
}, 120_000);

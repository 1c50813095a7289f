/** What comes in at QoS 1 and 2 is acknowledged when it is safe, and taken once. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { hasMosquitto, startAedes, startMosquitto, type TestBroker } from "./brokers.ts";
import { startProxy } from "./cuttableProxy.ts";
import { peer, TestConnection } from "./testConnection.ts";

const soon = { timeout: 15_000, interval: 5 };
const kinds = [
  { name: "the embedded broker", protocol: "3.1.1" as const, start: startAedes },
  ...(hasMosquitto
    ? [
        { name: "mosquitto with MQTT 5", protocol: "5" as const, start: startMosquitto },
        { name: "mosquitto with MQTT 3.1.1", protocol: "3.1.1" as const, start: startMosquitto },
      ]
    : []),
];
const cases = kinds.flatMap((kind) => [1, 2].map((qos) => ({ ...kind, qos: qos as 1 | 2 })));

describe.each(cases)("with $name at QoS $qos", ({ protocol, start, qos }) => {
  let broker: TestBroker;
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  beforeEach(async () => {
    broker = await start();
    proxy = await startProxy(broker.port);
  });
  afterEach(async () => {
    await proxy.stop();
    await broker.stop();
  });

  /** A listener on a persistent session; nothing it is told is safe until the test says so. */
  async function listen(): Promise<TestConnection> {
    const one = new TestConnection({
      url: `mqtt://127.0.0.1:${proxy.port}`,
      protocol,
      clientId: "plane",
      persistentSession: true,
    });
    one.isSafe = (text) => text === "probe";
    one.connection.subscribe([{ filter: "in/#", qos, retained: false }]);
    await vi.waitFor(async () => {
      await send("probe");
      expect(one.probes).toBeGreaterThan(0);
    }, soon);
    return one;
  }

  async function send(...texts: string[]): Promise<void> {
    await using device = await peer(broker.port);
    for (const text of texts) await device.publishAsync("in/a", text, { qos });
  }

  async function cut(one: TestConnection): Promise<void> {
    proxy.cut();
    await vi.waitFor(() => expect(one.state).toBe("disconnected"), soon);
    await vi.waitFor(() => expect(one.state).toBe("connected"), soon);
  }

  test("a message that is repeated after a lost connection is told once, and acknowledged when it is safe", async () => {
    await using one = await listen();
    await send("a", "b", "c");
    await vi.waitFor(() => expect(one.texts).toEqual(["a", "b", "c"]), soon);
    await cut(one);
    await send("d");
    await vi.waitFor(() => expect(one.texts).toEqual(["a", "b", "c", "d"]), soon);
    one.acknowledge(4);
    await send("e");
    await vi.waitFor(() => expect(one.texts).toContain("e"), soon);
    one.acknowledge(1);
    await cut(one);
    await send("f");
    await vi.waitFor(() => expect(one.texts).toEqual(["a", "b", "c", "d", "e", "f"]), soon);
  });

  test("after a restart, what a snapshot or the journal knows is not told again, the rest is", async () => {
    const first = await listen();
    await send("in snapshot");
    await vi.waitFor(() => expect(first.texts).toEqual(["in snapshot"]), soon);
    const snapshot = first.deliveries.window.snapshot(["main"]);
    await send("in journal", "nowhere");
    await vi.waitFor(() => expect(first.texts).toHaveLength(3), soon);
    const journaled = first.told.find((each) => each.text === "in journal")!;
    // As a kill would leave it: without a word.
    proxy.cut();
    await first.connection.stop();

    await using second = new TestConnection({
      url: `mqtt://127.0.0.1:${proxy.port}`,
      protocol,
      clientId: "plane",
      persistentSession: true,
    });
    for (const { address, value } of snapshot) second.deliveries.window.restore(address[1]!, value);
    second.deliveries.window.recall(journaled.packetId, "in/a", Buffer.from("in journal"));
    second.connection.subscribe([{ filter: "in/#", qos, retained: false }]);
    await send("new");
    await vi.waitFor(() => expect(second.texts).toContain("new"), soon);
    expect(second.texts.filter((text) => text !== "probe")).toEqual(["nowhere", "new"]);
  });

  test("nothing is read while congested, the connection stays, and all comes afterwards", async () => {
    await using one = await listen();
    one.connection.congest(true);
    await send("a", "b");
    // The broker has answered the device: whatever it sends us is on its way or here.
    await send("c");
    expect(one.texts).toEqual([]);
    one.connection.congest(false);
    await vi.waitFor(() => expect(one.texts).toEqual(["a", "b", "c"]), soon);
    expect(one.state).toBe("connected");
  });
});

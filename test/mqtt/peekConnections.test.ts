import mqtt, { type MqttClient } from "mqtt";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MqttConnections } from "../../runtime/mqtt/connections.ts";
import { startAedes, type TestBroker } from "./brokers.ts";
import { settings } from "./testConnection.ts";

const soon = { timeout: 15_000, interval: 5 };
let broker: TestBroker;
let outside: MqttClient;
let peeked: string[];
let received: string[];
let all: MqttConnections;

beforeEach(async () => {
  broker = await startAedes();
  outside = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`);
  peeked = [];
  received = [];
  all = new MqttConnections(
    { clientId: (name) => `millrace-${name}`, filters: () => ({}), remember: () => undefined },
    {
      message: (_connection, topic) => received.push(topic),
      peeked: (connection, topic, payload, retained) =>
        peeked.push(`${connection} ${topic} ${Buffer.from(payload)}${retained ? " retained" : ""}`),
      settled: () => undefined,
      statusChanged: () => undefined,
      dropped: () => undefined,
    },
  );
  const will = { topic: "will", payload: "gone", qos: 0 as const, retain: false };
  await all.set([settings({ name: "a", url: `mqtt://127.0.0.1:${broker.port}`, will })]);
});
afterEach(async () => {
  await all.stop();
  await outside.endAsync(true);
  await broker.stop();
});

const look = (...filters: readonly string[]) =>
  all.peek(filters.map((filter) => ({ connection: "a", filter })));

test("retained messages come at once, others as they are published, until nobody looks", async () => {
  await outside.publishAsync("rooms/a", "1", { qos: 1, retain: true });
  look("rooms/+");
  await vi.waitFor(() => expect(peeked).toEqual(["a rooms/a 1 retained"]), soon);
  await outside.publishAsync("rooms/b", "2", { qos: 1 });
  await vi.waitFor(() => expect(peeked.at(-1)).toBe("a rooms/b 2"), soon);

  await outside.subscribeAsync("will");
  const wills: string[] = [];
  outside.on("message", (topic) => wills.push(topic));
  look();
  await outside.publishAsync("rooms/b", "3", { qos: 1 });
  await outside.publishAsync("rooms/b", "4", { qos: 1 });
  expect(peeked).toHaveLength(2);
  expect(wills, "whoever only looks leaves no last will").toEqual([]);
});

test("filters come and go while it looks", async () => {
  await outside.publishAsync("doors/a", "1", { qos: 1, retain: true });
  look("rooms/+");
  look("rooms/+", "doors/+");
  await vi.waitFor(() => expect(peeked).toEqual(["a doors/a 1 retained"]), soon);
  look("rooms/+");
  await vi.waitFor(async () => {
    await outside.publishAsync("doors/a", "2", { qos: 1 });
    await outside.publishAsync("rooms/a", "end", { qos: 1 });
    await vi.waitFor(() => expect(peeked.at(-1)).toBe("a rooms/a end"), { timeout: 500 });
    expect(peeked.at(-2)).not.toBe("a doors/a 2");
  }, soon);
});

test("flows hear nothing of a peek: retained messages do not come to them again", async () => {
  await outside.publishAsync("rooms/a", "1", { qos: 1, retain: true });
  all.subscribe([{ connection: "a", filter: "rooms/+", qos: 1, retained: true }]);
  await vi.waitFor(() => expect(received).toEqual(["rooms/a"]), soon);
  look("#", "rooms/a");
  await vi.waitFor(() => expect(peeked.length).toBeGreaterThan(0), soon);
  look();
  await outside.publishAsync("rooms/last", "1", { qos: 1 });
  await vi.waitFor(() => expect(received.at(-1)).toBe("rooms/last"), soon);
  expect(received).toEqual(["rooms/a", "rooms/last"]);
});

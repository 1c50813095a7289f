import { createServer } from "node:net";
import { Aedes } from "aedes";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MqttConnections } from "../../runtime/mqtt/connections.ts";
import { freePort, startAedes, type TestBroker } from "./brokers.ts";
import { filters, peer, publishOf, settings, TestConnection } from "./testConnection.ts";

const soon = { timeout: 15_000, interval: 5 };
let broker: TestBroker;
let drops: string[];
let received: string[];
let settled: string[];
let all: MqttConnections;

beforeEach(async () => {
  broker = await startAedes();
  drops = [];
  received = [];
  settled = [];
  all = new MqttConnections(
    { clientId: (name) => `millrace-${name}`, filters: () => ({}), remember: () => undefined },
    {
      message: (connection, topic, payload) =>
        received.push(`${connection} ${topic} ${Buffer.from(payload)}`),
      peeked: () => undefined,
      settled: (id, outcome) => settled.push(`${id} ${outcome}`),
      statusChanged: () => undefined,
      dropped: (reason) => drops.push(reason),
    },
  );
});
afterEach(async () => {
  await all.stop();
  await broker.stop();
});

const to = (name: string, port = broker.port, more: object = {}) =>
  settings({ name, url: `mqtt://127.0.0.1:${port}`, ...more });
const states = () => Object.fromEntries(all.statuses.map((each) => [each.name, each.state]));

test("connections that are as before stay up; others come and go", async () => {
  await using watcher = new TestConnection({ url: `mqtt://127.0.0.1:${broker.port}`, clientId: "watcher" });
  watcher.connection.subscribe(filters("will/#"));
  const will = { topic: "will/stays", payload: "broken off", qos: 1 as const, retain: false };
  await all.set([to("stays", broker.port, { will }), to("goes")]);
  await vi.waitFor(() => expect(states()).toEqual({ stays: "connected", goes: "connected" }), soon);
  await all.set([to("stays", broker.port, { will }), to("comes")]);
  expect(all.statuses.find((each) => each.name === "stays")?.state).toBe("connected");
  await vi.waitFor(() => expect(states()).toEqual({ stays: "connected", comes: "connected" }), soon);
  expect(watcher.texts).toEqual([]);
});

test("changes that come at once end with the last one", async () => {
  await all.set([to("a")]);
  await Promise.all([all.set([to("a", broker.port, { keepaliveS: 10 })]), all.set([to("b")]), all.set([])]);
  expect(all.statuses).toEqual([]);
});

test("each connection receives what is subscribed on it, also when it comes later than the wish", async () => {
  all.subscribe([
    { connection: "a", filter: "x/#", qos: 1, retained: false },
    { connection: "b", filter: "y/#", qos: 1, retained: false },
  ]);
  await all.set([to("a"), to("b")]);
  await using other = await peer(broker.port);
  await vi.waitFor(async () => {
    for (const topic of ["x/1", "y/1"]) await other.publishAsync(topic, "!", { qos: 1 });
    expect(new Set(received)).toEqual(new Set(["a x/1 !", "b y/1 !"]));
  }, soon);
});

test("what waits goes along when the settings of its connection change", async () => {
  await using watcher = new TestConnection({ url: `mqtt://127.0.0.1:${broker.port}`, clientId: "watcher" });
  watcher.connection.subscribe(filters("out"));
  await all.set([to("main", await freePort())]);
  all.publish(publishOf("out", "waited", { qos: 1 }));
  await vi.waitFor(() => expect(watcher.state).toBe("connected"), soon);
  await all.set([to("main")]);
  await vi.waitFor(() => expect(watcher.texts).toEqual(["waited"]), soon);
  expect(drops).toEqual([]);
});

test("what was sent and not acknowledged is sent again when the settings of its connection change", async () => {
  const port = await freePort();
  // A broker that takes publishes and never answers them.
  const deaf = await Aedes.createBroker({ authorizePublish: () => undefined });
  const taken: string[] = [];
  const server = createServer((socket) => {
    socket.on("data", (chunk) => taken.push(chunk.toString("latin1")));
    deaf.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await using watcher = new TestConnection({ url: `mqtt://127.0.0.1:${broker.port}`, clientId: "watcher" });
  watcher.connection.subscribe(filters("out"));
  await all.set([to("main", port)]);
  all.publish(publishOf("out", "first", { qos: 1 }));
  all.publish(publishOf("out", "second", { qos: 1 }));
  await vi.waitFor(() => expect(taken.join()).toMatch(/first.*second/s), soon);
  await vi.waitFor(() => expect(watcher.state).toBe("connected"), soon);
  const changed = all.set([to("main")]);
  await Promise.resolve();
  all.publish(publishOf("out", "meanwhile", { qos: 1 }));
  await changed;
  await vi.waitFor(() => expect(watcher.texts).toEqual(["first", "second", "meanwhile"]), soon);
  expect(drops).toEqual([]);
  await new Promise<void>((resolve) => deaf.close(() => resolve()));
  await new Promise((resolve) => server.close(resolve));
});

test("what is published while it stops is not settled: it is for the next start", async () => {
  await all.set([to("main")]);
  const stopped = all.stop();
  all.publish(publishOf("out", "too late", { qos: 1 }));
  all.publish(publishOf("out", "too late", { qos: 0 }));
  await stopped;
  all.publish(publishOf("out", "later still", { qos: 1 }));
  expect(settled).toEqual([]);
  expect(drops).toEqual(["publish unsent at stop"]);
});

test("a publish to a connection that does not exist is counted", () => {
  all.publish(publishOf("out", "lost", { connection: "nowhere" }));
  expect(drops).toEqual(["publish to “nowhere”, which is not a working connection"]);
});

test("a command that was sent but not acknowledged is not sent again after its deadline", async () => {
  const port = await freePort();
  // A broker that takes publishes and never answers them.
  const deaf = await Aedes.createBroker({ authorizePublish: () => undefined });
  const taken: string[] = [];
  const server = createServer((socket) => {
    socket.on("data", (chunk) => taken.push(chunk.toString("latin1")));
    deaf.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await all.set([to("main", port)]);
  all.publish(publishOf("out", "stale", { qos: 1, expiresAt: Date.now() + 500 }));
  all.publish(publishOf("out", "lasting", { qos: 1 }));
  await vi.waitFor(() => expect(taken.join()).toMatch(/stale.*lasting/s), soon);
  const deadline = Date.now() + 500;
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(deadline), soon);
  await new Promise<void>((resolve) => deaf.close(() => resolve()));
  await new Promise((resolve) => server.close(resolve));

  const heard: string[] = [];
  const healthy = await Aedes.createBroker();
  healthy.on("publish", ({ topic, payload }) => {
    if (topic === "out") heard.push(payload.toString());
  });
  const again = createServer(healthy.handle);
  await new Promise<void>((resolve) => again.listen(port, "127.0.0.1", resolve));
  await vi.waitFor(() => expect(heard).toEqual(["lasting"]), soon);
  expect(drops).toEqual(["publish expired"]);
  await all.set([]);
  await new Promise<void>((resolve) => healthy.close(() => resolve()));
  await new Promise((resolve) => again.close(resolve));
});

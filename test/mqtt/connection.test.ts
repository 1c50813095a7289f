import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { freePort, hasMosquitto, startAedes, startMosquitto, type TestBroker } from "./brokers.ts";
import { filters, peer, publishOf, TestConnection } from "./testConnection.ts";

const soon = { timeout: 15_000, interval: 5 };

interface Kind {
  readonly name: string;
  readonly protocol: "5" | "3.1.1";
  readonly start: (port?: number) => Promise<TestBroker>;
}
const kinds: Kind[] = [
  { name: "the embedded broker", protocol: "3.1.1", start: startAedes },
  ...(hasMosquitto
    ? [
        { name: "mosquitto with MQTT 5", protocol: "5" as const, start: startMosquitto },
        { name: "mosquitto with MQTT 3.1.1", protocol: "3.1.1" as const, start: startMosquitto },
      ]
    : []),
];

describe.each(kinds)("with $name", ({ protocol, start }) => {
  let broker: TestBroker;
  beforeEach(async () => {
    broker = await start();
  });
  afterEach(() => broker.stop());
  const open = (more: object = {}, ...rest: [object?, Record<string, Record<string, number>>?]) =>
    new TestConnection({ url: `mqtt://127.0.0.1:${broker.port}`, protocol, ...more }, ...rest);
  const connected = (one: TestConnection) => vi.waitFor(() => expect(one.state).toBe("connected"), soon);
  /** Returns when the broker has taken in the subscription that matches the topic. */
  const subscribed = async (one: TestConnection, topic: string) => {
    await using other = await peer(broker.port);
    one.probes = 0;
    await vi.waitFor(async () => {
      await other.publishAsync(topic, "probe", { qos: 1 });
      expect(one.probes).toBeGreaterThan(0);
    }, soon);
  };

  test("what was published before it was connected arrives, in order", async () => {
    await using receiver = open({ clientId: "receiver" });
    receiver.connection.subscribe(filters("out/#"));
    await subscribed(receiver, "out/probe");
    await using sender = open({ clientId: "sender" });
    for (const qos of [0, 1, 2] as const)
      sender.connection.publish(publishOf("out/a", `qos ${qos}`, { qos }));
    await vi.waitFor(() => expect(receiver.texts).toEqual(["qos 0", "qos 1", "qos 2"]), soon);
    expect(sender.drops).toEqual([]);
  });

  test("when the broker comes back it subscribes again and sends what waited", async () => {
    await using one = open();
    one.connection.subscribe(filters("in/+"));
    await subscribed(one, "in/probe");
    const { port } = broker;
    await broker.stop();
    await vi.waitFor(() => expect(one.state).toBe("disconnected"), soon);
    await vi.waitFor(
      () => expect(one.error).toMatch(`connection refused by 127.0.0.1:${port}; trying again in `),
      soon,
    );
    one.connection.publish(publishOf("in/waited", "waited", { qos: 1 }));
    broker = await start(port);
    await vi.waitFor(() => expect(one.texts).toEqual(["waited"]), soon);
    expect(one.error).toBeUndefined();
  });

  test("filters of which one covers the other are received once", async () => {
    await using one = open();
    one.connection.subscribe(filters("in/#", "in/a", "in/+"));
    await subscribed(one, "in/probe");
    await using other = await peer(broker.port);
    await other.publishAsync("in/a", "1", { qos: 1 });
    await other.publishAsync("in/b", "2", { qos: 1 });
    await other.publishAsync("in/b", "end", { qos: 1 });
    await vi.waitFor(() => expect(one.texts).toContain("end"), soon);
    expect(one.texts).toEqual(["1", "2", "end"]);
  });

  test("filters that overlap partly are received once", async () => {
    await using one = open();
    one.connection.subscribe(filters("+/b", "a/+"));
    await subscribed(one, "a/probe");
    await subscribed(one, "probe/b");
    await using other = await peer(broker.port);
    await other.publishAsync("a/b", "both", { qos: 1 });
    await other.publishAsync("a/x", "first", { qos: 1 });
    await other.publishAsync("x/b", "second", { qos: 1 });
    await vi.waitFor(() => expect(one.texts).toContain("second"), soon);
    expect(one.texts).toEqual(["both", "first", "second"]);
  });

  test("retained messages come when the subscription starts and are told from live ones", async () => {
    await using other = await peer(broker.port);
    await other.publishAsync("in/a", "kept", { qos: 1, retain: true });
    await using one = open();
    one.connection.subscribe(filters("in/+"));
    await vi.waitFor(
      () => expect(one.received).toEqual([{ topic: "in/a", text: "kept", retained: true }]),
      soon,
    );
    await other.publishAsync("in/a", "live", { qos: 1, retain: true });
    await vi.waitFor(
      () => expect(one.received[1]).toEqual({ topic: "in/a", text: "live", retained: false }),
      soon,
    );
  });

  test("a filter that comes under a wider one gets its retained messages", async () => {
    await using other = await peer(broker.port);
    await using one = open();
    one.connection.subscribe([{ filter: "in/#", qos: 1, retained: false }]);
    await subscribed(one, "in/probe");
    await other.publishAsync("in/a", "kept", { qos: 1, retain: true });
    await vi.waitFor(() => expect(one.texts).toEqual(["kept"]), soon);
    one.connection.subscribe([{ filter: "in/#", qos: 1, retained: false }, ...filters("in/a")]);
    await vi.waitFor(
      () => expect(one.received[1]).toEqual({ topic: "in/a", text: "kept", retained: true }),
      soon,
    );
  });

  test("a filter that nobody wants any more stops", async () => {
    await using one = open();
    one.connection.subscribe(filters("in/#", "other/#"));
    await subscribed(one, "in/probe");
    one.connection.subscribe(filters("other/#"));
    await using other = await peer(broker.port);
    await vi.waitFor(async () => {
      one.received.length = 0;
      await other.publishAsync("in/a", "unwanted", { qos: 1 });
      await other.publishAsync("other/a", "wanted", { qos: 1 });
      await vi.waitFor(() => expect(one.texts).toContain("wanted"));
      expect(one.texts).toEqual(["wanted"]);
    }, soon);
  });

  test("a persistent session receives what arrived while it was away", async () => {
    const remembered: Record<string, Record<string, number>> = {};
    {
      await using one = open({ persistentSession: true }, {}, remembered);
      one.connection.subscribe(filters("in/+", "given-up/+"));
      await subscribed(one, "in/probe");
    }
    await using other = await peer(broker.port);
    await other.publishAsync("in/a", "while away", { qos: 1 });
    await using again = open({ persistentSession: true }, {}, remembered);
    again.connection.subscribe(filters("in/+"));
    await vi.waitFor(() => expect(again.texts).toEqual(["while away"]), soon);
    await subscribed(again, "in/probe");
    await other.publishAsync("given-up/a", "unwanted", { qos: 1 });
    await other.publishAsync("in/a", "wanted", { qos: 1 });
    await vi.waitFor(() => expect(again.texts).toContain("wanted"), soon);
    expect(again.texts).toEqual(["while away", "wanted"]);
  });

  test("the last will is sent when it vanishes, and not when it stops", async () => {
    await using watcher = open({ clientId: "watcher" });
    watcher.connection.subscribe(filters("will/#"));
    await subscribed(watcher, "will/probe");
    const will = (name: string) => ({ topic: `will/${name}`, payload: name, qos: 1 as const, retain: false });
    {
      await using polite = open({ clientId: "polite", will: will("polite") });
      await connected(polite);
    }
    await using other = await peer(broker.port, {
      clientId: "rude",
      reconnectPeriod: 0,
      will: { ...will("rude"), payload: Buffer.from("rude") },
    });
    await using taken = open({ clientId: "rude", will: will("taken") });
    // A second client with its id makes the broker cut the first one off.
    await connected(taken);
    await vi.waitFor(() => expect(watcher.texts).toEqual(["rude"]), soon);
    expect(other.connected).toBe(false);
  });

  test("a payload of 10 MB passes", async () => {
    await using one = open();
    one.connection.subscribe(filters("big"));
    await subscribed(one, "big");
    await using other = await peer(broker.port);
    await other.publishAsync("big", Buffer.alloc(10_000_000, "x"), { qos: 1 });
    await vi.waitFor(() => expect(one.received[0]?.text.length).toBe(10_000_000), soon);
    expect(one.state).toBe("connected");
  });

  test("a topic that is not UTF-8 is dropped and counted, and the next message arrives", async () => {
    await using one = open();
    one.connection.subscribe(filters("in/#"));
    await subscribed(one, "in/probe");
    await using other = await peer(broker.port, { reconnectPeriod: 0 });
    other.stream.write(Buffer.from([0x30, 0x07, 0x00, 0x04, 0x69, 0x6e, 0x2f, 0xff, 0x31]));
    await using third = await peer(broker.port);
    // mosquitto cuts off the sender instead of passing it on: then there is nothing to count.
    await vi.waitFor(() => expect(one.drops.length > 0 || !other.connected).toBe(true), soon);
    await third.publishAsync("in/a", "next", { qos: 1 });
    await vi.waitFor(() => expect(one.texts).toEqual(["next"]), soon);
  });

  test("what expired while waiting is dropped and counted, the rest is sent", async () => {
    await using receiver = open({ clientId: "receiver" });
    receiver.connection.subscribe(filters("out/#"));
    await subscribed(receiver, "out/probe");
    await using sender = open({ clientId: "sender" });
    sender.connection.publish(publishOf("out/a", "stale", { expiresAt: Date.now() - 1 }));
    sender.connection.publish(publishOf("out/a", "fresh", { expiresAt: Date.now() + 60_000, qos: 1 }));
    await vi.waitFor(() => expect(receiver.texts).toEqual(["fresh"]), soon);
    expect(sender.drops).toEqual(["publish expired"]);
  });
});

test("the waiting publishes are bounded: the oldest go, and each is counted", async () => {
  const one = new TestConnection({ url: `mqtt://127.0.0.1:${await freePort()}` });
  for (let i = 0; i < 10_003; i++) one.connection.publish(publishOf("a", String(i)));
  expect(one.drops).toEqual(Array(3).fill("publish queue full"));
  const unsent = await one.connection.stop();
  expect(unsent.length).toBe(10_000);
  expect(unsent[0]?.id).toBe("3");
});

test("MQTT 5 to a broker that speaks only 3.1.1 says which to choose", async () => {
  const broker = await startAedes();
  await using one = new TestConnection({ url: `mqtt://127.0.0.1:${broker.port}`, protocol: "5" });
  await vi.waitFor(() => expect(one.error).toMatch("does not speak this MQTT version"), soon);
  await one.connection.stop();
  await broker.stop();
});

test("a host that does not exist is named", async () => {
  await using one = new TestConnection({ url: "mqtt://broker.invalid:1883" });
  await vi.waitFor(() => expect(one.error).toMatch(/broker\.invalid:1883.*trying again in \d+ s/), soon);
});

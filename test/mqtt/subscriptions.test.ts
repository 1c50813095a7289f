import fc from "fast-check";
import { expect, test } from "vitest";
import { levelsCover, type WantedFilter } from "../../runtime/mqtt/filters.ts";
import { type SubscribeRequest, Subscriptions } from "../../runtime/mqtt/subscriptions.ts";

/**
 * A broker on an ordered connection with delay in both directions. It sends one copy of a message for each matching
 * subscription, as MQTT allows, one right after the other, each with that subscription's identifier.
 */
class CopyingBroker {
  readonly held = new Map<string, SubscribeRequest>();
  readonly received: string[] = [];
  refuses = new Set<string>();
  remembered: Readonly<Record<string, number>> = {};
  readonly #toBroker: (() => void)[] = [];
  readonly #toClient: (() => void)[] = [];
  readonly subscriptions: Subscriptions;

  constructor(remembered: Readonly<Record<string, number>> = {}) {
    this.subscriptions = new Subscriptions(
      {
        subscribe: (requests, done) => {
          this.#toBroker.push(() => {
            const refused = requests.map((each) => each.filter).filter((each) => this.refuses.has(each));
            for (const each of requests) if (!refused.includes(each.filter)) this.held.set(each.filter, each);
            this.#toClient.push(() => done(refused));
          });
        },
        unsubscribe: (filters, done) => {
          this.#toBroker.push(() => {
            for (const each of filters) this.held.delete(each);
            this.#toClient.push(done);
          });
        },
        remember: (ids) => {
          this.remembered = ids;
        },
      },
      remembered,
    );
  }

  publish(topic: string, name: string): void {
    const ids = [...this.held.values()]
      .filter((each) => levelsCover(each.filter.split("/"), topic.split("/")))
      .map((each) => each.id);
    this.#toClient.push(() => {
      for (const id of ids) if (this.subscriptions.keeps(topic, id, false)) this.received.push(name);
    });
  }

  /** The broker takes one packet. */
  work(): void {
    this.#toBroker.shift()?.();
  }

  /** One packet reaches the client. */
  deliver(): void {
    this.#toClient.shift()?.();
  }

  settle(): void {
    while (this.#toBroker.length + this.#toClient.length > 0) {
      this.work();
      this.deliver();
    }
  }
}

const want = (...filters: string[]): WantedFilter[] =>
  filters.map((filter) => ({ filter, qos: 0, retained: false }));

test("a message that two filters match is kept once", () => {
  const broker = new CopyingBroker();
  broker.subscriptions.want(want("a/+", "+/b", "a/b"));
  broker.subscriptions.connected(false);
  broker.settle();
  expect([...broker.held.keys()]).toEqual(["a/+", "+/b"]);
  broker.publish("a/b", "both");
  broker.publish("x/b", "second only");
  broker.settle();
  expect(broker.received).toEqual(["both", "second only"]);
});

test("whatever changes and whenever, a wanted message is kept exactly once", () => {
  const filters = fc.subarray(["a/b", "a/+", "+/b", "a/#", "#", "a/b/c", "+/+/c"], { minLength: 1 });
  const step = fc.oneof(
    fc.record({ want: filters }),
    fc.constant("work" as const),
    fc.constant("deliver" as const),
    fc.constant("publish" as const),
  );
  fc.assert(
    fc.property(filters, fc.array(step, { maxLength: 40 }), (first, steps) => {
      const broker = new CopyingBroker();
      // "a/b" is wanted all the time, by this filter or a wider one.
      broker.subscriptions.want(want("a/b", ...first));
      broker.subscriptions.connected(false);
      broker.settle();
      let published = 0;
      for (const each of steps) {
        if (each === "work") broker.work();
        else if (each === "deliver") broker.deliver();
        else if (each === "publish") broker.publish("a/b", String(published++));
        else broker.subscriptions.want(want("a/b", ...each.want));
      }
      broker.settle();
      expect(broker.received).toEqual(Array.from({ length: published }, (_, index) => String(index)));
    }),
    { numRuns: 2000 },
  );
});

test("filters of a session from before a restart that nobody wants any more are given up", () => {
  const broker = new CopyingBroker({ "old/#": 7, "a/+": 8 });
  broker.subscriptions.want(want("a/+"));
  for (const id of [7, 8])
    broker.held.set(id === 7 ? "old/#" : "a/+", { filter: "", qos: 0, retained: false, id });
  broker.subscriptions.connected(true);
  broker.settle();
  expect([...broker.held.keys()]).toEqual(["a/+"]);
  expect(broker.held.get("a/+")?.id).toBe(9);
  expect(broker.remembered).toEqual({ "a/+": 9 });
});

test("what waited in the session under an identifier from before a restart is kept", () => {
  const { subscriptions } = new CopyingBroker({ "a/+": 8 });
  subscriptions.want(want("a/+", "+/b"));
  subscriptions.connected(true);
  expect(subscriptions.keeps("a/b", 8, false)).toBe(true);
});

test("when the broker refuses a wide filter, what it covered is subscribed by itself", () => {
  const broker = new CopyingBroker();
  broker.refuses.add("#");
  broker.subscriptions.want(want("#", "a/b"));
  broker.subscriptions.connected(false);
  broker.settle();
  expect(broker.subscriptions.refused).toEqual(["#"]);
  expect([...broker.held.keys()]).toEqual(["a/b"]);
});

test("a newcomer under a wider filter gets its retained messages, and live ones once", () => {
  const broker = new CopyingBroker();
  broker.subscriptions.want(want("a/#"));
  broker.subscriptions.connected(false);
  broker.settle();
  broker.subscriptions.want([...want("a/#"), { filter: "a/b", qos: 0, retained: true }]);
  broker.work();
  const glance = broker.held.get("a/b")!;
  expect(broker.subscriptions.keeps("a/b", glance.id, true)).toBe(true);
  broker.publish("a/b", "live");
  broker.settle();
  expect(broker.received).toEqual(["live"]);
  expect([...broker.held.keys()]).toEqual(["a/#"]);
});

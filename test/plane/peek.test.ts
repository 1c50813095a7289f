import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { limits } from "../../runtime/plane/limits.ts";
import { Peek } from "../../runtime/plane/peek.ts";
import type { PeekedMessage, PeekedTopic } from "../../runtime/protocol/live.ts";

let asked: readonly PeekedTopic[];
let posts: (readonly PeekedMessage[])[];
let peek: Peek;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  posts = [];
  peek = new Peek(
    (topics) => {
      asked = topics;
    },
    (messages) => posts.push(messages),
  );
});
afterEach(() => {
  peek.stop();
  vi.useRealTimers();
});

const rooms: PeekedTopic = { connection: "main", filter: "rooms/+" };
const come = (topic: string, payload: string | Uint8Array = "1", at = 1) =>
  peek.take("main", topic, Buffer.from(payload), true, at);
const topicsOf = (messages: readonly PeekedMessage[] | undefined) => messages?.map((each) => each.topic);

test("the newest of each topic is handed over, soon after a silence and then twice a second", () => {
  peek.set([rooms]);
  expect(asked).toEqual([rooms]);
  come("rooms/a", "1", 1);
  come("rooms/b", "2", 2);
  come("rooms/a", "3", 3);
  come("doors/a");
  vi.advanceTimersByTime(limits.peekFirstMs);
  const message = { connection: "main", encoding: "utf8", retained: true };
  expect(posts).toEqual([
    [
      { ...message, topic: "rooms/a", payload: "3", at: 3 },
      { ...message, topic: "rooms/b", payload: "2", at: 2 },
    ],
  ]);
  for (let n = 0; n < 100; n++) {
    come("rooms/a", String(n), n);
    vi.advanceTimersByTime(limits.peekMs / 50);
  }
  expect(posts).toHaveLength(3);
});

test("bytes that are no text arrive as they were", () => {
  peek.set([rooms]);
  come("rooms/a", Uint8Array.of(0xff, 0));
  vi.advanceTimersByTime(limits.peekFirstMs);
  expect(posts[0]).toMatchObject([{ payload: "/wA=", encoding: "base64" }]);
});

test("whoever looks later is told what is known; what nobody looks at is forgotten", () => {
  peek.set([rooms]);
  come("rooms/a");
  const wide = { connection: "main", filter: "#" };
  expect(topicsOf(peek.set([rooms, wide]))).toEqual(["rooms/a"]);
  come("doors/a");
  expect(topicsOf(peek.set([rooms]))).toEqual(["rooms/a"]);
  expect(peek.set([])).toEqual([]);
  expect(peek.set([rooms])).toEqual([]);
  vi.advanceTimersByTime(limits.peekMs);
  expect(posts).toEqual([]);
});

test("a filter shows the first topics that speak, and no payloads beyond what can be shown", () => {
  peek.set([rooms]);
  for (let n = 0; n < 1000; n++) come(`rooms/${n}`);
  come("rooms/0", Buffer.alloc(limits.peekPayloadBytesMax + 1));
  vi.advanceTimersByTime(limits.peekFirstMs);
  expect(topicsOf(posts[0])).toEqual(
    Array.from({ length: limits.peekTopicsPerFilterMax }, (_, n) => `rooms/${n}`),
  );
  expect(posts[0]?.[0]?.payload).toBe("1");
});

test("what does not fit one handover goes with the next", () => {
  peek.set([rooms]);
  for (let n = 0; n < 8; n++) come(`rooms/${n}`, Buffer.alloc(limits.peekPayloadBytesMax, "x"));
  vi.advanceTimersByTime(limits.peekFirstMs);
  expect(topicsOf(posts[0])).toEqual(["rooms/0", "rooms/1", "rooms/2", "rooms/3"]);
  vi.advanceTimersByTime(limits.peekMs);
  expect(topicsOf(posts[1])).toEqual(["rooms/4", "rooms/5", "rooms/6", "rooms/7"]);
});

test("a flood makes it let go of the broker for a while", () => {
  peek.set([rooms]);
  for (let n = 0; n <= limits.peekFloodMessages; n++) come("rooms/a", String(n), n);
  expect(asked).toEqual([]);
  const doors = { connection: "main", filter: "doors/+" };
  peek.set([rooms, doors]);
  expect(asked).toEqual([]);
  vi.advanceTimersByTime(limits.peekRestMs);
  expect(asked).toEqual([rooms, doors]);
  come("doors/a");
  vi.advanceTimersByTime(limits.peekMs);
  expect(topicsOf(posts.at(-1))).toEqual(["doors/a"]);
});

import { expect, test } from "vitest";
import { expressionLimits } from "../../runtime/core/expression/limits.ts";
import { LiveClient, type Socket } from "../../runtime/live/client.ts";
import { limits } from "../../runtime/live/limits.ts";
import type {
  DebugLine,
  NodeLive,
  PeekedMessage,
  ServerMessage,
  SystemStatus,
} from "../../runtime/protocol/live.ts";

/** A browser that reads only when told to. */
class SlowSocket implements Socket {
  bufferedAmount = 0;
  readonly sent: ServerMessage[] = [];
  #waiting: (() => void)[] = [];

  send(text: string, sent: () => void): void {
    this.sent.push(JSON.parse(text));
    this.#waiting.push(sent);
  }

  fill(): void {
    this.bufferedAmount = limits.bufferedBytesMax + 1;
  }

  drain(): void {
    this.bufferedAmount = 0;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const each of waiting) each();
  }

  take(): ServerMessage[] {
    return this.sent.splice(0);
  }
}

function setUp() {
  const socket = new SlowSocket();
  const client = new LiveClient(socket);
  client.watch("heat");
  return { socket, client };
}

const node = (failed: number): NodeLive => ({ inputs: {}, outputs: {}, failed, drops: {} });
const line: DebugLine = { node: "n", topic: "t", key: "k", time: 0, params: {}, id: "1", at: 0 };
const status = (at: number): SystemStatus => ({
  at,
  connections: [],
  inputsPerSecond: 0,
  lag: 0,
  behind: {},
  drops: {},
  deadLetters: {},
  dataPlane: "running",
  expressionLimits,
});

test("a client gets what it watches and nothing else", () => {
  const { socket, client } = setUp();
  client.telemetry("other", 1, { a: node(1) });
  client.debug("other", [line], 0);
  expect(socket.take()).toEqual([]);
  client.telemetry("heat", 2, { a: node(2) });
  client.debug("heat", [line], 3);
  expect(socket.take()).toEqual([
    { type: "telemetry", flow: "heat", at: 2, nodes: { a: node(2) } },
    { type: "debug", flow: "heat", records: [line], skipped: 3 },
  ]);
});

test("a slow client gets the newest of every node once it reads again, and the count of what it missed", () => {
  const { socket, client } = setUp();
  client.status(status(0));
  socket.take();
  socket.fill();
  for (let n = 1; n <= 1000; n++) {
    client.telemetry("heat", n, n % 2 ? { a: node(n) } : { b: node(n) });
    client.debug("heat", [line, line], 1);
    client.status(status(n));
    client.flowChanged("heat");
    client.deadLetters({ f: n });
  }
  expect(socket.take()).toEqual([]);
  socket.drain();
  expect(socket.take()).toEqual([
    { type: "status", status: status(1000) },
    { type: "flows", flow: "heat" },
    { type: "deadLetters", counts: { f: 1000 } },
    { type: "telemetry", flow: "heat", at: 1000, nodes: { a: node(999), b: node(1000) } },
  ]);
  client.debug("heat", [line], 0);
  expect(socket.take()).toEqual([{ type: "debug", flow: "heat", records: [line], skipped: 3000 }]);
  client.debug("heat", [line], 0);
  expect(socket.take()).toEqual([{ type: "debug", flow: "heat", records: [line], skipped: 0 }]);
});

test("a slow client gets the newest of every topic it peeks at, once it reads again", () => {
  const { socket, client } = setUp();
  const seen = (topic: string, at: number): PeekedMessage => ({
    connection: "default",
    topic,
    payload: String(at),
    encoding: "utf8",
    retained: false,
    at,
  });
  client.peek([{ connection: "default", filter: "rooms/+" }]);
  client.peeked([seen("rooms/a", 1)]);
  expect(socket.take()).toEqual([{ type: "peeked", messages: [seen("rooms/a", 1)] }]);
  socket.fill();
  for (let n = 2; n < 100; n++) client.peeked([seen("rooms/a", n), seen("doors/b", n)]);
  expect(socket.take()).toEqual([]);
  socket.drain();
  expect(socket.take()).toEqual([{ type: "peeked", messages: [seen("rooms/a", 99)] }]);
});

test("what waited for one flow is not sent for another", () => {
  const { socket, client } = setUp();
  client.telemetry("heat", 1, { a: node(1) });
  socket.take();
  socket.fill();
  client.telemetry("heat", 1, { a: node(1) });
  client.watch("other");
  socket.drain();
  expect(socket.take()).toEqual([]);
});

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { closeServer, listen } from "../../runtime/api/listen.ts";
import { LiveHub } from "../../runtime/live/hub.ts";
import { limits } from "../../runtime/live/limits.ts";
import { LiveServer } from "../../runtime/live/server.ts";
import type { PeekedMessage, PeekedTopic, ServerMessage } from "../../runtime/protocol/live.ts";
import { Refusal } from "../../runtime/protocol/refusal.ts";
import { status } from "../api/apiServer.ts";

let server: Server;
let live: LiveServer<string>;
let hub: LiveHub;
let url: string;
let watched: readonly string[] = [];
let peeked: readonly PeekedTopic[] = [];
const ended = new Set<string>();
const reported: unknown[] = [];
const node = { inputs: {}, outputs: {}, failed: 0, drops: {} };

beforeEach(async () => {
  server = createServer();
  hub = new LiveHub({
    setWatched: (flows) => {
      watched = flows;
    },
    samples: async (flow) => {
      if (flow === "broken") throw new Error("no such flow");
      return { [`${flow}-node`]: node };
    },
    setPeeked: async (topics) => {
      peeked = topics;
      return [seen("sensors/hall")];
    },
    status: () => status,
    now: () => 7,
    report: (_what, error) => reported.push(error),
  });
  const gate = {
    checkHost: () => undefined,
    identify: (headers: IncomingHttpHeaders) => {
      if (headers.authorization === undefined) throw new Refusal("NOT_LOGGED_IN", "Log in.");
      return headers.authorization;
    },
    checkOrigin: (headers: IncomingHttpHeaders) => {
      if (headers.origin === "bug") throw new Error("a bug of ours");
      if (headers.origin === "http://evil.example") throw new Refusal("ORIGIN_FOREIGN", "Foreign.");
    },
    isValid: (identity: string) => !ended.has(identity),
  };
  live = new LiveServer(server, hub, gate, (_what, error) => reported.push(error));
  url = `ws://127.0.0.1:${await listen(server, "127.0.0.1", 0)}/api/live`;
});
afterEach(async () => {
  await live.stop();
  await closeServer(server);
});

function seen(topic: string): PeekedMessage {
  return { connection: "default", topic, payload: "1", encoding: "utf8", retained: true, at: 1 };
}

function peek(...filters: readonly string[]): string {
  return JSON.stringify({
    type: "peek",
    topics: filters.map((filter) => ({ connection: "default", filter })),
  });
}

function open(headers: Record<string, string> = { Authorization: "me" }, address = url) {
  const socket = new WebSocket(address, { headers });
  const messages: ServerMessage[] = [];
  socket.on("message", (data) => messages.push(JSON.parse(String(data))));
  const closed = new Promise<number>((resolve) => socket.on("close", resolve));
  // What ends a connection is asserted by its close code or its HTTP status.
  socket.on("error", () => undefined);
  return { socket, messages, closed };
}

async function opened(headers?: Record<string, string>) {
  const client = open(headers);
  await once(client.socket, "open");
  return client;
}

async function refusal(headers: Record<string, string>, address = url): Promise<number> {
  const { socket } = open(headers, address);
  const [, response] = await once(socket, "unexpected-response");
  socket.terminate();
  return response.statusCode;
}

test("a client hears the status at once, and of the flow it watches from its newest state on", async () => {
  const client = await opened();
  client.socket.send(JSON.stringify({ type: "watch", flow: "heat" }));
  await vi.waitFor(() => expect(client.messages).toHaveLength(2));
  expect(client.messages).toEqual([
    { type: "status", status },
    { type: "telemetry", flow: "heat", at: 7, nodes: { "heat-node": node } },
  ]);
  hub.telemetry("heat", 8, { "heat-node": { ...node, failed: 1 } });
  hub.telemetry("other", 8, { x: node });
  hub.flowChanged("other");
  await vi.waitFor(() => expect(client.messages).toHaveLength(4));
  expect(client.messages.slice(2)).toMatchObject([
    { type: "telemetry", at: 8 },
    { type: "flows", flow: "other" },
  ]);
});

test("only what somebody watches is sampled", async () => {
  const a = await opened();
  const b = await opened();
  a.socket.send('{"type":"watch","flow":"heat"}');
  await vi.waitFor(() => expect(watched).toEqual(["heat"]));
  b.socket.send('{"type":"watch","flow":"cool"}');
  await vi.waitFor(() => expect(watched).toEqual(["heat", "cool"]));
  a.socket.send('{"type":"watch","flow":null}');
  await vi.waitFor(() => expect(watched).toEqual(["cool"]));
  b.socket.close();
  await vi.waitFor(() => expect(watched).toEqual([]));
});

test("a client is told at once what is known of the topics it peeks at, and then what comes", async () => {
  const a = await opened();
  const b = await opened();
  a.socket.send(peek("sensors/+"));
  b.socket.send(peek("sensors/+", "doors/#"));
  await vi.waitFor(() => expect(peeked).toHaveLength(2));
  await vi.waitFor(() =>
    expect(a.messages.at(-1)).toEqual({ type: "peeked", messages: [seen("sensors/hall")] }),
  );
  hub.peeked([seen("doors/north")]);
  await vi.waitFor(() =>
    expect(b.messages.at(-1)).toEqual({ type: "peeked", messages: [seen("doors/north")] }),
  );
  expect(a.messages.filter((each) => each.type === "peeked")).toHaveLength(1);
  b.socket.close();
  await vi.waitFor(() => expect(peeked).toEqual([{ connection: "default", filter: "sensors/+" }]));
  a.socket.send(peek());
  await vi.waitFor(() => expect(peeked).toEqual([]));
});

test("strangers, foreign pages and other paths are refused", async () => {
  expect(await refusal({})).toBe(401);
  expect(await refusal({ Authorization: "me", Origin: "http://evil.example" })).toBe(403);
  expect(await refusal({ Authorization: "me" }, url.replace("/api/live", "/other"))).toBe(404);
});

test("an odd address or an error of ours refuses one client and ends nothing", async () => {
  expect(await refusal({ Authorization: "me" }, url.replace("/api/live", "//"))).toBe(404);
  expect(await refusal({ Authorization: "me", Origin: "bug" })).toBe(500);
  expect(reported.splice(0)).toMatchObject([new Error("a bug of ours")]);
  await opened();
});

test("more clients than the limit are refused, and one that leaves makes room", async () => {
  const clients = await Promise.all(Array.from({ length: limits.clientsMax }, () => opened()));
  expect(await refusal({ Authorization: "me" })).toBe(429);
  clients[0]!.socket.close();
  await vi.waitFor(() => expect(hub.size).toBe(limits.clientsMax - 1));
  await opened();
});

test.each([
  ["nonsense", "hello", 1008],
  ["another message", '{"type":"delete"}', 1008],
  ["a flow that is no text", '{"type":"watch","flow":1}', 1008],
  ["a filter that is none", peek("a/#/b"), 1008],
  ["a shared subscription", peek("$share/group/sensors"), 1008],
  ["more filters than may be", peek(...Array.from({ length: 33 }, (_, n) => `t/${n}`)), 1008],
  ["bytes", Buffer.from([1, 2]), 1008],
  ["a novel", "x".repeat(limits.messageBytesMax + 1), 1009],
])("a client that sends %s is disconnected", async (_name, message, code) => {
  const client = await opened();
  client.socket.send(message);
  expect(await client.closed).toBe(code);
  await vi.waitFor(() => expect(hub.size).toBe(0));
});

test("a client that never stops talking is disconnected", async () => {
  const client = await opened();
  for (let n = 0; n <= limits.messagesPerPingMax; n++) client.socket.send('{"type":"watch","flow":null}');
  expect(await client.closed).toBe(1008);
});

test("the end of a session ends its connection; a client that does not answer is gone after two pings", async () => {
  const gone = await opened({ Authorization: "gone" });
  const deaf = await opened({ Authorization: "deaf" });
  const fine = await opened({ Authorization: "fine" });
  deaf.socket.pong = () => undefined;
  ended.add("gone");
  const pinged = [once(deaf.socket, "ping"), once(fine.socket, "ping")];
  live.checkConnections();
  expect(await gone.closed).toBe(4401);
  await Promise.all(pinged);
  // The pong of the one that answers is on its way; a message behind it tells that it has arrived.
  fine.socket.send('{"type":"watch","flow":"heat"}');
  await vi.waitFor(() => expect(fine.messages).toHaveLength(2));
  live.checkConnections();
  expect(await deaf.closed).toBe(1006);
  expect(fine.socket.readyState).toBe(WebSocket.OPEN);
});

test("a flow that cannot be sampled disturbs nobody", async () => {
  const client = await opened();
  client.socket.send('{"type":"watch","flow":"broken"}');
  await vi.waitFor(() => expect(reported).toMatchObject([new Error("no such flow")]));
  hub.status();
  await vi.waitFor(() => expect(client.messages).toHaveLength(2));
});

test("stopping says goodbye to everybody", async () => {
  const client = await opened();
  await live.stop();
  expect(await client.closed).toBe(1001);
});

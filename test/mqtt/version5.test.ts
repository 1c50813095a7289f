import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CopyingServer } from "./copyingServer.ts";
import { filters, publishOf, TestConnection } from "./testConnection.ts";

const soon = { timeout: 15_000, interval: 5 };
let server: CopyingServer;
let port: number;
beforeEach(async () => {
  server = new CopyingServer();
  port = await server.start();
});
afterEach(() => server.stop());

const open = (more: object = {}) =>
  new TestConnection({ url: `mqtt://127.0.0.1:${port}`, protocol: "5", ...more });

test("of the copies a broker sends for filters that overlap partly, one is kept", async () => {
  await using one = open();
  one.connection.subscribe(filters("a/+", "+/b", "a/b"));
  await vi.waitFor(() => expect(server.filters).toEqual(["a/+", "+/b"]), soon);
  server.publish("a/b", "both");
  server.publish("a/x", "first");
  server.publish("x/b", "second");
  await vi.waitFor(() => expect(one.texts).toContain("second"), soon);
  expect(one.texts).toEqual(["both", "first", "second"]);
});

test("when the wishes change, the broker holds the new cover and messages come once", async () => {
  await using one = open();
  one.connection.subscribe(filters("a/+", "+/b"));
  await vi.waitFor(() => expect(server.filters).toEqual(["a/+", "+/b"]), soon);
  one.connection.subscribe(filters("a/#", "+/b"));
  await vi.waitFor(() => expect(server.filters).toEqual(["+/b", "a/#"]), soon);
  server.publish("a/b", "once");
  server.publish("a/x/y", "deep");
  await vi.waitFor(() => expect(one.texts).toContain("deep"), soon);
  expect(one.texts).toEqual(["once", "deep"]);
});

test("a deadline travels with the message as its expiry", async () => {
  await using one = open();
  one.connection.publish(publishOf("out", "urgent", { expiresAt: Date.now() + 60_000 }));
  await vi.waitFor(() => expect(server.packets.at(-1)).toMatch("urgent"), soon);
  // Property 0x02, message expiry interval, four bytes: 60 s.
  expect(server.packets.at(-1)).toMatch("\x02\0\0\0\x3c");
});

test("a persistent session asks to be kept for a week", async () => {
  await using one = open({ persistentSession: true });
  await vi.waitFor(() => expect(one.state).toBe("connected"), soon);
  // Property 0x11, session expiry interval, four bytes: 604,800 s.
  expect(server.packets[0]).toMatch("\x11\0\x09\x3a\x80");
});

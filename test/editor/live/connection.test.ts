import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ConnectionState, LiveConnection, liveUrl } from "../../../editor/live/connection.ts";
import type { ServerMessage } from "../../../runtime/protocol/live.ts";

/** A socket whose server is the test. */
class FakeSocket extends EventTarget {
  readyState = 0;
  readonly sent: unknown[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  accept(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }

  say(message: ServerMessage): void {
    this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(message) }));
  }

  break(code = 1006): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }

  close(): void {
    this.break(1000);
  }
}

function connect() {
  const sockets: FakeSocket[] = [];
  const states: ConnectionState[] = [];
  const messages: ServerMessage[] = [];
  const onRefused = vi.fn();
  const onSessionExpired = vi.fn();
  const connection = new LiveConnection({
    url: "ws://test/api/live",
    onMessage: (message) => messages.push(message),
    onState: (state) => states.push(state),
    onRefused,
    onSessionExpired,
    openSocket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
  });
  return { connection, sockets, states, messages, onRefused, onSessionExpired };
}

describe("LiveConnection", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("hands on what arrives and says how it is", () => {
    const { connection, sockets, states, messages } = connect();
    connection.start();
    sockets[0]!.accept();
    sockets[0]!.say({ type: "deadLetters", counts: { f: 3 } });
    expect(states).toEqual(["connecting", "open"]);
    expect(messages).toEqual([{ type: "deadLetters", counts: { f: 3 } }]);
  });

  it("watches the flow again after a reconnect", () => {
    const { connection, sockets } = connect();
    connection.start();
    connection.watch("f");
    sockets[0]!.accept();
    expect(sockets[0]!.sent).toEqual([{ type: "watch", flow: "f" }]);
    sockets[0]!.break();
    vi.runOnlyPendingTimers();
    sockets[1]!.accept();
    expect(sockets[1]!.sent).toEqual([{ type: "watch", flow: "f" }]);
  });

  it("peeks again after a reconnect, at what may be peeked at", () => {
    const { connection, sockets } = connect();
    connection.start();
    const topics = Array.from({ length: 40 }, (_, n) => ({ connection: "default", filter: `t/${n}` }));
    connection.peek([{ connection: "default", filter: "$share/group/t" }, ...topics]);
    sockets[0]!.accept();
    const peek = { type: "peek", topics: topics.slice(0, 32) };
    expect(sockets[0]!.sent.at(-1)).toEqual(peek);
    sockets[0]!.break();
    vi.runOnlyPendingTimers();
    sockets[1]!.accept();
    expect(sockets[1]!.sent.at(-1)).toEqual(peek);
    connection.peek([]);
    expect(sockets[1]!.sent.at(-1)).toEqual({ type: "peek", topics: [] });
  });

  it("waits longer after every failure, up to a bound, and starts over once it was open", () => {
    const { connection, sockets } = connect();
    connection.start();
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      sockets.at(-1)!.break();
      const before = Date.now();
      vi.runOnlyPendingTimers();
      pauses.push(Date.now() - before);
    }
    expect(pauses[0]).toBeLessThan(1_000);
    expect(pauses[3]).toBeGreaterThan(pauses[0]! * 4);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(18_750);
    sockets.at(-1)!.accept();
    sockets.at(-1)!.break();
    const before = Date.now();
    vi.runOnlyPendingTimers();
    expect(Date.now() - before).toBeLessThan(1_000);
  });

  it("tries at once when asked to", () => {
    const { connection, sockets } = connect();
    connection.start();
    sockets[0]!.break();
    connection.retryNow();
    expect(sockets).toHaveLength(2);
    vi.runOnlyPendingTimers();
    expect(sockets).toHaveLength(2);
  });

  it("tells an attempt that never opened from a connection that broke", () => {
    const { connection, sockets, onRefused } = connect();
    connection.start();
    sockets[0]!.accept();
    sockets[0]!.break();
    expect(onRefused).not.toHaveBeenCalled();
    vi.runOnlyPendingTimers();
    sockets[1]!.break();
    expect(onRefused).toHaveBeenCalledOnce();
  });

  it("says so when the server ends the login", () => {
    const { connection, sockets, onSessionExpired } = connect();
    connection.start();
    sockets[0]!.accept();
    sockets[0]!.break(4401);
    expect(onSessionExpired).toHaveBeenCalledOnce();
  });

  it("stays closed once stopped", () => {
    const { connection, sockets, states } = connect();
    connection.start();
    sockets[0]!.accept();
    connection.stop();
    vi.runAllTimers();
    expect(sockets).toHaveLength(1);
    expect(states.at(-1)).toBe("closed");
  });
});

describe("liveUrl", () => {
  it("is encrypted when the page is", () => {
    expect(liveUrl({ protocol: "https:", host: "a:1" })).toBe("wss://a:1/api/live");
    expect(liveUrl({ protocol: "http:", host: "a:1" })).toBe("ws://a:1/api/live");
  });
});

/** The WebSocket at /api/live: who may connect, what they may say, and when they are gone. */
import type { IncomingHttpHeaders, IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { Refusal, refusalStatus } from "../protocol/refusal.ts";
import { LiveClient } from "./client.ts";
import type { LiveHub } from "./hub.ts";
import { limits } from "./limits.ts";
import { readMessage } from "./message.ts";

/** Every check throws a Refusal. See auth/access.ts. */
export interface LiveGate<Identity> {
  checkHost(headers: IncomingHttpHeaders): void;
  identify(headers: IncomingHttpHeaders): Identity;
  checkOrigin(headers: IncomingHttpHeaders, identity: Identity | undefined): void;
  isValid(identity: Identity): boolean;
}

export class LiveServer<Identity> {
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytesMax,
    // Telemetry is small and frequent: compressing it would cost the server more than the network.
    perMessageDeflate: false,
  });
  readonly #hub: LiveHub;
  readonly #gate: LiveGate<Identity>;
  readonly #connections = new Map<WebSocket, Connection<Identity>>();
  readonly #report: (what: string, error: unknown) => void;
  readonly #pings: NodeJS.Timeout;

  /** @param report told about errors of ours */
  constructor(
    server: Server,
    hub: LiveHub,
    gate: LiveGate<Identity>,
    report: (what: string, error: unknown) => void,
  ) {
    this.#report = report;
    this.#hub = hub;
    this.#gate = gate;
    server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    this.#pings = setInterval(() => this.checkConnections(), limits.pingMs);
  }

  /** Closes every connection and takes no new ones. */
  async stop(): Promise<void> {
    clearInterval(this.#pings);
    this.#sockets.close();
    const open = [...this.#connections.keys()];
    for (const socket of open) socket.close(1001, "Millrace stops");
    const closed = Promise.all(open.map((socket) => new Promise((resolve) => socket.once("close", resolve))));
    const late = setTimeout(() => {
      for (const socket of open) socket.terminate();
    }, limits.closeMs);
    await closed;
    clearTimeout(late);
  }

  /** Ends connections that do not answer or whose session has ended; runs by itself every limits.pingMs. */
  checkConnections(): void {
    for (const [socket, connection] of this.#connections) {
      if (!this.#gate.isValid(connection.identity)) socket.close(4401, "Log in again");
      else if (!connection.answered) socket.terminate();
      else {
        connection.answered = false;
        connection.messages = 0;
        socket.ping();
      }
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until ws takes over, a broken connection would be an uncaught error.
    socket.on("error", () => socket.destroy());
    try {
      this.#gate.checkHost(request.headers);
      if (request.url?.split("?")[0] !== "/api/live") {
        throw new Refusal("NOT_FOUND", "The live feed is at /api/live.");
      }
      const identity = this.#gate.identify(request.headers);
      this.#gate.checkOrigin(request.headers, identity);
      if (this.#connections.size >= limits.clientsMax) {
        throw new Refusal(
          "RATE_LIMITED",
          `There are ${limits.clientsMax} live connections already. Close one.`,
        );
      }
      this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#open(opened, identity));
    } catch (error) {
      // Nobody is above this handler: an error it let pass would end the process.
      if (!(error instanceof Refusal)) this.#report("opening a live connection failed", error);
      refuseUpgrade(socket, error instanceof Refusal ? error : new Refusal("INTERNAL", "Try again."));
    }
  }

  #open(socket: WebSocket, identity: Identity): void {
    const client = new LiveClient({
      get bufferedAmount() {
        return socket.bufferedAmount;
      },
      send: (text, sent) => socket.send(text, sent),
    });
    const connection: Connection<Identity> = { identity, client, answered: true, messages: 0 };
    this.#connections.set(socket, connection);
    socket.on("pong", () => {
      connection.answered = true;
    });
    socket.on("message", (data, isBinary) => this.#receive(socket, connection, data, isBinary));
    // ws closes the connection itself, with the fitting code such as 1009 for a message too large; "close" follows.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#connections.delete(socket);
      this.#hub.remove(client);
    });
    this.#hub.add(client);
  }

  #receive(socket: WebSocket, connection: Connection<Identity>, data: RawData, isBinary: boolean): void {
    connection.messages++;
    if (connection.messages > limits.messagesPerPingMax) return socket.close(1008, "Too many messages");
    const message = isBinary ? undefined : readMessage(String(data));
    if (!message) return socket.close(1008, 'Expected {"type":"watch",…} or {"type":"peek",…}');
    if (message.type === "watch") this.#hub.watch(connection.client, message.flow);
    else this.#hub.peek(connection.client, message.topics);
  }
}

interface Connection<Identity> {
  readonly identity: Identity;
  readonly client: LiveClient;
  /** Since the last ping. */
  answered: boolean;
  messages: number;
}

function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const body = JSON.stringify({ code: refusal.code, message: refusal.message });
  const status = refusalStatus[refusal.code];
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

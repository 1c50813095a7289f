import { createServer, type Server, type Socket } from "node:net";
import { Aedes } from "aedes";
import { limits } from "./limits.ts";
import type { BrokerSettings } from "./messages.ts";
import { PacketGuard } from "./packetGuard.ts";

/**
 * The MQTT broker that needs no installation. It is aedes, which speaks MQTT 3.1 and 3.1.1 but not MQTT 5: a client
 * that insists on 5 is refused with "unacceptable protocol version". Sessions and retained messages live in memory.
 */
export class BrokerServer {
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** @param notice told what a person should see */
  constructor(notice: (text: string) => void) {
    this.#aedes = new Aedes({
      queueLimit: limits.packetsBeforeConnectMax,
      drainTimeout: limits.drainTimeoutMs,
    });
    // A client that is gone is reported again for each message on its way to it.
    const reported = new WeakSet<object>();
    this.#aedes.on("clientError", (client, error) => {
      if (!reported.has(client)) notice(`client ${client.id}: ${error.message}`);
      reported.add(client);
    });
    this.#aedes.on("connectionError", (_client, error) => notice(`a client was refused: ${error.message}`));
    this.#server = createServer(
      { noDelay: true, keepAlive: true, keepAliveInitialDelay: limits.tcpKeepAliveMs },
      (socket) => this.#accept(socket, notice),
    );
    this.#server.maxConnections = limits.clientsMax;
    this.#server.on("drop", () => notice(`a client was refused: ${limits.clientsMax} are connected already`));
  }

  /** @returns the port. @throws the system's error, with its code such as EADDRINUSE */
  async start({ host, port }: BrokerSettings): Promise<number> {
    await this.#aedes.listen();
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => {
        this.#server.removeListener("error", reject);
        resolve();
      });
    });
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the broker has no TCP address");
    return address.port;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(socket: Socket, notice: (text: string) => void): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    const guard = new PacketGuard(limits.packetBytesMax);
    const read = socket.read.bind(socket);
    // aedes takes chunks with read() and has no size limit of its own: look at each chunk before its parser does.
    socket.read = (size?: number) => {
      const chunk: Buffer | null = read(size);
      const bytes = chunk === null ? undefined : guard.tooLarge(chunk);
      if (bytes === undefined) return chunk;
      notice(
        `a client was disconnected: its packet of ${bytes} bytes is larger than ${limits.packetBytesMax}`,
      );
      socket.destroy();
      return null;
    };
    this.#aedes.handle(socket);
  }
}

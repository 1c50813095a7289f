import { createServer, type Server, type Socket } from "node:net";
import { Aedes } from "aedes";
import type { Packet } from "aedes-persistence/asyncPersistence.js";
import { DurablePersistence, type Publish } from "./durablePersistence.ts";
import { limits } from "./limits.ts";
import type { BrokerSettings } from "./messages.ts";
import { PacketGuard } from "./packetGuard.ts";

/**
 * The MQTT broker that needs no installation. It is aedes, which speaks MQTT 3.1 and 3.1.1 but not MQTT 5: a client
 * that insists on 5 is refused with "unacceptable protocol version". Durable sessions, what waits for them and retained
 * messages outlive the process, and a QoS 1 or 2 publish is acknowledged when it is on disk for all of them.
 */
export class BrokerServer {
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #persistence: DurablePersistence;

  /**
   * @param folder where it keeps what it must not forget
   * @param notice told what a person should see
   * @throws what lmdb says of a folder it cannot use
   */
  constructor(folder: string, notice: (text: string) => void) {
    this.#persistence = new DurablePersistence(folder, notice);
    this.#aedes = new Aedes({
      queueLimit: limits.packetsBeforeConnectMax,
      drainTimeout: limits.drainTimeoutMs,
      persistence: this.#persistence,
      preConnect: (_client, { clientId }, done) => {
        const tooLong = (clientId?.length ?? 0) > limits.clientIdLengthMax;
        done(
          tooLong ? new Error(`its id is longer than ${limits.clientIdLengthMax} characters`) : null,
          !tooLong,
        );
      },
      authorizePublish: (client, packet, done) => {
        if (packet.topic.startsWith("$SYS/")) done(new Error("$SYS/ topics are the broker's own"));
        else if (client === null || packet.qos === 0) done(null);
        else this.#persistence.reserve(client, packet as Publish).then(() => done(null), done);
      },
      authorizeForward: (client, packet) =>
        client.clean || this.#persistence.isInTurn(client, packet as Packet) ? packet : null,
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
  async start({ host, port }: Pick<BrokerSettings, "host" | "port">): Promise<number> {
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
    await this.#persistence.close();
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

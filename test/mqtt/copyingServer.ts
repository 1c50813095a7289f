import { createServer, type Server, type Socket } from "node:net";
import { levelsCover } from "../../runtime/mqtt/filters.ts";

/**
 * Just enough of an MQTT 5 broker for one client: it sends one copy of a message for each subscription that matches, each
 * with its identifier, as MQTT 5 section 3.3.4 allows. Packets below 128 bytes only, so that every length is one byte.
 */
export class CopyingServer {
  readonly #server: Server;
  readonly #held = new Map<string, number>();
  #socket: Socket | undefined;
  /** Everything received, as latin1 text, one packet each. */
  readonly packets: string[] = [];

  constructor() {
    this.#server = createServer((socket) => {
      this.#socket = socket;
      let rest = Buffer.alloc(0);
      socket.on("error", () => socket.destroy());
      socket.on("data", (chunk) => {
        rest = Buffer.concat([rest, chunk]);
        while (rest.length >= 2 && rest.length >= 2 + rest[1]!) {
          const packet = rest.subarray(0, 2 + rest[1]!);
          rest = rest.subarray(packet.length);
          this.packets.push(packet.toString("latin1"));
          this.#take(packet, socket);
        }
      });
    });
  }

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no TCP address");
    return address.port;
  }

  async stop(): Promise<void> {
    this.#socket?.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get filters(): readonly string[] {
    return [...this.#held.keys()];
  }

  publish(topic: string, payload: string): void {
    for (const [filter, id] of this.#held) {
      if (!levelsCover(filter.split("/"), topic.split("/"))) continue;
      const name = Buffer.from(topic);
      // Topic, then properties of two bytes: 0x0b, the subscription identifier.
      const body = Buffer.concat([
        Buffer.from([0, name.length]),
        name,
        Buffer.from([2, 0x0b, id]),
        Buffer.from(payload),
      ]);
      this.#socket!.write(Buffer.concat([Buffer.from([0x30, body.length]), body]));
    }
  }

  #take(packet: Buffer, socket: Socket): void {
    switch (packet[0]! >> 4) {
      case 1: // CONNECT: accepted
        socket.write(Buffer.from([0x20, 3, 0, 0, 0]));
        break;
      case 8: {
        // SUBSCRIBE: packet id, properties (the identifier), one filter, options
        const id = packet[6]!;
        const length = packet.readUInt16BE(7);
        this.#held.set(packet.toString("utf8", 9, 9 + length), id);
        socket.write(Buffer.from([0x90, 4, packet[2]!, packet[3]!, 0, 0]));
        break;
      }
      case 10: {
        // UNSUBSCRIBE: packet id, no properties, filters
        for (let at = 5; at < packet.length; ) {
          const length = packet.readUInt16BE(at);
          this.#held.delete(packet.toString("utf8", at + 2, at + 2 + length));
          at += 2 + length;
        }
        socket.write(Buffer.from([0xb0, 4, packet[2]!, packet[3]!, 0, 0]));
        break;
      }
      case 12: // PINGREQ
        socket.write(Buffer.from([0xd0, 0]));
        break;
    }
  }
}

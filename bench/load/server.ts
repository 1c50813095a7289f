import { createServer, type Server, type Socket } from "node:net";
import { devices, payloadOf, topicOf } from "./reading.ts";

export interface LoadSettings {
  readonly qos: 0 | 1;
  /** Messages per second; 0: as fast as the client takes them. */
  readonly perSecond: number;
  /** Readings of a device that are alike before they change: 1 makes every message an output. */
  readonly perPhase: number;
}

export interface LoadResult {
  readonly outputs: number;
  readonly elapsedMs: number;
  /** Sending to output, ms, ascending; only with a pace at which every message makes one output. */
  readonly latencies: readonly number[];
}

/** A whole number of phases of all devices, so that the ring closes without a seam. */
const ringMessages = 60_000;
/** Unacknowledged QoS 1 messages: enough to keep the client busy. */
const windowMax = 8000;
const burstMessages = 500;

/**
 * Generator and sink in one: a TCP server that knows just enough MQTT 3.1.1 to be one client's broker. It sends readings
 * encoded beforehand and counts what comes back, so that the client under test is the only thing that works hard.
 */
export class LoadServer {
  readonly #settings: LoadSettings;
  readonly #ring: Buffer;
  readonly #offsets: number[] = [];
  readonly #server: Server;
  #next = 0;
  #inFlight = 0;
  #outputs = 0;
  #since = 0;
  #sentAt: number[] = [];
  #latencies: number[] = [];
  #pacer: NodeJS.Timeout | undefined;

  constructor(settings: LoadSettings) {
    this.#settings = settings;
    const packets: Buffer[] = [];
    let offset = 0;
    for (let index = 0; index < ringMessages; index++) {
      const packet = encode(topicOf(index), payloadOf(index, settings.perPhase), settings.qos, index + 1);
      packets.push(packet);
      this.#offsets.push(offset);
      offset += packet.length;
    }
    this.#offsets.push(offset);
    this.#ring = Buffer.concat(packets);
    this.#server = createServer({ noDelay: true }, (socket) => this.#serve(socket));
  }

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no TCP address");
    return address.port;
  }

  /** Counts from here. */
  reset(): void {
    this.#outputs = 0;
    this.#latencies = [];
    this.#since = performance.now();
  }

  result(): LoadResult {
    const latencies = this.#latencies.sort((a, b) => a - b);
    return { outputs: this.#outputs, elapsedMs: performance.now() - this.#since, latencies };
  }

  #serve(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    socket.on("close", () => clearInterval(this.#pacer));
    let rest: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      rest = bytes.subarray(this.#read(bytes, socket));
    });
  }

  /** @returns how many bytes were whole packets */
  #read(bytes: Buffer, socket: Socket): number {
    let at = 0;
    const acks: number[] = [];
    for (;;) {
      let length = 0;
      let body = at + 1;
      for (let shift = 1; ; shift *= 128) {
        if (body >= bytes.length) return this.#answer(socket, acks, at);
        const byte = bytes[body++]!;
        length += (byte & 0x7f) * shift;
        if (byte < 0x80) break;
      }
      if (body + length > bytes.length) return this.#answer(socket, acks, at);
      this.#take(bytes[at]!, bytes.subarray(body, body + length), socket, acks);
      at = body + length;
    }
  }

  #take(header: number, body: Buffer, socket: Socket, acks: number[]): void {
    switch (header >> 4) {
      case 1: // CONNECT
        socket.write(Buffer.from([0x20, 2, 0, 0]));
        break;
      case 3: {
        // PUBLISH
        this.#outputs++;
        const sentAt = this.#sentAt.shift();
        if (sentAt !== undefined) this.#latencies.push(performance.now() - sentAt);
        if ((header & 0x06) !== 0) acks.push(body.readUInt16BE(2 + body.readUInt16BE(0)));
        break;
      }
      case 4: // PUBACK
        this.#inFlight--;
        break;
      case 8: // SUBSCRIBE
        socket.write(Buffer.from([0x90, 3, body[0]!, body[1]!, this.#settings.qos]));
        this.#begin(socket);
        break;
      case 12: // PINGREQ
        socket.write(Buffer.from([0xd0, 0]));
        break;
      case 14: // DISCONNECT
        socket.end();
        break;
    }
  }

  #answer(socket: Socket, acks: readonly number[], taken: number): number {
    if (acks.length > 0)
      socket.write(Buffer.concat(acks.map((id) => Buffer.from([0x40, 2, id >> 8, id & 0xff]))));
    if (this.#settings.qos === 1 && this.#settings.perSecond === 0) this.#fillWindow(socket);
    return taken;
  }

  #begin(socket: Socket): void {
    const { qos, perSecond } = this.#settings;
    if (perSecond > 0) {
      const began = performance.now();
      let sent = 0;
      let paced = 0;
      this.#pacer = setInterval(() => {
        const due = Math.floor(((performance.now() - began) * perSecond) / 1000);
        for (; sent < due; sent++) if (sent >= devices) this.#sentAt.push(performance.now());
        this.#send(socket, due - paced);
        paced = due;
      }, 1);
    } else if (qos === 1) this.#fillWindow(socket);
    else this.#flood(socket);
  }

  #flood(socket: Socket): void {
    while (this.#send(socket, burstMessages));
    socket.once("drain", () => this.#flood(socket));
  }

  #fillWindow(socket: Socket): void {
    const room = windowMax - this.#inFlight;
    if (room < windowMax / 4) return;
    this.#inFlight += room;
    this.#send(socket, room);
  }

  /** @returns whether the socket takes more */
  #send(socket: Socket, messages: number): boolean {
    let more = true;
    for (let left = messages; left > 0; ) {
      const end = Math.min(this.#next + left, ringMessages);
      more = socket.write(this.#ring.subarray(this.#offsets[this.#next], this.#offsets[end]));
      left -= end - this.#next;
      this.#next = end === ringMessages ? 0 : end;
    }
    return more;
  }
}

/** A PUBLISH packet (MQTT 3.1.1 section 3.3). */
function encode(topic: string, payload: string, qos: 0 | 1, id: number): Buffer {
  const name = Buffer.from(topic);
  const body = Buffer.concat([
    Buffer.from([name.length >> 8, name.length & 0xff]),
    name,
    qos === 1 ? Buffer.from([id >> 8, id & 0xff]) : Buffer.alloc(0),
    Buffer.from(payload),
  ]);
  const length: number[] = [];
  for (let rest = body.length; ; rest >>= 7) {
    length.push(rest > 127 ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 127) break;
  }
  return Buffer.concat([Buffer.from([0x30 | (qos << 1), ...length]), body]);
}

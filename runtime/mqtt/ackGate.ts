/**
 * Stands between MQTT.js and a socket, and holds acknowledgements back until what they acknowledge is on disk.
 *
 * MQTT.js writes PUBACK and PUBREC as soon as a message was taken, and can wait with them only by stopping to read: one
 * message per sync of the disk. Here it goes on reading while its acknowledgements wait, in their order; all other packets
 * pass them by, keep-alive among them.
 *
 * A congested gate stops reading the socket, at the end of a packet. MQTT.js then hears nothing from the broker, and would
 * give up on it for want of a PINGRESP: the gate gives that answer itself, while the PINGREQ goes to the broker.
 */
import { Duplex } from "node:stream";
import { PacketWalk, packetType } from "./packetWalk.ts";

/** Counts over all network connections of a session: how many deliveries were told, and how many of them are on disk. */
export interface AckLedger {
  told: number;
  safe: number;
}

interface HeldAck {
  readonly bytes: Buffer;
  /** It may go when this many deliveries are safe. */
  readonly needs: number;
}

export class AckGate extends Duplex {
  readonly #socket: Duplex;
  readonly #ledger: AckLedger;
  readonly #incoming = new PacketWalk();
  #outgoing = new PacketWalk();
  /** For each delivery whose acknowledgement MQTT.js has not written, in order: what it needs. */
  #expected: number[] = [];
  #held: HeldAck[] = [];
  /** What the acknowledgement turned to last needs. */
  #needs = 0;
  /** The beginning of an acknowledgement whose end MQTT.js has not written. */
  #unfinished: Buffer | undefined;
  /** Received behind the end of a packet while congested. */
  #unread: Buffer | undefined;
  #congested = false;

  constructor(socket: Duplex, ledger: AckLedger) {
    super({ writableHighWaterMark: 256 * 1024, decodeStrings: true });
    this.#socket = socket;
    this.#ledger = ledger;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("end", () => this.push(null));
    socket.on("error", (error) => this.destroy(error));
    socket.on("close", () => this.destroy());
  }

  /** The next delivery is taken: its acknowledgement waits for it and for all told before. */
  expect(): void {
    this.#expected.push(this.#ledger.told);
  }

  /** Lets those acknowledgements go that need no more than is safe by now. */
  release(): void {
    const count = this.#held.findIndex((each) => each.needs > this.#ledger.safe);
    const free = this.#held.splice(0, count < 0 ? this.#held.length : count);
    if (free.length > 0) this.#socket.write(Buffer.concat(free.map((each) => each.bytes)));
  }

  congest(isCongested: boolean): void {
    if (this.#congested === isCongested) return;
    this.#congested = isCongested;
    const chunk = this.#unread;
    if (isCongested) {
      if (this.#incoming.atBoundary) this.#socket.pause();
    } else {
      this.#unread = undefined;
      if (chunk) this.#receive(chunk);
      this.#socket.resume();
    }
  }

  /** Says DISCONNECT, so that the last will stays unsent, whatever MQTT.js still waits for. */
  sayGoodbye(): void {
    this.#socket.end(disconnect, () => this.destroy());
  }

  override _read(): void {
    if (!this.#congested) this.#socket.resume();
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: Done): void {
    this.#send(Buffer.concat(chunks.map((each) => each.chunk)), done);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#send(chunk, done);
  }

  override _final(done: Done): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#socket.destroy();
    done(error);
  }

  /** Sends all but acknowledgements that must wait. */
  #send(written: Buffer, done: Done): void {
    const bytes = this.#unfinished ? Buffer.concat([this.#unfinished, written]) : written;
    this.#unfinished = undefined;
    const passing: Buffer[] = [];
    /** Of what passes and is not in `passing` yet, the first byte. */
    let from = 0;
    for (let at = 0; at < bytes.length; ) {
      const type = this.#outgoing.atBoundary ? bytes[at]! >> 4 : undefined;
      const end = this.#outgoing.next(bytes, at);
      const isAck = type === packetType.puback || type === packetType.pubrec;
      if (isAck && end === undefined) {
        passing.push(bytes.subarray(from, at));
        from = bytes.length;
        this.#unfinished = Buffer.from(bytes.subarray(at));
        this.#outgoing = new PacketWalk();
      } else if (isAck && !this.#mayGo()) {
        passing.push(bytes.subarray(from, at));
        from = end!;
        this.#held.push({ bytes: Buffer.from(bytes.subarray(at, end)), needs: this.#needs });
      } else if (type === packetType.pingreq) this.#answerPing();
      at = end ?? bytes.length;
    }
    passing.push(bytes.subarray(from));
    const sent = passing.length === 1 ? passing[0]! : Buffer.concat(passing);
    if (sent.length === 0) done();
    else this.#socket.write(sent, done);
  }

  /** Turns to the next acknowledgement. */
  #mayGo(): boolean {
    this.#needs = this.#expected.shift() ?? this.#ledger.told;
    return this.#held.length === 0 && this.#needs <= this.#ledger.safe;
  }

  #answerPing(): void {
    if (this.#congested && this.#incoming.atBoundary) this.push(pingResponse);
  }

  #receive(chunk: Buffer): void {
    if (this.#congested && this.#incoming.atBoundary) {
      this.#unread = this.#unread ? Buffer.concat([this.#unread, chunk]) : chunk;
      return;
    }
    let end = 0;
    for (
      let next = this.#incoming.next(chunk, 0);
      next !== undefined;
      next = this.#incoming.next(chunk, end)
    ) {
      end = next;
      if (this.#congested || end === chunk.length) break;
    }
    const isWhole = !this.#congested || !this.#incoming.atBoundary;
    if (!isWhole && end < chunk.length) this.#unread = chunk.subarray(end);
    const goesOn = this.push(isWhole ? chunk : chunk.subarray(0, end));
    if (!goesOn || !isWhole) this.#socket.pause();
  }
}

type Done = (error?: Error | null) => void;

const disconnect = Buffer.from([0xe0, 0]);
const pingResponse = Buffer.from([0xd0, 0]);

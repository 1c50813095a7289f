/**
 * Follows the packet boundaries of an MQTT byte stream. Fixed header (MQTT 3.1.1 section 2.2): type and flags in one byte,
 * then the remaining length in one to four bytes of seven bits, least significant first, the top bit set on all but the
 * last.
 */
export class PacketWalk {
  /** Bytes of the packet under way that are still to come after its header. */
  #remaining = 0;
  #length = 0;
  /** Bytes of the header under way seen so far; 0 between packets. */
  #headerBytes = 0;

  /** All packets so far are whole. */
  get atBoundary(): boolean {
    return this.#remaining === 0 && this.#headerBytes === 0;
  }

  /** @returns index behind the end of the packet under way at `from`; undefined when it goes on behind the chunk */
  next(chunk: Uint8Array, from: number): number | undefined {
    let at = from;
    while (this.#remaining === 0) {
      if (at === chunk.length) return undefined;
      const byte = chunk[at]!;
      at++;
      if (this.#headerBytes > 0) this.#length += (byte & 0x7f) * 128 ** (this.#headerBytes - 1);
      this.#headerBytes++;
      // A fifth length byte is malformed; the parser says so. Here it only must not run on.
      if (this.#headerBytes === 1 || ((byte & 0x80) !== 0 && this.#headerBytes < 5)) continue;
      this.#remaining = this.#length;
      this.#length = 0;
      this.#headerBytes = 0;
      if (this.#remaining === 0) return at;
    }
    const taken = Math.min(this.#remaining, chunk.length - at);
    this.#remaining -= taken;
    return this.#remaining === 0 ? at + taken : undefined;
  }
}

/** Packet types, as the upper half of a packet's first byte. */
export const packetType = { puback: 4, pubrec: 5, pingreq: 12 } as const;

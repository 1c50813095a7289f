/**
 * Follows the packet boundaries of an MQTT byte stream and finds packets above a size while only their header has
 * arrived. Fixed header (MQTT 3.1.1 section 2.2): type and flags in one byte, then the remaining length in one to four
 * bytes of seven bits, least significant first, the top bit set on all but the last.
 */
export class PacketGuard {
  readonly #bytesMax: number;
  /** Bytes of the current packet that are still to come after its header. */
  #remaining = 0;
  #length = 0;
  /** Bytes of the current header seen so far; 0 between packets. */
  #headerBytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** @returns the size of a packet that is too large, else undefined */
  tooLarge(chunk: Uint8Array): number | undefined {
    let at = 0;
    while (at < chunk.length) {
      if (this.#remaining > 0) {
        const skipped = Math.min(this.#remaining, chunk.length - at);
        this.#remaining -= skipped;
        at += skipped;
        continue;
      }
      const byte = chunk[at]!;
      at++;
      if (this.#headerBytes > 0) this.#length += (byte & 0x7f) * 128 ** (this.#headerBytes - 1);
      this.#headerBytes++;
      // A fifth length byte is malformed; the parser says so. Here it only must not run on.
      const complete = this.#headerBytes > 1 && ((byte & 0x80) === 0 || this.#headerBytes === 5);
      if (!complete) continue;
      if (this.#length > this.#bytesMax) return this.#length;
      this.#remaining = this.#length;
      this.#length = 0;
      this.#headerBytes = 0;
    }
    return undefined;
  }
}

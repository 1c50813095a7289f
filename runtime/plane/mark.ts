/**
 * What the data plane is at, in memory that both threads see: signs of life, and what it was working on when it died or
 * hung.
 *
 * Layout: four 32-bit numbers, then names. 0: counts up as long as it lives. 1, 2: journal position at work, low and high
 * half, plus one; zero: none. 3: offset of the name of the node at work, zero: none. A name is its length in a 16-bit
 * number, little endian, and `flow/node` in UTF-8.
 */
import type { Trace } from "../core/engine/trace.ts";

const headBytes = 16;
/** Tens of thousands of nodes; those of later deploys have no name. */
const sizeBytes = 1024 * 1024;

export interface AtWork {
  readonly position: number;
  readonly flow: string;
  readonly node: string;
}

/** The data plane's side. */
export class Mark implements Trace {
  readonly #head: Int32Array;
  readonly #names: Buffer;
  readonly #known = new Map<string, number>();
  #nextName = headBytes;

  constructor(memory: SharedArrayBuffer) {
    this.#head = new Int32Array(memory, 0, 4);
    this.#names = Buffer.from(memory);
  }

  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(sizeBytes);
  }

  /** A sign of life. */
  beat(): void {
    this.#head[0]!++;
  }

  /** Nothing is at work. */
  idle(): void {
    this.#head[0]!++;
    this.#head[1] = 0;
    this.#head[2] = 0;
    this.#head[3] = 0;
  }

  nameNode(flow: string, node: string): number {
    const text = `${flow}/${node}`;
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const at = this.#nextName;
    const lengthBytes = Buffer.byteLength(text);
    if (at + 2 + lengthBytes > sizeBytes) return 0;
    this.#names.writeUInt16LE(lengthBytes, at);
    this.#names.write(text, at + 2);
    this.#nextName = at + 2 + lengthBytes;
    this.#known.set(text, at);
    return at;
  }

  atPosition(position: number): void {
    this.#head[1] = (position + 1) | 0;
    this.#head[2] = Math.floor((position + 1) / 2 ** 32);
    this.#head[3] = 0;
  }

  atNode(name: number): void {
    this.#head[3] = name;
  }
}

/** The other side. */
export class MarkReader {
  readonly #head: Int32Array;
  readonly #names: Buffer;

  constructor(memory: SharedArrayBuffer) {
    this.#head = new Int32Array(memory, 0, 4);
    this.#names = Buffer.from(memory);
  }

  /** Changes as long as it lives. */
  get beats(): number {
    return Atomics.load(this.#head, 0);
  }

  /** What was worked on; undefined: nothing, or nothing that has a name. */
  get atWork(): AtWork | undefined {
    const [, low, high, at] = this.#head as unknown as readonly [number, number, number, number];
    const position = high * 2 ** 32 + (low >>> 0) - 1;
    if (position < 0 || at === 0) return undefined;
    // A copy: text is not decoded from shared memory.
    const name = Buffer.from(this.#names.subarray(at + 2, at + 2 + this.#names.readUInt16LE(at))).toString();
    const cut = name.indexOf("/");
    return { position, flow: name.slice(0, cut), node: name.slice(cut + 1) };
  }
}

/**
 * Random numbers from a seed: the same seed gives the same numbers on every machine. Mulberry32 (Tommy Ettinger), good
 * enough to spread load or to sample, not for secrets.
 */
export class RandomNumbers {
  private state: number;
  constructor(seed: number) {
    this.state = Math.trunc(seed % 2 ** 32) | 0;
  }

  /** Evenly spread from 0 to below 1, in steps of 2^-53. */
  next(): number {
    return (this.next32() * 2 ** 21 + (this.next32() >>> 11)) / 2 ** 53;
  }

  private next32(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}

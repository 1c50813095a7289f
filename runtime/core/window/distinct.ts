/**
 * How many different values, in bounded memory: the values' hashes while there are few, else HyperLogLog (Flajolet et
 * al. 2007) with 4,096 registers and the estimator of Ertl (2017), which needs no correction for small or large
 * numbers. Standard error 1.04 / sqrt(4096) = 1.6 %. Sketches merge without further error.
 */
import { canonicalText } from "./canonicalText.ts";
import type { Folding } from "./foldings.ts";

/** Exact up to here: of a hundred people who badged in, nobody wants to read 99. */
export const exactDistinctMax = 256;
const registersCount = 4_096;
/** Leading zeros are counted in this many bits. */
const rankBits = 32;

interface Few {
  used: number;
  /** The values' hashes, 64 bits as text. */
  hashes: Record<string, 1>;
}
/** Per register the longest run of leading zeros, plus one, among the hashes that fell into it; 0: none did. */
type Registers = number[];
type Partial = Few | Registers;

export const distinct: Folding = {
  one: (value): Partial => ({ used: 1, hashes: { [hashOf(value)]: 1 } }),
  add: (partial, value) => note(partial as Partial, hashOf(value)),
  merge: (a, b) => {
    const [one, other] = (Array.isArray(a) ? [a, b] : [b, a]) as [Partial, Partial];
    let both: Partial = Array.isArray(one) ? [...one] : { used: one.used, hashes: { ...one.hashes } };
    if (Array.isArray(other)) {
      for (const [index, rank] of other.entries()) raise(both as Registers, index, rank);
    } else for (const hash of Object.keys(other.hashes)) both = note(both, hash);
    return both;
  },
  result: (partial) => (Array.isArray(partial) ? Math.round(estimate(partial)) : (partial as Few).used),
};

function note(partial: Partial, hash: string): Partial {
  if (Array.isArray(partial)) return register(partial, hash);
  if (partial.hashes[hash]) return partial;
  partial.hashes[hash] = 1;
  if (++partial.used <= exactDistinctMax) return partial;
  return Object.keys(partial.hashes).reduce<Registers>(register, new Array(registersCount).fill(0));
}

function register(registers: Registers, hash: string): Registers {
  const [index, bits] = hash.split(" ").map(Number) as [number, number];
  raise(registers, index % registersCount, Math.clz32(bits) + 1);
  return registers;
}

function raise(registers: Registers, index: number, rank: number): void {
  if (rank > registers[index]!) registers[index] = rank;
}

/** Ertl, “New cardinality estimation algorithms for HyperLogLog sketches”, algorithm 6. */
function estimate(registers: Registers): number {
  const having = new Array<number>(rankBits + 2).fill(0);
  for (const rank of registers) having[rank]!++;
  let sum = registersCount * tau(1 - having[rankBits + 1]! / registersCount);
  for (let rank = rankBits; rank >= 1; rank--) sum = 0.5 * (sum + having[rank]!);
  sum += registersCount * sigma(having[0]! / registersCount);
  return registersCount ** 2 / (2 * Math.LN2 * sum);
}

function sigma(share: number): number {
  let power = share;
  let sum = share;
  for (let weight = 1, before = -1; sum !== before; weight *= 2) {
    power *= power;
    before = sum;
    sum += power * weight;
  }
  return sum;
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let root = share;
  let sum = 1 - share;
  for (let weight = 0.5, before = -1; sum !== before; weight *= 0.5) {
    root = Math.sqrt(root);
    before = sum;
    sum -= (1 - root) ** 2 * weight;
  }
  return sum / 3;
}

/** Two independent hashes of 32 bits, multiplied and mixed as in MurmurHash3. */
function hashOf(value: unknown): string {
  const text = canonicalText(value);
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 0x85ebca77);
    two = Math.imul(two ^ unit, 0xc2b2ae3d);
  }
  one = Math.imul(one ^ (one >>> 16), 0x735a2d97) ^ Math.imul(two ^ (two >>> 15), 0xcaf649a9);
  two = Math.imul(two ^ (two >>> 16), 0x735a2d97) ^ Math.imul(one ^ (one >>> 15), 0xcaf649a9);
  return `${mixed(one)} ${mixed(two)}`;
}

function mixed(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

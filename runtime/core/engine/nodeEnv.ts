import type { EvaluationEnv } from "../expression/expression.ts";
import type { StepScope } from "./scope.ts";

/** What the expressions of a node see besides their input: the clock of the step, and chance that replay repeats. */
export class NodeEnv implements EvaluationEnv {
  private readonly scope: StepScope;
  private readonly name: number;
  private position = -1;
  private seeds = 0;
  /** @param name of the node among all flows: other flows and nodes must not change what it draws */
  constructor(scope: StepScope, name: string) {
    this.scope = scope;
    this.name = hash(name);
  }

  get now(): number {
    return this.scope.now;
  }

  /** From the node, the input being worked on and how many evaluations of it have asked before. */
  seed(): number {
    const { position } = this.scope;
    if (position !== this.position) this.seeds = 0;
    this.position = position;
    const high = Math.floor(position / 2 ** 32);
    return [position >>> 0, high, this.seeds++].reduce(mix, this.name) >>> 0;
  }
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value;
}

/** A round of MurmurHash3 (32 bit). */
function mix(seed: number, value: number): number {
  const scrambled = Math.imul(rotate(Math.imul(value, 0xcc9e2d51), 15), 0x1b873593);
  return (Math.imul(rotate(seed ^ scrambled, 13), 5) + 0xe6546b64) | 0;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

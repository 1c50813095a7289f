/** What one step shares between its nodes: the clock, the input being worked on, and what comes of it. */
import type { IssuedEffect } from "../effect.ts";
import { limits } from "../limits.ts";
import type { Message } from "../message.ts";
import type { DeadLetter, DebugRecord } from "./output.ts";
import { noTrace, type Trace } from "./trace.ts";

export class StepScope {
  readonly trace: Trace;
  /** Processing time of the batch, ms. */
  now = 0;
  /** Journal position of the input (or, for timers, of the batch) being worked on. */
  position = 0;
  /** The same as text: the id of messages it causes. */
  id = "0";
  effects: IssuedEffect[] = [];
  deadLetters: DeadLetter[] = [];
  replayed: string[] = [];
  debug: DebugRecord[] = [];
  debugSkipped = 0;
  /** A lower bound of when the next timer of any flow without event time of its own is due. */
  nextDue = Number.POSITIVE_INFINITY;
  /** The passing of time has changed something: a timer fired, a node started. */
  fired = false;
  /** Counts steps. */
  step = 0;
  /** Messages the input or timer being worked on has caused. */
  emissions = 0;

  constructor(trace: Trace = noTrace) {
    this.trace = trace;
  }

  begin(now: number): void {
    this.now = now;
    this.effects = [];
    this.deadLetters = [];
    this.replayed = [];
    this.debug = [];
    this.debugSkipped = 0;
    this.fired = false;
    this.step++;
  }

  /** Turns to the next input, or to the timers of the batch. */
  turnTo(position: number): void {
    this.position = position;
    this.id = String(position);
    this.trace.atPosition(position);
    this.emissions = 0;
  }

  timerSet(at: number): void {
    if (at < this.nextDue) this.nextDue = at;
  }

  /** A timer is a cause of its own: what it emits is counted apart. */
  turnToTimer(): void {
    this.emissions = 0;
  }

  /** @param node that emits @throws TooManyMessages when one input has caused more messages than it may */
  countEmission(node: string): void {
    if (++this.emissions > limits.emissionsPerInputMax) throw new TooManyMessages(node);
  }

  addDebug(flow: string, node: string, message: Message): void {
    if (this.debug.length >= limits.debugPerStepMax) this.debugSkipped++;
    else this.debug.push({ flow, node, at: this.now, message });
  }
}

/** Unwinds to the input that multiplied beyond bounds; the rest of what it would cause is given up. */
export class TooManyMessages extends Error {
  readonly node: string;
  constructor(node: string) {
    super(`One input caused more than ${limits.emissionsPerInputMax} messages.`);
    this.node = node;
  }
}

/** A fault of ours in an operator: unwinds to the flow, which stops. */
export class OperatorFault extends Error {
  readonly node: string;
  constructor(node: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.node = node;
  }
}

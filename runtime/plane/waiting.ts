import type { IssuedEffect } from "../core/effect.ts";
import type { JournalInput } from "../core/engine/journal.ts";
import type { StepResult } from "../core/engine/output.ts";

/** What a batch has led to. */
export interface Decided {
  /** Of the batch. */
  readonly position: number;
  readonly result: StepResult;
  readonly effects: readonly IssuedEffect[];
  /** Those of the batch, to be acknowledged; absent where they were before. */
  readonly inputs?: readonly JournalInput[];
}

/** Where it goes. */
export interface Exits {
  publish(issued: IssuedEffect): void;
  report(result: StepResult): void;
  acknowledge(connection: string, count: number): void;
  dropped(reason: string): void;
}

interface Entry extends Omit<Decided, "inputs"> {
  readonly deliveries: readonly Deliveries[];
}

/** Deliveries of one connection in a row. */
interface Deliveries {
  readonly connection: string;
  count: number;
}

/** What was decided and must not be seen outside before its batch is on disk. In order. */
export class Waiting {
  readonly #exits: Exits;
  #queue: Entry[] = [];
  #first = 0;
  #isOpen = false;
  #isLeaving = false;
  #isReleasing = false;

  constructor(exits: Exits) {
    this.#exits = exits;
  }

  add({ position, result, effects, inputs }: Decided): void {
    const deliveries = inputs ? deliveriesIn(inputs) : [];
    if (deliveries.length + effects.length === 0 && !isTelling(result)) return;
    this.#queue.push({ position, result, effects, deliveries });
  }

  /** There are connections to publish on. @param unsettled what a restart publishes again, before all else */
  open(unsettled: Iterable<IssuedEffect>, committed: number): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    const waiting = new Set(this.#queue.flatMap(({ effects }) => effects.map(({ id }) => id)));
    for (const issued of [...unsettled]) if (!waiting.has(issued.id)) this.#exits.publish(issued);
    this.release(committed);
  }

  /** The connections are about to go: what is decided from now on is published after the next start. */
  leave(): void {
    this.#isLeaving = true;
  }

  /** @param committed batches below this position are on disk */
  release(committed: number): void {
    // Some effects come to their end while they are published, and bring the next batch about.
    if (!this.#isOpen || this.#isReleasing) return;
    this.#isReleasing = true;
    while (this.#first < this.#queue.length && this.#queue[this.#first]!.position < committed) {
      this.#letGo(this.#queue[this.#first]!);
      this.#first++;
    }
    this.#isReleasing = false;
    if (this.#first * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#first);
    this.#first = 0;
  }

  #letGo({ result, effects, deliveries }: Entry): void {
    for (const { connection, count } of deliveries) this.#exits.acknowledge(connection, count);
    for (const issued of effects) {
      if (!this.#isLeaving) this.#exits.publish(issued);
      else if (issued.effect.qos === 0) this.#exits.dropped("publish of QoS 0 decided while stopping");
    }
    if (isTelling(result)) this.#exits.report(result);
  }
}

function isTelling({ deadLetters, debug, debugSkipped, replayed }: StepResult): boolean {
  return deadLetters.length + debug.length + debugSkipped + replayed.length > 0;
}

function deliveriesIn(inputs: readonly JournalInput[]): readonly Deliveries[] {
  const found: Deliveries[] = [];
  for (const input of inputs) {
    if (input.kind !== "mqtt" || input.packetId === undefined) continue;
    const last = found.at(-1);
    if (last?.connection === input.connection) last.count++;
    else found.push({ connection: input.connection, count: 1 });
  }
  return found;
}

/**
 * The loop of the data plane: batch → journal → step → commit → dispatch.
 *
 * 1. Sources add inputs to the open batch.
 * 2. When it is full, or at the end of the event loop's turn, the batch is stamped with a position and one clock that
 *    never goes back, handed to the journal, and stepped at once.
 * 3. What comes of it waits in a queue until the journal says that the batch is on disk. Only then deliveries are
 *    acknowledged, effects published, dead letters told.
 * 4. About once a second what changed is saved, as of one position, once the journal is on disk up to there.
 *
 * A restart takes in the last checkpoint and replays the journal behind it, which comes to the same effects with the same
 * ids. Those of QoS 1 and 2 that were not settled are published again; those of QoS 0 went out before, or never will.
 *
 * Sockets are not read while the engine works, so a flood is held back by TCP and not by memory; and not while the
 * journal is behind. Time passes also without inputs: at least every limits.tickMs, and when the engine's next timer is
 * due. A batch without inputs that fired nothing leaves no trace, and takes no position.
 */
import type { IssuedEffect } from "../core/effect.ts";
import type { Engine } from "../core/engine/engine.ts";
import type { Input } from "../core/engine/input.ts";
import type { JournalBatch, JournalInput } from "../core/engine/journal.ts";
import type { DeployReport, SnapshotRecord, StepResult } from "../core/engine/output.ts";
import { SteadyClock } from "../core/time/steadyClock.ts";
import { changeOf, endOf, type FlowChange, inputsOf } from "./batches.ts";
import { type Checkpoints, Saver, type TableName } from "./checkpoints.ts";
import type { Journal } from "./journal.ts";
import { limits } from "./limits.ts";
import { Replica, type ReplicaParts } from "./replica.ts";
import type { Roster } from "./roster.ts";
import type { Delivery } from "./transport.ts";
import { Waiting } from "./waiting.ts";
import { WakeUps } from "./wakeUps.ts";

export interface HostParts {
  readonly engine: Engine;
  readonly compile: ReplicaParts["compile"];
  readonly store: Checkpoints;
  readonly journal: Journal;
  /** The journal writes: a restart finds all of it. */
  readonly journaled: boolean;
  /** Inputs are stepped when they are on disk, not before. */
  readonly isCareful: boolean;
  readonly signs: Signs;
  /** ms since epoch. */
  readonly clock: () => number;
  readonly outside: Outside;
  readonly problem: (text: string) => void;
}

/** What whoever watches over the data plane looks for. */
export interface Signs {
  /** It lives. */
  beat(): void;
  /** It lives, and has nothing in hand. */
  idle(): void;
}

/** What the host does to the world. */
export interface Outside {
  publish(issued: IssuedEffect): void;
  /** Sees every result that has something to show. */
  report(result: StepResult): void;
  acknowledge(connection: string, count: number): void;
  dropped(reason: string): void;
  congested(isCongested: boolean): void;
  /** What tells repeated deliveries from new ones: changes, the checkpoint's, and each delivery of the journal behind it. */
  snapshot(): readonly SnapshotRecord[];
  restore(records: Iterable<SnapshotRecord>): void;
  recall(delivery: Delivery): void;
}

export class Host {
  readonly #parts: HostParts;
  readonly #replica: Replica;
  readonly #waiting: Waiting;
  readonly #saver: Saver;
  #open: Input[] = [];
  #settled: string[] = [];
  /** Careful: batches that wait to be on disk before they are stepped. */
  #unstepped: JournalBatch[] = [];
  #scheduled = false;
  #position: number;
  /** Where the journal ended when it was replayed. */
  readonly #replayedTo: number;
  readonly #clock: SteadyClock;
  #clockTrouble: string | undefined;
  /** Clock of the last batch. */
  #steppedAt: number;
  #congested = false;
  /** Batches wait until a flow that has caught up has read the last of the journal. */
  #joining = false;
  #catchingUp = false;
  #journalProblem: string | undefined;
  readonly #wakeUps: WakeUps;
  #saving: NodeJS.Timeout | undefined;
  #saved: Promise<void> | undefined;
  #inputs = 0;

  /** Takes in the last checkpoint, and the journal behind it. */
  constructor(parts: HostParts) {
    this.#parts = parts;
    const { engine, compile, store, journal, outside, problem } = parts;
    this.#waiting = new Waiting(outside);
    this.#wakeUps = new WakeUps(engine, () => {
      parts.signs.beat();
      this.#schedule();
    });
    this.#replica = new Replica({
      engine,
      compile,
      journal,
      problem,
      stepped: (position, result, effects) => this.#waiting.add({ position, result, effects }),
    });
    const { position, now, journaled } = store.progress ?? { position: 0, now: 0, journaled: true };
    const load = (table: TableName) => this.#withSigns(store.load(table));
    outside.restore(load("deliveries"));
    this.#replica.restore({ state: load("state"), flows: load("flows"), outbox: load("outbox") }, now);
    this.#position = position;
    this.#steppedAt = now;
    this.#replay(position);
    this.#replayedTo = journal.next;
    this.#clock = new SteadyClock(this.#steppedAt || undefined);
    if (!journaled) this.#position += limits.positionsSkipped;
    this.#saver = new Saver(store, journal, problem);
    journal.onCommitted = () => {
      this.#committed();
      if (this.#joining) this.#catchUp();
    };
    journal.onProblem = (text) => this.#journalTrouble(text);
    this.#feelPressure();
  }

  get roster(): Roster {
    return this.#replica.roster;
  }

  /** Processing time: the wall clock, without its leaps. ms since epoch */
  get now(): number {
    return this.#clock.read(this.#parts.clock());
  }

  /** The next free position. */
  get head(): number {
    return this.#position;
  }

  /** Inputs taken in since start. */
  get inputs(): number {
    return this.#inputs;
  }

  /** Inputs received and not processed yet. */
  get lag(): number {
    return this.#open.length;
  }

  /** Effects of QoS 1 and 2 that are not settled. */
  get unsettled(): number {
    return this.#replica.outbox.size;
  }

  /** Why the journal does not take what comes, while it does not. */
  get trouble(): string | undefined {
    return this.#journalProblem;
  }

  start(): void {
    this.#wakeUps.start();
    this.#saving = setInterval(() => void this.checkpoint(), limits.checkpointMs);
    this.#schedule();
  }

  /** There are connections: what waits for them goes out, and so does from now on what is on disk. */
  connected(): void {
    this.#waiting.open(this.#replica.outbox.all(), this.#parts.journal.committed);
  }

  /** Adds an input to the open batch. */
  add(input: Input): void {
    this.#open.push(input);
    if (this.#open.length >= limits.batchInputsMax) this.drain();
    else this.#schedule();
  }

  /** An effect came to its end: the journal learns of it with the next batch, at the latest with the next tick. */
  settle(id: string): void {
    this.#settled.push(id);
    if (this.#settled.length >= limits.settledPerBatchMax) this.#schedule();
  }

  /** Does something to a flow, between two batches. */
  change(change: FlowChange): DeployReport {
    this.drain();
    const id = change.kind === "deploy" ? change.flow.id : change.flow;
    const place = this.roster.place(id);
    const report = this.#take([place ? { ...change, at: place.at } : change]);
    this.#catchUpSoon();
    return report ?? { kept: [], reset: [] };
  }

  /** Works off what waits, now. */
  drain(): void {
    this.#scheduled = false;
    if (this.#joining) return;
    const inputs = this.#open;
    const effects = this.#settled;
    this.#open = [];
    this.#settled = [];
    this.#inputs += inputs.length;
    this.#take(effects.length > 0 ? [...inputs, { kind: "settled", effects }] : inputs);
    this.#wakeUps.set(this.#steppedAt, this.now);
    this.#catchUpSoon();
  }

  /** Saves what changed, one checkpoint at a time. Never rejects: a disk that is full may have room again a second later. */
  checkpoint(): Promise<void> {
    this.#saved ??= this.#save().finally(() => {
      this.#saved = undefined;
    });
    return this.#saved;
  }

  /** Works off what waits, and gives what it decided a moment to be on disk, and out. Nothing is published behind it. */
  async quiet(): Promise<void> {
    this.#wakeUps.stop();
    clearInterval(this.#saving);
    this.#joining = false;
    this.drain();
    await Promise.race([this.#parts.journal.flush().catch(() => undefined), pause(limits.lastCommitMs)]);
    this.#committed();
    this.#waiting.leave();
  }

  /** Saves everything for the last time. Stop the sources first. */
  async stop(): Promise<void> {
    this.drain();
    this.#wakeUps.stop();
    this.#parts.journal.onCommitted = undefined;
    const last = async () => {
      await this.#saved;
      await this.checkpoint();
    };
    await Promise.race([last(), pause(limits.lastCommitMs)]);
  }

  async #save(): Promise<void> {
    this.drain();
    // Inputs that wait for a flow to join are known to the transport, and not to the engine: not now.
    if (this.#joining) return;
    const { outside, journaled } = this.#parts;
    const changes = { ...this.#replica.snapshot(), deliveries: outside.snapshot() };
    const position = this.#unstepped[0]?.position ?? this.#position;
    const progress = { position, now: this.#steppedAt, journaled };
    await this.#saver.save(changes, progress, this.roster.oldest);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      if (this.#scheduled) this.drain();
    });
  }

  #take(inputs: readonly JournalInput[]): DeployReport | undefined {
    const { journal } = this.#parts;
    this.#steppedAt = this.now;
    this.#tellClockTrouble();
    const batch: JournalBatch = { position: this.#position, now: this.#steppedAt, inputs };
    if (inputs.length > 0) journal.append(batch);
    else if (this.#unstepped.length > 0) return undefined;
    if (this.#parts.isCareful && inputs.length > 0) {
      this.#unstepped.push(batch);
      this.#position = endOf(batch);
      // What is done to a flow is answered at once.
      const report = changeOf(batch) ? this.#stepUpTo(Number.POSITIVE_INFINITY) : undefined;
      this.#committed();
      return report;
    }
    const { result, report } = this.#step(batch);
    if (inputs.length === 0) {
      if (!result.fired) return report;
      journal.append(batch);
    }
    this.#position = endOf(batch);
    this.#committed();
    return report;
  }

  #step(batch: JournalBatch): { readonly result: StepResult; readonly report: DeployReport | undefined } {
    const { result, effects, report } = this.#replica.apply(batch);
    this.#parts.signs.idle();
    this.#waiting.add({ position: batch.position, result, effects, inputs: batch.inputs });
    return { result, report };
  }

  /** @returns what came of the last batch */
  #stepUpTo(committed: number): DeployReport | undefined {
    let report: DeployReport | undefined;
    while (this.#unstepped.length > 0 && this.#unstepped[0]!.position < committed) {
      report = this.#step(this.#unstepped.shift()!).report;
    }
    return report;
  }

  *#withSigns(records: Iterable<SnapshotRecord>): Iterable<SnapshotRecord> {
    let count = 0;
    for (const record of records) {
      if (++count % 1000 === 0) this.#parts.signs.beat();
      yield record;
    }
  }

  #replay(from: number): void {
    const { journal, outside } = this.#parts;
    for (const batch of journal.read(from)) {
      if (batch.position < from) continue;
      for (const input of inputsOf(batch)) {
        if (input.kind === "mqtt" && input.packetId !== undefined) {
          const { connection, topic, payload, packetId } = input;
          outside.recall({ connection, topic, payload, packetId });
        }
      }
      const { result, effects } = this.#replica.apply(batch);
      this.#parts.signs.idle();
      // Those of QoS 0 went out before, or never will. The others are in the outbox, and go out from there, unless the
      // journal is not sure yet that the disk has their batch.
      const held = batch.position < journal.committed ? [] : effects.filter(({ effect }) => effect.qos > 0);
      this.#waiting.add({ position: batch.position, result, effects: held });
      this.#position = endOf(batch);
      this.#steppedAt = batch.now;
    }
    this.#position = Math.max(this.#position, journal.next);
  }

  #committed(): void {
    const { committed } = this.#parts.journal;
    this.#stepUpTo(committed);
    this.#waiting.release(committed);
    this.#feelPressure();
  }

  /**
   * What is received and not on disk takes memory: beyond a bound the sockets are not read. Nor after a crash before the
   * journal is sure of what was replayed: repetitions of it would be acknowledged at once.
   */
  #feelPressure(): void {
    const { journal, outside } = this.#parts;
    const bytes = journal.pendingBytes;
    const isUnsure = journal.committed < this.#replayedTo;
    const isCongested = isUnsure || bytes > (this.#congested ? limits.relievedBytes : limits.congestedBytes);
    if (isCongested === this.#congested) return;
    this.#congested = isCongested;
    outside.congested(isCongested);
  }

  #journalTrouble(text: string | undefined): void {
    this.#journalProblem = text;
    this.#parts.problem(text ?? "writing the journal works again");
    // Nobody knows how long it takes: flows that catch up can wait, live ones cannot.
    this.#joining = false;
    this.#schedule();
  }

  #catchUpSoon(): void {
    if (this.#catchingUp || this.roster.behind.length === 0) return;
    this.#catchingUp = true;
    setImmediate(() => this.#catchUp());
  }

  /** A piece for every flow that is behind; the live batches come between two pieces. */
  #catchUp(): void {
    const { journal } = this.#parts;
    const { roster } = this;
    this.#catchingUp = false;
    this.#joining = false;
    let goesOn = false;
    for (const id of roster.behind) {
      const hasRead = roster.catchUp(id, limits.catchUpInputs);
      this.#parts.signs.idle();
      const isThere =
        (this.#unstepped.length === 0 && roster.place(id)!.at >= this.#position) ||
        (!hasRead && journal.committed >= this.#position);
      goesOn ||= hasRead || isThere;
      if (isThere) roster.attach(id);
      else if (!hasRead && this.#journalProblem === undefined) this.#joining = true;
    }
    this.#waiting.release(journal.committed);
    // With a disk in trouble there is nothing to read: the next tick looks again.
    if (goesOn && !this.#joining) this.#schedule();
  }

  #tellClockTrouble(): void {
    const { trouble } = this.#clock;
    if (trouble === this.#clockTrouble) return;
    this.#parts.problem(trouble ?? "the clock is right again");
    this.#clockTrouble = trouble;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

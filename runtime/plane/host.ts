/**
 * The loop of the data plane: batch → step → dispatch.
 *
 * 1. Sources add inputs to the open batch.
 * 2. When it is full, or at the end of the event loop's turn, the batch is stamped with one clock that never goes back,
 *    and stepped.
 * 3. Its effects are dispatched in order. (The journal will go between 2 and 3.)
 *
 * Nothing waits beyond that: sockets are not read while the engine works, so a flood is held back by TCP and not by
 * memory, and inputs die young, which keeps the garbage collector cheap. Time passes also without inputs: at least every limits.tickMs, and when the engine's next timer is due. About once a second
 * what changed is saved.
 */
import type { IssuedEffect } from "../core/effect.ts";
import type { Engine } from "../core/engine/engine.ts";
import type { Input } from "../core/engine/input.ts";
import type { SnapshotRecord, StepResult } from "../core/engine/output.ts";
import { SteadyClock } from "../core/time/steadyClock.ts";
import { limits } from "./limits.ts";

/** Where checkpoints go. */
export interface StateStore {
  readonly progress: { readonly position: number; readonly now: number } | undefined;
  load(): Iterable<SnapshotRecord>;
  /** Reads the values before it returns; resolves when they are on disk. */
  save(records: readonly SnapshotRecord[], progress: { position: number; now: number }): Promise<void>;
}

export interface HostParts {
  readonly engine: Engine;
  readonly store: StateStore;
  /** ms since epoch. */
  readonly clock: () => number;
  /** Does what a flow decided. */
  readonly dispatch: (issued: IssuedEffect) => void;
  /** Sees every result that has something to show. */
  readonly report: (result: StepResult) => void;
  readonly problem: (text: string) => void;
}

export class Host {
  readonly #parts: HostParts;
  #open: Input[] = [];
  #scheduled = false;
  #position: number;
  readonly #clock: SteadyClock;
  #clockTrouble: string | undefined;
  #steppedAt = 0;
  /** Inputs since the last checkpoint: their positions must not be given out again. */
  #advanced = false;
  /** Records of a checkpoint that could not be saved; the engine no longer counts them as changed. */
  #unsaved: readonly SnapshotRecord[] = [];
  #saving: Promise<void> = Promise.resolve();
  #saveProblem: string | undefined;
  #ticker: NodeJS.Timeout | undefined;
  #saver: NodeJS.Timeout | undefined;
  #alarm: NodeJS.Timeout | undefined;
  #alarmAt: number | undefined;
  #inputs = 0;

  /** Takes in the last checkpoint. Flows are deployed before {@link start}. */
  constructor(parts: HostParts) {
    this.#parts = parts;
    const progress = parts.store.progress;
    this.#position = progress ? progress.position + limits.positionsSkipped : 0;
    this.#clock = new SteadyClock(progress?.now);
    parts.engine.restore(parts.store.load());
  }

  /** Processing time: the wall clock, without its leaps. ms since epoch */
  get now(): number {
    return this.#clock.read(this.#parts.clock());
  }

  /** Inputs taken in since start. */
  get inputs(): number {
    return this.#inputs;
  }

  start(): void {
    this.#ticker = setInterval(() => this.#schedule(), limits.tickMs);
    this.#saver = setInterval(() => void this.checkpoint(), limits.checkpointMs);
  }

  /** Adds an input to the open batch. */
  add(input: Input): void {
    this.#open.push(input);
    if (this.#open.length >= limits.batchInputsMax) this.drain();
    else this.#schedule();
  }

  /** Inputs received and not processed yet. */
  get waiting(): number {
    return this.#open.length;
  }

  /** Works off what waits, now: a deploy goes between two inputs, never around one. */
  drain(): void {
    const inputs = this.#open;
    this.#open = [];
    this.#scheduled = false;
    this.#step(inputs);
    this.#setAlarm();
  }

  /** Saves what changed. Never rejects: a disk that is full may have room again a second later. */
  checkpoint(): Promise<void> {
    this.#saving = this.#saving.then(() => this.#save());
    return this.#saving;
  }

  /** Works off what waits and saves it. Stop the sources first. */
  async stop(): Promise<void> {
    clearInterval(this.#ticker);
    clearInterval(this.#saver);
    this.drain();
    clearTimeout(this.#alarm);
    await this.checkpoint();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      if (this.#scheduled) this.drain();
    });
  }

  #step(inputs: readonly Input[]): void {
    const { engine, dispatch, report } = this.#parts;
    this.#tellClockTrouble();
    this.#steppedAt = this.now;
    const result = engine.step({ now: this.#steppedAt, position: this.#position, inputs });
    // A step takes a position for the passing of time and one for each input.
    this.#position += 1 + inputs.length;
    this.#inputs += inputs.length;
    if (inputs.length > 0) this.#advanced = true;
    for (const issued of result.effects) dispatch(issued);
    if (result.deadLetters.length + result.debug.length + result.debugSkipped > 0) report(result);
  }

  /** Wakes up for a timer that is due before the next tick. */
  #setAlarm(): void {
    const at = this.#parts.engine.nextTimerAt();
    if (at === this.#alarmAt) return;
    clearTimeout(this.#alarm);
    this.#alarmAt = undefined;
    if (at === undefined) return;
    const waitMs = at - this.now;
    // Later ones are for the tick, and so is one that this very step has left standing.
    if (waitMs > limits.tickMs || at <= this.#steppedAt) return;
    this.#alarmAt = at;
    this.#alarm = setTimeout(() => {
      this.#alarmAt = undefined;
      this.#schedule();
    }, waitMs);
  }

  #tellClockTrouble(): void {
    const { trouble } = this.#clock;
    if (trouble === this.#clockTrouble) return;
    this.#parts.problem(trouble ?? "the clock is right again");
    this.#clockTrouble = trouble;
  }

  async #save(): Promise<void> {
    const { engine, store, problem } = this.#parts;
    const records = [...this.#unsaved, ...engine.snapshot(true)];
    if (records.length === 0 && !this.#advanced) return;
    this.#unsaved = records;
    this.#advanced = false;
    try {
      await store.save(records, { position: this.#position, now: this.now });
      this.#unsaved = [];
      if (this.#saveProblem) problem("saving the checkpoint works again");
      this.#saveProblem = undefined;
    } catch (error) {
      this.#advanced = true;
      const text = `saving the checkpoint: ${error instanceof Error ? error.message : String(error)}. Is the disk full? Until it works again, a restart would go back to the last one`;
      // Tried every second, told once.
      if (text !== this.#saveProblem) problem(text);
      this.#saveProblem = text;
    }
  }
}

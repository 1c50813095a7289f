/**
 * Everything that the batches of the journal decide: what the engine knows, which flows run and where each stands, and
 * what has to be published. The same checkpoint with the same batches comes to the same, live or in a replay.
 */
import type { IssuedEffect } from "../core/effect.ts";
import type { JournalBatch } from "../core/engine/journal.ts";
import type { DeployReport, SnapshotRecord, StepResult } from "../core/engine/output.ts";
import { changeOf, inputsOf, settledIn } from "./batches.ts";
import { flowOf, Outbox } from "./outbox.ts";
import { Roster, type RosterParts } from "./roster.ts";

/** What is saved together, each a list of records of its own. */
export interface Tables<Records> {
  /** Keyed state, timers and gauges; see the engine. */
  readonly state: Records;
  /** By flow. */
  readonly flows: Records;
  /** By place. */
  readonly outbox: Records;
}

export interface ReplicaParts extends Omit<RosterParts, "stepped" | "caughtUp"> {
  /** A flow that is behind was stepped alone; its effects are as in {@link Replica.apply}. */
  readonly stepped: (position: number, result: StepResult, effects: readonly IssuedEffect[]) => void;
}

export class Replica {
  readonly outbox = new Outbox();
  readonly roster: Roster;
  readonly #parts: ReplicaParts;

  constructor(parts: ReplicaParts) {
    this.#parts = parts;
    this.roster = new Roster({
      ...parts,
      stepped: (position, result) => parts.stepped(position, result, this.#publishable(result)),
      caughtUp: (flow) => this.outbox.caughtUp(flow),
    });
  }

  /** @param now clock of the checkpoint */
  restore(tables: Tables<Iterable<SnapshotRecord>>, now: number): void {
    this.#parts.engine.restore(tables.state);
    this.outbox.restore(tables.outbox);
    this.roster.restore(tables.flows, now);
  }

  /** What has changed since the last call. */
  snapshot(): Tables<readonly SnapshotRecord[]> {
    return {
      state: this.#parts.engine.snapshot(true),
      flows: this.roster.snapshot(),
      outbox: this.outbox.snapshot(),
    };
  }

  /** @returns with the effects to publish, once the batch is on disk: those of QoS 1 and 2 are in the outbox now */
  apply(batch: JournalBatch): {
    readonly result: StepResult;
    readonly effects: readonly IssuedEffect[];
    readonly report: DeployReport | undefined;
  } {
    const { position, now } = batch;
    const change = changeOf(batch);
    const report = change && this.roster.apply(change, batch);
    const result = this.#parts.engine.step({ position, now, inputs: inputsOf(batch) });
    const effects = this.#publishable(result);
    for (const id of settledIn(batch)) {
      this.outbox.settle(id, this.roster.place(flowOf(id)) !== undefined);
    }
    return { result, effects, report };
  }

  #publishable({ effects }: StepResult): readonly IssuedEffect[] {
    if (effects.length === 0) return effects;
    return effects.filter((issued) => issued.effect.qos === 0 || this.outbox.add(issued));
  }
}

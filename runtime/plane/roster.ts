/**
 * Which flows run, in which version, and where in the journal each stands. Nearly all stand at its head, where batches
 * are stepped for all of them at once. A flow that was paused stands still; one that catches up is stepped alone, with
 * the batches it missed and their own clocks. Flows do not hear of each other, so what comes of it is the same.
 */
import type { Diagnostic } from "../core/diagnostic.ts";
import type { Engine } from "../core/engine/engine.ts";
import type { DeployInput, JournalBatch } from "../core/engine/journal.ts";
import type { DeployReport, NodeFate, SnapshotRecord, StepResult } from "../core/engine/output.ts";
import type { FlowDocument } from "../core/flow/document.ts";
import type { FlowPlan } from "../core/plan/compile.ts";
import { endOf, type FlowChange, inputsOf } from "./batches.ts";
import type { Journal } from "./journal.ts";

export interface RosterParts {
  readonly engine: Engine;
  readonly compile: (flow: FlowDocument) => {
    readonly plan?: FlowPlan;
    readonly diagnostics: readonly Diagnostic[];
  };
  readonly journal: Pick<Journal, "read" | "first">;
  /** A flow was stepped alone. */
  readonly stepped: (position: number, result: StepResult) => void;
  /** A flow is at the head of the journal, or gone. */
  readonly caughtUp: (flow: string) => void;
  readonly problem: (text: string) => void;
}

/** Where a flow stands that is not at the head. */
export interface Place {
  /** The next position it is to be stepped with. */
  readonly at: number;
  /** Clock of the batch it was stepped with last, ms since epoch. */
  readonly now: number;
  readonly paused: boolean;
}

interface Entry {
  readonly flow: FlowDocument;
  readonly version: number;
  readonly place?: Place;
}

export class Roster {
  readonly #parts: RosterParts;
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new Set<string>();

  constructor(parts: RosterParts) {
    this.#parts = parts;
  }

  /** Flows of the checkpoint run again, with what they knew. @param now clock of the checkpoint */
  restore(records: Iterable<SnapshotRecord>, now: number): void {
    const { engine, compile, problem } = this.#parts;
    for (const { address, value } of records) {
      const id = address[0]!;
      const entry = value as Entry;
      this.#entries.set(id, entry);
      const { plan, diagnostics } = compile(entry.flow);
      if (plan) engine.resume(plan, now);
      else problem(`the flow ${id} cannot go on: ${diagnostics[0]?.message ?? "it does not compile"}`);
      if (entry.place) engine.detach(id);
    }
  }

  /** What has changed since the last call. */
  snapshot(): SnapshotRecord[] {
    const records = [...this.#changed].map((id) => ({ address: [id], value: this.#entries.get(id) ?? null }));
    this.#changed.clear();
    return records;
  }

  get flows(): readonly string[] {
    return [...this.#entries.keys()];
  }

  flow(id: string): FlowDocument | undefined {
    return this.#entries.get(id)?.flow;
  }

  /** Where a flow stands; undefined: at the head. */
  place(id: string): Place | undefined {
    return this.#entries.get(id)?.place;
  }

  /** Flows that read what they missed. */
  get behind(): readonly string[] {
    return this.flows.filter((id) => this.place(id)?.paused === false);
  }

  /** The oldest position a flow still needs. */
  get oldest(): number {
    const places = this.flows.flatMap((id) => this.place(id)?.at ?? []);
    return Math.min(Number.POSITIVE_INFINITY, ...places);
  }

  /** Does this very document run, in this version? */
  runs(flow: FlowDocument, version: number): boolean {
    const entry = this.#entries.get(flow.id);
    return entry?.version === version && JSON.stringify(entry.flow) === JSON.stringify(flow);
  }

  /** What a deploy would do to what the flow's nodes know. */
  preview(plan: FlowPlan): readonly NodeFate[] {
    return this.#parts.engine.deployPreview(plan);
  }

  /** Does something to a flow, between two batches. @param batch the one that carries it */
  apply(change: FlowChange, batch: JournalBatch): DeployReport {
    const id = change.kind === "deploy" ? change.flow.id : change.flow;
    // In a replay it may stand before the place where this was done to it.
    this.#stepApart(id, change.at ?? batch.position, Number.POSITIVE_INFINITY);
    if (change.at === undefined) this.attach(id);
    if (change.kind === "deploy") return this.#deploy(change, batch.now);
    const entry = this.#entries.get(id);
    if (!entry) return nothing;
    if (change.kind === "remove") this.#remove(id);
    else if (change.kind === "pause") this.#pause(id, entry, batch);
    else if (change.missed === "skip") this.attach(id);
    else if (entry.place) this.#set(id, { ...entry, place: { ...entry.place, paused: false } });
    return nothing;
  }

  /**
   * Steps a flow that is behind with what it missed.
   * @param inputsMax stops behind the batch in which this many were reached
   * @returns false when there was nothing to read
   */
  catchUp(id: string, inputsMax: number): boolean {
    return this.#stepApart(id, Number.POSITIVE_INFINITY, inputsMax);
  }

  /** A flow has been stepped with everything, or what it has not is given up: it is at the head. */
  attach(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry?.place) return;
    const { place: _, ...atHead } = entry;
    this.#set(id, atHead);
    this.#parts.engine.attach(id);
    this.#parts.caughtUp(id);
  }

  #deploy({ flow, version }: DeployInput, now: number): DeployReport {
    const { engine, compile, problem } = this.#parts;
    const { plan, diagnostics } = compile(flow);
    const place = this.place(flow.id);
    this.#set(flow.id, { flow, version, ...(place && { place }) });
    if (plan) return engine.deploy(plan, now);
    // It compiled when it was deployed: this is a replay, by another version of Millrace.
    problem(`the flow ${flow.id} cannot go on: ${diagnostics[0]?.message ?? "it does not compile"}`);
    return nothing;
  }

  #remove(id: string): void {
    this.#entries.delete(id);
    this.#changed.add(id);
    this.#parts.engine.remove(id);
    this.#parts.caughtUp(id);
  }

  #pause(id: string, entry: Entry, batch: JournalBatch): void {
    this.#parts.engine.detach(id);
    const place = entry.place ?? { at: endOf(batch), now: batch.now };
    this.#set(id, { ...entry, place: { ...place, paused: true } });
  }

  #stepApart(id: string, to: number, inputsMax: number): boolean {
    const { engine, journal, stepped } = this.#parts;
    const entry = this.#entries.get(id);
    if (!entry?.place || entry.place.paused || entry.place.at >= to) return false;
    let { at, now } = entry.place;
    if (journal.first > at) this.#tellMissed(id, at);
    let taken = 0;
    for (const batch of journal.read(at)) {
      if (batch.position >= to) break;
      const { position } = batch;
      stepped(position, engine.step({ position, now: batch.now, inputs: inputsOf(batch) }, id));
      at = endOf(batch);
      now = batch.now;
      taken += 1 + batch.inputs.length;
      if (taken >= inputsMax) break;
    }
    if (taken > 0) this.#set(id, { ...entry, place: { at, now, paused: false } });
    return taken > 0;
  }

  #tellMissed(id: string, at: number): void {
    const { journal, problem } = this.#parts;
    problem(
      `the flow ${id} was behind for longer than the journal is kept: inputs ${at} to ${journal.first - 1} have passed it by`,
    );
  }

  #set(id: string, entry: Entry): void {
    this.#entries.set(id, entry);
    this.#changed.add(id);
  }
}

const nothing: DeployReport = { kept: [], reset: [] };

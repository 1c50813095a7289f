import type { DeadLetter, DebugRecord, NodeTelemetry, StepResult } from "../core/engine/output.ts";
import type { DebugLine, NodeLive } from "../protocol/live.ts";
import { limits } from "./limits.ts";
import type { PlaneEvent } from "./messages.ts";
import { FlowTelemetry, sampleLive } from "./telemetry.ts";

/**
 * What the data plane tells the control plane, a few times a second and bounded: a flood in a flow never becomes a flood
 * of reports.
 */
export class Feed {
  readonly #post: (event: PlaneEvent) => void;
  readonly #read: (flow: string) => Readonly<Record<string, NodeTelemetry>>;
  readonly #dropped: (reason: string, count: number) => void;
  readonly #flows = new Map<string, FlowTelemetry>();
  #watched: readonly string[] = [];
  #debug = new Map<string, { records: DebugLine[]; skipped: number }>();
  #letters: DeadLetter[] = [];
  #replayed: string[] = [];
  #lettersLost = 0;

  constructor(parts: {
    readonly post: (event: PlaneEvent) => void;
    /** Counters of a flow's nodes; empty for a flow that does not run. */
    readonly read: (flow: string) => Readonly<Record<string, NodeTelemetry>>;
    readonly dropped: (reason: string, count: number) => void;
  }) {
    this.#post = parts.post;
    this.#read = parts.read;
    this.#dropped = parts.dropped;
  }

  /** Telemetry and debug of these flows from now on; the first telemetry of a flow names all its nodes. */
  watch(flows: readonly string[], at: number): void {
    this.#watched = flows;
    for (const flow of [...this.#flows.keys()]) if (!flows.includes(flow)) this.#flows.delete(flow);
    this.flush(at);
  }

  latest(flow: string, at: number): Record<string, NodeLive> {
    const telemetry = this.#flows.get(flow) ?? new FlowTelemetry();
    return telemetry.all(this.#read(flow), at);
  }

  take(result: StepResult): void {
    for (const record of result.debug) this.#takeDebug(record);
    // The engine does not say of which flow it skipped: whoever watches learns that lines are missing.
    if (result.debugSkipped > 0)
      for (const flow of this.#watched) this.#debugOf(flow).skipped += result.debugSkipped;
    this.#replayed.push(...result.replayed);
    for (const letter of result.deadLetters) {
      if (this.#letters.length < limits.deadLettersPerFlushMax) this.#letters.push(letter);
      else this.#lettersLost++;
    }
  }

  /** Sends what gathered. @param at ms since epoch */
  flush(at: number): void {
    for (const flow of this.#watched) {
      let telemetry = this.#flows.get(flow);
      if (!telemetry) {
        telemetry = new FlowTelemetry();
        this.#flows.set(flow, telemetry);
      }
      const nodes = telemetry.changed(this.#read(flow), at);
      if (Object.keys(nodes).length > 0) this.#post({ type: "telemetry", flow, at, nodes });
    }
    for (const [flow, { records, skipped }] of this.#debug)
      this.#post({ type: "debug", flow, records, skipped });
    this.#debug.clear();
    if (this.#letters.length + this.#replayed.length > 0)
      this.#post({ type: "deadLetters", letters: this.#letters, replayed: this.#replayed });
    this.#letters = [];
    this.#replayed = [];
    if (this.#lettersLost > 0) this.#dropped("dead letters beyond what can be kept", this.#lettersLost);
    this.#lettersLost = 0;
  }

  #takeDebug({ flow, node, at, message }: DebugRecord): void {
    if (!this.#watched.includes(flow)) return;
    const gathered = this.#debugOf(flow);
    if (gathered.records.length < limits.debugPerFlushMax)
      gathered.records.push({ node, ...sampleLive({ message, at }) });
    else gathered.skipped++;
  }

  #debugOf(flow: string): { records: DebugLine[]; skipped: number } {
    let gathered = this.#debug.get(flow);
    if (!gathered) {
      gathered = { records: [], skipped: 0 };
      this.#debug.set(flow, gathered);
    }
    return gathered;
  }
}

/** What leaves the engine. The host journals the inputs of a step before it acts on any of this. */
import type { IssuedEffect } from "../effect.ts";
import type { Message } from "../message.ts";
import type { NodeStatus } from "../nodeType.ts";

export interface StepResult {
  /** In the order they were decided. */
  readonly effects: readonly IssuedEffect[];
  readonly deadLetters: readonly DeadLetter[];
  /** Telemetry of debug nodes, bounded per step; `debugSkipped` counts the rest. */
  readonly debug: readonly DebugRecord[];
  readonly debugSkipped: number;
  /** The passing of time alone has changed something: a batch without inputs has to be journaled too. */
  readonly fired: boolean;
  /** Ids of dead letters that their nodes have been given again. Those that fail once more are among the dead letters. */
  readonly replayed: readonly string[];
}

/** A message that could not be processed, kept with its cause. */
export interface DeadLetter {
  /** As of an effect: no effect has the same. */
  readonly id: string;
  readonly flow: string;
  readonly node: string;
  /** Where the node received it; absent: it did not, as when a timer failed. Such a letter cannot be replayed. */
  readonly port?: string;
  readonly code: string;
  readonly text: string;
  /** Processing time, ms since epoch. */
  readonly at: number;
  readonly topic: string;
  readonly key: string;
  /** Event time, ms since epoch. */
  readonly time: number;
  readonly params: Message["params"];
  /** The payload as far as it was understood; undecodable bytes as text with replacement marks, shortened. */
  readonly payload: unknown;
  /** Of a message that could not be read: its bytes, base64, unless they are too many to be kept. */
  readonly raw?: string;
}

export interface DebugRecord {
  readonly flow: string;
  readonly node: string;
  /** Processing time, ms since epoch. */
  readonly at: number;
  readonly message: Message;
}

/** Counters since deploy, and the newest message per port. */
export interface NodeTelemetry {
  readonly inputs: Readonly<Record<string, PortTelemetry>>;
  readonly outputs: Readonly<Record<string, PortTelemetry>>;
  /** Messages that went to the error port or the dead letters. */
  readonly failed: number;
  readonly lastError?: { readonly code: string; readonly text: string; readonly at: number };
  /** Messages that ended here by reason, such as `late`. */
  readonly drops: Readonly<Record<string, number>>;
  readonly status?: NodeStatus;
}

export interface PortTelemetry {
  readonly count: number;
  readonly last?: Sample;
}

export interface Sample {
  readonly message: Message;
  /** Processing time it passed, ms since epoch. */
  readonly at: number;
}

/** One record of a snapshot: a change to what the engine knows. A store keeps the newest record per address. */
export interface SnapshotRecord {
  /** `[flow, node]` for a node itself, `[flow, node, key]` for one key of it, `[flow, node, "source", port]`-like for sources. */
  readonly address: readonly string[];
  /** JSON value; null: forgotten. */
  readonly value: unknown;
  /** The value as JSON text, where a store has it: of a million keys most are not asked for soon. */
  readonly text?: string;
}

export interface DeployReport {
  /** Nodes that kept what they knew. */
  readonly kept: readonly string[];
  /** Nodes whose state was dropped, because it no longer means the same. */
  readonly reset: readonly string[];
}

/** What a deploy would do to what one node knows. */
export interface NodeFate {
  readonly node: string;
  /** `new`: it knows nothing yet; `forgotten`: it is not in the flow any more. */
  readonly fate: "kept" | "reset" | "new" | "forgotten";
  /** Keys it keeps state or timers for. */
  readonly keys: number;
  /** Why it is reset: the node is of another type, Millrace keeps it in another form, or its settings give it another meaning. */
  readonly because?: "type" | "version" | "settings";
}

/**
 * Everything that crosses between the control plane (main thread) and the data plane (worker thread), as structured-clone
 * data. The control plane calls and is answered; the data plane reports by events, a few times a second at most.
 */
import type { Diagnostic } from "../core/diagnostic.ts";
import type { ReplayInput } from "../core/engine/input.ts";
import type { DeadLetter, NodeFate } from "../core/engine/output.ts";
import type { QuarantinedInput } from "../core/engine/quarantine.ts";
import type { ExpressionLimits } from "../core/expression/limits.ts";
import type { FlowDocument } from "../core/flow/document.ts";
import type { ConnectionConfig, ConnectionSecrets } from "../protocol/http.ts";
import type { ConnectionStatus, DebugLine, NodeLive, PeekedMessage, PeekedTopic } from "../protocol/live.ts";

/** What the worker is born with. */
export interface PlaneSettings {
  /** Folder of the checkpoint. */
  readonly checkpointFolder: string;
  readonly journal: JournalSettings;
  /** Absent: the usual ones. */
  readonly expressionLimits?: ExpressionLimits;
  /** What the engine may take, in MiB; absent: half of the machine's memory. */
  readonly memoryMb?: number;
}

/** What a worker is born with besides. */
export interface Birth {
  /** Where it shows what it is at; see Mark. */
  readonly mark: SharedArrayBuffer;
  /** Inputs it leaves out, each for one flow. */
  readonly quarantined: readonly QuarantinedInput[];
  /** One before it died: inputs are on disk before they are stepped, so that the one that kills it is known again. */
  readonly isCareful: boolean;
}

export interface JournalSettings {
  readonly folder: string;
  /** `sync`: survives a power cut; `interval`: the death of the process; `off`: nothing is written. */
  readonly mode: "sync" | "interval" | "off";
  readonly ageMsMax: number;
  readonly sizeBytesMax: number;
}

export interface ConnectionSpec {
  readonly config: ConnectionConfig;
  readonly secrets: ConnectionSecrets;
  /** It leads to the broker that runs inside Millrace. */
  readonly embedded: boolean;
}

export interface DeployOutcome {
  /** With an error among them nothing was deployed, and what ran before still runs. */
  readonly diagnostics: readonly Diagnostic[];
  /** Nodes that kept what they knew. */
  readonly kept: readonly string[];
  /** Nodes that start afresh because their meaning changed. */
  readonly reset: readonly string[];
}

export interface DeployPreview {
  readonly diagnostics: readonly Diagnostic[];
  /** Empty when an error is among the diagnostics. */
  readonly nodes: readonly NodeFate[];
}

/** What the control plane can ask for: argument and answer of each call. */
export interface Calls {
  deploy: {
    readonly args: { readonly flow: FlowDocument; readonly version: number };
    readonly result: DeployOutcome;
  };
  /** What a deploy would do; changes nothing. */
  previewDeploy: { readonly args: { readonly flow: FlowDocument }; readonly result: DeployPreview };
  /** The flow stands still; what it would have received stays in the journal. Paused already: nothing happens. */
  pause: { readonly args: { readonly flow: string }; readonly result: undefined };
  /** A paused flow goes on, with what it missed or with what comes next. Not paused: a flow that catches up can skip. */
  resume: {
    readonly args: { readonly flow: string; readonly missed: "catch up" | "skip" };
    readonly result: undefined;
  };
  undeploy: { readonly args: { readonly flow: string }; readonly result: undefined };
  inject: {
    readonly args: { readonly flow: string; readonly node: string; readonly payload?: unknown };
    readonly result: undefined;
  };
  /** Gives dead letters of one flow to their nodes again. Answers with the ids of those that are on their way. */
  replay: {
    readonly args: { readonly flow: string; readonly letters: readonly ReplayInput[] };
    readonly result: readonly string[];
  };
  setConnections: {
    readonly args: { readonly connections: readonly ConnectionSpec[] };
    readonly result: undefined;
  };
  setWatched: { readonly args: { readonly flows: readonly string[] }; readonly result: undefined };
  /** Answers with what is known of these topics already. */
  setPeeked: {
    readonly args: { readonly topics: readonly PeekedTopic[] };
    readonly result: readonly PeekedMessage[];
  };
  latestSamples: {
    readonly args: { readonly flow: string };
    readonly result: Readonly<Record<string, NodeLive>>;
  };
  stop: { readonly args: Record<string, never>; readonly result: undefined };
}
export type CallName = keyof Calls;

export type ToPlane = {
  [Name in CallName]: { readonly id: number; readonly call: Name; readonly args: Calls[Name]["args"] };
}[CallName];

export type FromPlane =
  | { readonly type: "ready" }
  /** It cannot start and trying again would not help, such as a checkpoint of a newer format. */
  | { readonly type: "failed"; readonly code: string; readonly message: string }
  | { readonly type: "answer"; readonly id: number; readonly result: unknown }
  | { readonly type: "refusal"; readonly id: number; readonly code: string; readonly message: string }
  | PlaneEvent;

export type PlaneEvent =
  /** Changed nodes only. */
  | {
      readonly type: "telemetry";
      readonly flow: string;
      readonly at: number;
      readonly nodes: Readonly<Record<string, NodeLive>>;
    }
  | { readonly type: "status"; readonly status: PlaneStatus }
  | {
      readonly type: "debug";
      readonly flow: string;
      readonly records: readonly DebugLine[];
      readonly skipped: number;
    }
  /** `replayed`: ids of letters that their nodes have got. They are done with, before the new ones come. */
  | {
      readonly type: "deadLetters";
      readonly letters: readonly DeadLetter[];
      readonly replayed: readonly string[];
    }
  /** At most twice a second. */
  | { readonly type: "peeked"; readonly messages: readonly PeekedMessage[] }
  /** Something a person should see, such as a checkpoint that could not be saved. */
  | { readonly type: "problem"; readonly text: string };

export interface PlaneStatus {
  readonly connections: readonly ConnectionStatus[];
  /** Inputs per second, over the last second. */
  readonly inputsPerSecond: number;
  /** Inputs received and not processed yet. */
  readonly lag: number;
  /** Publishes of QoS 1 and 2 that no broker has confirmed yet. */
  readonly unsettled: number;
  /** Flows that are not at the head of the journal: paused, or catching up. */
  readonly behind: Readonly<Record<string, FlowLag>>;
  /** Why the journal does not take what comes, while it does not: nothing is acknowledged, and nothing is read. */
  readonly journalProblem?: string;
  /** Everything dropped since the worker started, by reason. */
  readonly drops: Readonly<Record<string, number>>;
  /** Flows that stopped by a fault of ours, with the node and what happened. */
  readonly faults: Readonly<Record<string, { readonly node: string; readonly text: string }>>;
}

export interface FlowLag {
  readonly paused: boolean;
  /** Inputs of the journal it has yet to read, whether or not they concern it. */
  readonly lagInputs: number;
  /** How far its clock is behind, ms. */
  readonly lagMs: number;
}

/** Why a call was refused. */
export class PlaneError extends Error {
  override readonly name = "PlaneError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

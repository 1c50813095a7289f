/**
 * The live feed: one WebSocket at /api/live, JSON text messages. The server samples and bounds everything, so a slow
 * browser loses detail, never the runtime's time.
 */
import type { ExpressionLimits } from "../core/expression/limits.ts";
import type { NodeStatus } from "../core/nodeType.ts";
import type { FlowLag } from "./http.ts";

export type ClientMessage =
  /** Telemetry and debug of one flow, until the next watch; null: of none. */
  | { readonly type: "watch"; readonly flow: string | null }
  /** The newest message of every topic that these filters match, until the next peek; none: of no topic. */
  | { readonly type: "peek"; readonly topics: readonly PeekedTopic[] };

/** Bounds of a peek, with their reasons; a client that goes beyond them is disconnected. */
export const peekLimits = {
  /** One draft listens to a handful of topics; what lies beyond is not previewed. */
  filtersMax: 32,
  /** UTF-16 units. Topics people write stay well below; MQTT itself would allow 65,535 bytes. */
  filterLengthMax: 256,
  /** Names of connections are shorter. */
  connectionLengthMax: 64,
} as const;

/** May anybody look at these topics? A shared subscription would take messages away from those who share it. */
export function isPeekable({ connection, filter }: PeekedTopic): boolean {
  return (
    connection.length <= peekLimits.connectionLengthMax &&
    filter.length <= peekLimits.filterLengthMax &&
    (!filter.startsWith("$") || filter.startsWith("$SYS/"))
  );
}

export interface PeekedTopic {
  readonly connection: string;
  /** MQTT topic filter. */
  readonly filter: string;
}

export interface PeekedMessage {
  readonly connection: string;
  readonly topic: string;
  readonly payload: string;
  /** `utf8`: the payload is its text; `base64`: it is none, and these are its bytes. */
  readonly encoding: "utf8" | "base64";
  readonly retained: boolean;
  /** When it arrived, ms since epoch. */
  readonly at: number;
}

export type ServerMessage =
  | { readonly type: "status"; readonly status: SystemStatus }
  /** Changed nodes only; at most four times a second. */
  | {
      readonly type: "telemetry";
      readonly flow: string;
      readonly at: number;
      readonly nodes: Readonly<Record<string, NodeLive>>;
    }
  | {
      readonly type: "debug";
      readonly flow: string;
      readonly records: readonly DebugLine[];
      readonly skipped: number;
    }
  /** The list of flows changed: fetch it again. `flow` names the one that did. */
  | { readonly type: "flows"; readonly flow: string }
  /** Letters came, or went: how many there are now, by flow. */
  | { readonly type: "deadLetters"; readonly counts: DeadLetterCounts }
  /** Topics with a newer message only; at most twice a second. */
  | { readonly type: "peeked"; readonly messages: readonly PeekedMessage[] };

export interface SystemStatus {
  /** ms since epoch, the runtime's clock. */
  readonly at: number;
  readonly connections: readonly ConnectionStatus[];
  /** Inputs per second, over the last second. */
  readonly inputsPerSecond: number;
  /** Inputs received and not processed yet. */
  readonly lag: number;
  /** Flows that are paused or catch up, by id. */
  readonly behind: Readonly<Record<string, FlowLag>>;
  /** Everything dropped since start, by reason. */
  readonly drops: Readonly<Record<string, number>>;
  readonly deadLetters: DeadLetterCounts;
  readonly dataPlane: "running" | "starting" | "restarting" | "stopped";
  /** The bounds of an evaluation in the data plane: a preview keeps to the same. */
  readonly expressionLimits: ExpressionLimits;
}

/** By flow; flows without any are left out. */
export type DeadLetterCounts = Readonly<Record<string, number>>;

export interface ConnectionStatus {
  readonly name: string;
  /** Without credentials. */
  readonly url: string;
  readonly state: "connected" | "connecting" | "disconnected";
  /** Why not connected, and when it tries again. */
  readonly error?: string;
  readonly embedded: boolean;
}

export interface NodeLive {
  readonly inputs: Readonly<Record<string, PortLive>>;
  readonly outputs: Readonly<Record<string, PortLive>>;
  readonly failed: number;
  readonly lastError?: { readonly code: string; readonly text: string; readonly at: number };
  readonly drops: Readonly<Record<string, number>>;
  readonly status?: NodeStatus;
}

export interface PortLive {
  /** Since deploy. */
  readonly count: number;
  /** Per second, smoothed over some seconds. */
  readonly rate: number;
  readonly last?: SampleLive;
}

export interface SampleLive {
  readonly topic: string;
  readonly key: string;
  /** Event time, ms since epoch. */
  readonly time: number;
  readonly params: Readonly<Record<string, string>>;
  readonly id: string;
  /** Processing time it passed, ms since epoch. */
  readonly at: number;
  /** Left out when larger than limits.samplePayloadBytesMax; then `payloadBytes` is its size. */
  readonly payload?: unknown;
  readonly payloadBytes?: number;
}

export interface DebugLine extends SampleLive {
  readonly node: string;
}

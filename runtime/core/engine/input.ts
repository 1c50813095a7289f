/** What enters the engine. Every input is journaled before anything it causes leaves the process. */
import type { Message } from "../message.ts";

export type Input = MqttInput | InjectInput | ReplayInput;

/** A message received on a connection, undecoded: which format it has is up to the nodes that read it. */
export interface MqttInput {
  readonly kind: "mqtt";
  readonly connection: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Delivered because it was retained, not because it was just published. */
  readonly retained: boolean;
  /** Identifier the broker gave a delivery of QoS 1 or 2, until it is acknowledged; absent at QoS 0. */
  readonly packetId?: number;
}

/** A press of a node's button, by a person or through the API. */
export interface InjectInput {
  readonly kind: "inject";
  readonly flow: string;
  readonly node: string;
  /** A JSON value that replaces the node's own payload; absent: its own. */
  readonly payload?: unknown;
}

/** A dead letter is given to its node once more. */
export interface ReplayInput {
  readonly kind: "replay";
  /** Id of the dead letter: the step that takes it says so. */
  readonly letter: string;
  readonly flow: string;
  readonly node: string;
  readonly port: string;
  readonly message: Omit<Message, "id">;
  /** Of a message that could not be read: the bytes it came as, base64. They are read as if they had just arrived. */
  readonly raw?: string;
}

/** Inputs in journal order under one clock. An empty list is a tick: time passes, timers fire. */
export interface Batch {
  /** Processing time, ms since epoch; never less than in the batch before. */
  readonly now: number;
  /** Journal position of the batch itself, the cause of its timers; its inputs count up from position + 1. */
  readonly position: number;
  readonly inputs: readonly Input[];
}

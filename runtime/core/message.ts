/**
 * One event on a wire. Immutable, and shared by every node it fans out to: a node that changes something
 * emits a new message (see {@link derive}).
 *
 * Expressions see exactly these fields as their root: `payload.temperature > 26`, `params.room`, `key`.
 */
export interface Message {
  /** MQTT topic the input came from; empty for timers and buttons. */
  readonly topic: string;
  /** A JSON value. Never a class instance, function or undefined. */
  readonly payload: unknown;
  /** Partition key, usually the device. Stateful nodes keep one state per key. */
  readonly key: string;
  /** Event time, integer ms since epoch. */
  readonly time: number;
  /** Named topic levels: `sensors/{device}/telemetry` gives `params.device`. */
  readonly params: Readonly<Record<string, string>>;
  /**
   * Position of the input that caused this message, the same for all messages it becomes on its way; with flow and ordinal where a
   * node makes several of one, or one of many. The same under replay.
   */
  readonly id: string;
}

export const noParams: Readonly<Record<string, string>> = Object.freeze({});

/** A message caused by `cause` with another payload, and the cause's topic, key, time, params and id. */
export function derive(cause: Message, payload: unknown, time: number = cause.time): Message {
  return { topic: cause.topic, payload, key: cause.key, time, params: cause.params, id: cause.id };
}

/** What a payload can be, as far as ports know before a message arrives. */
export type PayloadKind = "any" | "number" | "boolean" | "text" | "object";

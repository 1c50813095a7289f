/**
 * The way to the brokers, as the data plane needs it. The plane calls a {@link Transport}, which tells what happens
 * through an {@link Inlet}; both sides live in one thread and call each other synchronously.
 *
 * **Coming in.** Every delivery of QoS 1 or 2 is one call of {@link Inlet.message} with its packet id, and stays
 * unacknowledged until {@link Transport.acknowledge} has counted it: then, and not before, it is on disk. A delivery
 * that was journaled already (a repetition the broker marks as DUP) is acknowledged by the transport alone, in its turn:
 * not before those that came before it. What it needs to tell repetitions from news is part of the checkpoint.
 *
 * **Going out.** The plane remembers effects of QoS 1 and 2 until {@link Inlet.settled} names them, over restarts too,
 * and publishes those again that were not. Effects of QoS 0 are published once and forgotten.
 */
import type { IssuedEffect } from "../core/effect.ts";
import type { SnapshotRecord } from "../core/engine/output.ts";
import type { ConnectionStatus, PeekedTopic } from "../protocol/live.ts";
import type { ConnectionSpec } from "./messages.ts";

export interface Transport {
  readonly statuses: readonly ConnectionStatus[];
  /** Makes these the connections there are. Resolves when effects for them are taken, connected or not. */
  set(connections: readonly ConnectionSpec[]): Promise<void>;
  subscribe(
    filters: readonly { connection: string; filter: string; qos: 0 | 1 | 2; retained: boolean }[],
  ): void;
  /** Looks at these topics apart from all subscriptions. */
  peek(topics: readonly PeekedTopic[]): void;

  /**
   * The next `count` deliveries of this connection, in the order in which {@link Inlet.message} told them with a packet
   * id, are on disk: they may be acknowledged. Counted over reconnects: those whose network connection is gone are
   * simply not acknowledged any more.
   */
  acknowledge(connection: string, count: number): void;
  /** True: the disk does not keep up, sockets are not to be read until this is called with false. Keep-alive goes on. */
  congested(isCongested: boolean): void;
  /**
   * What tells repeated deliveries from new ones and has changed since the last call; `[connection, …]` as the address,
   * null forgets. Covers every delivery that was told or recalled up to now.
   */
  snapshot(): readonly SnapshotRecord[];
  /** What {@link snapshot} gave before a restart. Called once, before anything else. */
  restore(records: Iterable<SnapshotRecord>): void;
  /** After {@link restore}, in order: a delivery that was told after the last snapshot, and is in the journal. */
  recall(delivery: Delivery): void;

  /** Sends in order per topic, when the connection takes it. With QoS 1 or 2 it ends with one {@link Inlet.settled}. */
  publish(issued: IssuedEffect): void;
  /** Says goodbye to the brokers, within a bounded time. What was not settled is published again after the next start. */
  stop(): Promise<void>;
}

/** A message that a broker will deliver again until it is acknowledged. */
export interface Delivery {
  readonly connection: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly packetId: number;
}

/** What a transport reports. */
export interface Inlet {
  /**
   * A message to process. Nobody changes `payload` afterwards.
   * @param packetId of a delivery of QoS 1 or 2; undefined at QoS 0
   */
  message(connection: string, topic: string, payload: Uint8Array, retained: boolean, packetId?: number): void;
  /** What matches a peek. */
  peeked(connection: string, topic: string, payload: Uint8Array, retained: boolean): void;
  /** An effect of QoS 1 or 2 came to its end, and is not to be published again. */
  settled(id: string, outcome: Outcome): void;
  statusChanged(): void;
  /** Something ended that people should see counted, by reason. */
  dropped(reason: string): void;
}

/** `refused` by the broker; `expired`: its deadline came first; `dropped`: there was no room for it to wait. */
export type Outcome = "delivered" | "refused" | "expired" | "dropped";

import type { IssuedEffect } from "../core/effect.ts";
import type { SnapshotRecord, StepResult } from "../core/engine/output.ts";
import type { Delivery } from "./transport.ts";

/** What whoever watches over the data plane looks for. */
export interface Signs {
  /** It lives. */
  beat(): void;
  /** It lives, and has nothing in hand. */
  idle(): void;
}

/** What the host does to the world. */
export interface Outside {
  publish(issued: IssuedEffect): void;
  /** Sees every result that has something to show. */
  report(result: StepResult): void;
  acknowledge(connection: string, count: number): void;
  dropped(reason: string): void;
  congested(isCongested: boolean): void;
  /** What tells repeated deliveries from new ones: changes, the checkpoint's, and each delivery of the journal behind it. */
  snapshot(): readonly SnapshotRecord[];
  restore(records: Iterable<SnapshotRecord>): void;
  recall(delivery: Delivery): void;
}

import type { NodeLive } from "../../runtime/protocol/live.ts";

/** A numeric value that passed a node. */
export interface Point {
  /** Processing time, ms since epoch. */
  readonly at: number;
  readonly value: number;
  readonly key: string;
}

const historyMs = 5 * 60_000;
const pointsMax = 1200;

/** What this browser has seen of each node's values: a few minutes, sampled as the feed samples. */
export class ValueHistory {
  readonly #points = new Map<string, Point[]>();

  add(node: string, live: NodeLive, now: number): void {
    const sample = Object.values(live.inputs)[0]?.last ?? Object.values(live.outputs)[0]?.last;
    const value = sample && numberIn(sample.payload);
    if (!sample || value === undefined) return;
    const points = this.#points.get(node) ?? [];
    if (points.at(-1)?.at === sample.at) return;
    const fresh = points.filter((point) => point.at >= now - historyMs).slice(1 - pointsMax);
    this.#points.set(node, [...fresh, { at: sample.at, value, key: sample.key }]);
  }

  clear(): void {
    this.#points.clear();
  }

  /** Oldest first. */
  of(node: string): readonly Point[] {
    return this.#points.get(node) ?? none;
  }
}

const none: readonly Point[] = [];

/** The payload itself, or its only numeric field. */
function numberIn(payload: unknown): number | undefined {
  if (typeof payload === "number") return payload;
  if (payload === null || typeof payload !== "object") return undefined;
  const numbers = Object.values(payload).filter((each) => typeof each === "number");
  return numbers.length === 1 ? numbers[0] : undefined;
}

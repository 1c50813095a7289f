import { Chance } from "../core/expression/fuzz/chance.ts";

/** What a simulated device reports. */
export interface Reading {
  /** Topic level: which flows listen. */
  readonly stream: "in" | "in2";
  readonly device: string;
  /** Counts the readings of this device in this stream from 0. */
  readonly n: number;
  /** Event time, ms since epoch; grows with n. */
  readonly at: number;
  readonly v: number;
}

/** A month ago: no clock fault of a test comes near event time. */
const beginMsAgo = 30 * 86_400_000;
const devices = ["a", "b", "c", "d", "e"] as const;
const roundMs = 1_000;

/**
 * The readings of a run, one round of event time after the other: each device reports once a round, except while it is
 * silent. The same seed gives the same readings, apart from where their time begins.
 */
export class Readings {
  readonly #chance: Chance;
  readonly #counts = new Map<string, number>();
  readonly #high = new Map<string, boolean>();
  readonly #silentUntil = new Map<string, number>();
  readonly #begin: number;
  #round = 0;

  constructor(seed: number, now: number) {
    this.#chance = new Chance(seed);
    this.#begin = Math.floor((now - beginMsAgo) / 60_000) * 60_000;
  }

  round(): Reading[] {
    const round = this.#round++;
    const spoken: Reading[] = [];
    for (const device of devices) {
      if (this.#chance.oneIn(40)) this.#silentUntil.set(device, round + 5 + this.#chance.below(4));
      if ((this.#silentUntil.get(device) ?? 0) > round) continue;
      spoken.push(this.#reading("in", device, round));
      if (this.#chance.oneIn(4)) spoken.push(this.#reading("in2", device, round));
    }
    return spoken;
  }

  /** One reading of each device and stream, so much later that event time passes all before. */
  leap(ms: number): Reading[] {
    this.#round += Math.ceil(ms / roundMs);
    return (["in", "in2"] as const).flatMap((stream) =>
      devices.map((device) => this.#reading(stream, device, this.#round)),
    );
  }

  /** What is missing until each device has sent a multiple of so many. */
  padding(multiple: number): Reading[] {
    const missing: Reading[] = [];
    for (let more = true; more; ) {
      this.#round++;
      const round = (["in", "in2"] as const).flatMap((stream) =>
        devices
          .filter((device) => (this.#counts.get(`${stream}/${device}`) ?? 0) % multiple > 0)
          .map((device) => this.#reading(stream, device, this.#round)),
      );
      missing.push(...round);
      more = round.length > 0;
    }
    return missing;
  }

  #reading(stream: Reading["stream"], device: string, round: number): Reading {
    const id = `${stream}/${device}`;
    const n = this.#counts.get(id) ?? 0;
    this.#counts.set(id, n + 1);
    if (this.#chance.oneIn(5)) this.#high.set(id, !this.#high.get(id));
    const v = this.#chance.below(70) + (this.#high.get(id) ? 71 : 0);
    // Never a multiple of 500 ms apart: what is due at an instant never meets a reading of the same instant.
    return { stream, device, n, at: this.#begin + round * roundMs + this.#chance.below(200), v };
  }
}

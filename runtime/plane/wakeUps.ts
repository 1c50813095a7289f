import type { Engine } from "../core/engine/engine.ts";
import { limits } from "./limits.ts";

/** Lets time pass without inputs: at every tick, and when the engine's next timer is due before that. */
export class WakeUps {
  readonly #engine: Engine;
  readonly #tick: () => void;
  #ticker: NodeJS.Timeout | undefined;
  #alarm: NodeJS.Timeout | undefined;
  #alarmAt: number | undefined;

  constructor(engine: Engine, tick: () => void) {
    this.#engine = engine;
    this.#tick = tick;
  }

  start(): void {
    this.#ticker = setInterval(this.#tick, limits.tickMs);
  }

  stop(): void {
    clearInterval(this.#ticker);
    clearTimeout(this.#alarm);
  }

  /**
   * After a step: sets the alarm for a timer that is due before the next tick.
   * @param steppedAt clock of the step @param now ms since epoch
   */
  set(steppedAt: number, now: number): void {
    const at = this.#engine.nextTimerAt();
    if (at === this.#alarmAt) return;
    clearTimeout(this.#alarm);
    this.#alarmAt = undefined;
    if (at === undefined) return;
    const waitMs = at - now;
    // Later ones are for the tick, and so is one that this very step has left standing.
    if (waitMs > limits.tickMs || at <= steppedAt) return;
    this.#alarmAt = at;
    this.#alarm = setTimeout(() => {
      this.#alarmAt = undefined;
      this.#tick();
    }, waitMs);
  }
}

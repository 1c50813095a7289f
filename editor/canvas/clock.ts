/** The wall clock, once a second and once for all cards. It stands still while nobody looks. */
import type { Readable } from "../model/store.ts";

let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

export const clock: Readable<number> = {
  get: () => now,
  subscribe: (listener) => {
    listeners.add(listener);
    timer ??= setInterval(tick, 1000);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  },
};

function tick(): void {
  now = Date.now();
  for (const listener of [...listeners]) listener();
}

/** Tells the log when a connection comes up or goes down: once each time, not at every try. */
import type { ConnectionStatus } from "../protocol/live.ts";

interface Report {
  info(text: string): void;
  warn(text: string): void;
}

export class ConnectionLog {
  readonly #log: Report;
  /** Up or down, as was last told. */
  readonly #told = new Map<string, "up" | "down">();

  constructor(log: Report) {
    this.#log = log;
  }

  update(connections: readonly ConnectionStatus[]): void {
    const names = new Set(connections.map((each) => each.name));
    for (const name of this.#told.keys()) if (!names.has(name)) this.#told.delete(name);
    for (const each of connections) {
      const now = each.state === "connected" ? "up" : each.error === undefined ? undefined : "down";
      // Connecting without an error yet is neither.
      if (now === undefined || this.#told.get(each.name) === now) continue;
      this.#told.set(each.name, now);
      const text = `MQTT connection "${each.name}" (${each.url})`;
      if (now === "up") this.#log.info(`${text}: connected.`);
      else this.#log.warn(`${text}: ${each.error}`);
    }
  }
}

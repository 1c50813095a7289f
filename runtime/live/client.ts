/**
 * One browser on the live feed. While its connection is full nothing is queued for it: the newest state of each node
 * is remembered and sent when there is room again, debug lines are counted and left out.
 */
import type { DebugLine, NodeLive, ServerMessage, SystemStatus } from "../protocol/live.ts";
import { limits } from "./limits.ts";

/** The part of a WebSocket this needs. */
export interface Socket {
  readonly bufferedAmount: number;
  /** @param sent called when the text has left the buffer, or never will */
  send(text: string, sent: () => void): void;
}

export class LiveClient {
  readonly #socket: Socket;
  #watched: string | null = null;
  /** What is to be sent when there is room; at most one value per node, flow and kind. */
  readonly #nodes = new Map<string, NodeLive>();
  #at = 0;
  readonly #changedFlows = new Set<string>();
  #status: SystemStatus | undefined;
  #deadLetters: number | undefined;
  #debugSkipped = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get watched(): string | null {
    return this.#watched;
  }

  watch(flow: string | null): void {
    this.#watched = flow;
    this.#nodes.clear();
    this.#debugSkipped = 0;
  }

  telemetry(flow: string, at: number, nodes: Readonly<Record<string, NodeLive>>): void {
    if (flow !== this.#watched) return;
    for (const [node, live] of Object.entries(nodes)) this.#nodes.set(node, live);
    this.#at = at;
    this.#flush();
  }

  debug(flow: string, records: readonly DebugLine[], skipped: number): void {
    if (flow !== this.#watched) return;
    if (this.#isFull()) {
      this.#debugSkipped += records.length + skipped;
      return;
    }
    this.#send({ type: "debug", flow, records, skipped: skipped + this.#debugSkipped });
    this.#debugSkipped = 0;
  }

  status(status: SystemStatus): void {
    this.#status = status;
    this.#flush();
  }

  flowChanged(flow: string): void {
    this.#changedFlows.add(flow);
    this.#flush();
  }

  deadLetters(total: number): void {
    this.#deadLetters = total;
    this.#flush();
  }

  #flush(): void {
    if (this.#isFull()) return;
    if (this.#status) this.#send({ type: "status", status: this.#status });
    this.#status = undefined;
    for (const flow of this.#changedFlows) this.#send({ type: "flows", flow });
    this.#changedFlows.clear();
    if (this.#deadLetters !== undefined) this.#send({ type: "deadLetters", total: this.#deadLetters });
    this.#deadLetters = undefined;
    if (this.#watched !== null && this.#nodes.size > 0) {
      const nodes = Object.fromEntries(this.#nodes);
      this.#nodes.clear();
      this.#send({ type: "telemetry", flow: this.#watched, at: this.#at, nodes });
    }
  }

  #isFull(): boolean {
    return this.#socket.bufferedAmount > limits.bufferedBytesMax;
  }

  #send(message: ServerMessage): void {
    this.#socket.send(JSON.stringify(message), () => this.#flush());
  }
}

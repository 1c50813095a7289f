import { connect, createServer, type Server, type Socket } from "node:net";

interface Pair {
  /** Towards the runtime. */
  readonly near: Socket;
  /** Towards the broker. */
  readonly far: Socket;
}

/** A TCP proxy before a broker that cuts connections, and lets the bytes of one or both directions vanish before. */
export class BadNetwork {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(target: number) {
    this.#server = createServer((near) => {
      const pair = { near, far: connect(target, "127.0.0.1") };
      this.#pairs.add(pair);
      const { far } = pair;
      near.pipe(far);
      far.pipe(near);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        one.on("error", () => other.destroy());
        one.on("close", () => {
          this.#pairs.delete(pair);
          other.destroy();
        });
      }
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the proxy has no TCP address");
    return address.port;
  }

  cut(): void {
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
  }

  /** What the runtime says does not arrive any more, while it still hears; then the connection is cut. */
  deafen(ms: number): void {
    for (const { near, far } of this.#pairs) {
      near.unpipe(far);
      near.resume();
      this.#later(ms, () => far.destroy());
    }
  }

  /** Half-open: the broker sees the connection end, the runtime sees nothing, until it finds out or the time is over. */
  halfOpen(ms: number): void {
    for (const { near, far } of this.#pairs) {
      near.unpipe(far);
      far.unpipe(near);
      near.resume();
      far.resume();
      far.removeAllListeners("close");
      far.destroy();
      this.#later(ms, () => near.destroy());
    }
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
  }
}

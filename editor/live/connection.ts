/**
 * The live feed's WebSocket: opens it, opens it again with growing pauses when it breaks, and tells the server which
 * flow is watched and which topics are peeked at. What arrives is handed on unchanged; bounding it is the store's work.
 */
import {
  type ClientMessage,
  isPeekable,
  type PeekedTopic,
  peekLimits,
  type ServerMessage,
} from "../../runtime/protocol/live.ts";

export type ConnectionState = "connecting" | "open" | "closed";

export interface LiveConnectionOptions {
  /** ws:// or wss:// address of /api/live. */
  readonly url: string;
  readonly onMessage: (message: ServerMessage) => void;
  readonly onState: (state: ConnectionState) => void;
  /** An attempt ended without ever opening: the runtime is down, or the session has expired. */
  readonly onRefused?: () => void;
  /** The server closed because the login has ended; trying again needs a new one. */
  readonly onSessionExpired?: () => void;
  readonly openSocket?: (url: string) => WebSocket;
}

export class LiveConnection {
  readonly #options: LiveConnectionOptions;
  #socket: WebSocket | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #watched: string | null = null;
  #peeked: readonly PeekedTopic[] = [];
  #stopped = true;

  constructor(options: LiveConnectionOptions) {
    this.#options = options;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#open();
  }

  /** Closes for good, until the next start. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    this.#options.onState("closed");
  }

  /** Tries now instead of waiting out the pause. */
  retryNow(): void {
    if (this.#stopped || this.#socket) return;
    clearTimeout(this.#retry);
    this.#open();
  }

  /** Telemetry and debug of this flow from now on; survives reconnects. */
  watch(flow: string | null): void {
    if (this.#watched === flow) return;
    this.#watched = flow;
    this.#send({ type: "watch", flow });
  }

  /** The newest messages of these topics from now on, as many as may be; survives reconnects. */
  peek(topics: readonly PeekedTopic[]): void {
    this.#peeked = topics.filter(isPeekable).slice(0, peekLimits.filtersMax);
    this.#send({ type: "peek", topics: this.#peeked });
  }

  #open(): void {
    const open = this.#options.openSocket ?? ((url: string) => new WebSocket(url));
    const socket = open(this.#options.url);
    let opened = false;
    this.#socket = socket;
    this.#options.onState("connecting");
    socket.addEventListener("open", () => {
      if (this.#socket !== socket) return;
      opened = true;
      this.#failures = 0;
      this.#options.onState("open");
      this.#send({ type: "watch", flow: this.#watched });
      if (this.#peeked.length > 0) this.#send({ type: "peek", topics: this.#peeked });
    });
    socket.addEventListener("message", (event: MessageEvent) => {
      if (this.#socket === socket) this.#options.onMessage(JSON.parse(String(event.data)) as ServerMessage);
    });
    // "error" carries nothing and is always followed by "close".
    socket.addEventListener("close", (event: CloseEvent) => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#options.onState("closed");
      this.#retry = setTimeout(() => this.#open(), pauseMs(this.#failures));
      this.#failures++;
      if (event.code === loginEnded) this.#options.onSessionExpired?.();
      else if (!opened) this.#options.onRefused?.();
    });
  }

  #send(message: ClientMessage): void {
    if (this.#socket?.readyState === openState) this.#socket.send(JSON.stringify(message));
  }
}

/** The address of the live feed of the server a page came from. */
export function liveUrl(page: { readonly protocol: string; readonly host: string }): string {
  return `${page.protocol === "https:" ? "wss:" : "ws:"}//${page.host}/api/live`;
}

/** WebSocket.OPEN; the constant itself does not exist where tests run. */
const openState = 1;
/** The close code of runtime/live/server.ts. */
const loginEnded = 4401;
const pauseMinMs = 500;
const pauseMaxMs = 15_000;

/** Doubles per failure; up to a quarter more by chance, so that many editors do not return at the same instant. */
function pauseMs(failures: number): number {
  return Math.min(pauseMaxMs, pauseMinMs * 2 ** failures) * (1 + Math.random() / 4);
}

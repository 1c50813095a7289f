import type { ExpressionLimits } from "../../runtime/core/expression/limits.ts";
import type { PeekedMessage, PeekedTopic } from "../../runtime/protocol/live.ts";
import { LiveStore } from "../live/store.ts";
import type { FlowSession } from "../model/flowSession.ts";
import { GuardedWorker, type WorkerEnd } from "./guardedWorker.ts";
import type { FromPreview, PreviewedNodes, ToPreview } from "./previewMessages.ts";

export type PreviewWorker = WorkerEnd<ToPreview, FromPreview>;

/** What the host needs of the page. */
export interface PreviewHostParts {
  readonly startWorker: () => PreviewWorker;
  readonly peek: (topics: readonly PeekedTopic[]) => void;
  /** Somebody looks at the page. */
  readonly visible: () => boolean;
  /** The runtime's bounds of expressions. */
  readonly limits: () => ExpressionLimits;
}

/** A drawing that takes longer than this cannot be previewed. */
const answerMsMax = 10_000;

/**
 * Previews the draft that is open: lets a worker run it on messages peeked from the brokers, as long as something in
 * it does not run as drawn and somebody looks. A worker that fails or does not answer is ended; the next change of the
 * drawing starts another one.
 */
export class PreviewHost {
  /** What the nodes of the draft would say. */
  readonly store: LiveStore;
  readonly #parts: PreviewHostParts;
  #session: FlowSession | undefined;
  readonly #worker: GuardedWorker<ToPreview, FromPreview>;
  #drawn: { readonly nodes: unknown; readonly wires: unknown } | undefined;
  #topics: readonly PeekedTopic[] = [];
  #running = false;

  constructor(parts: PreviewHostParts, store = new LiveStore()) {
    this.#parts = parts;
    this.store = store;
    this.#worker = new GuardedWorker({
      start: parts.startWorker,
      onAnswer: (answer) => {
        if (answer.type === "nodes") this.#answered(answer);
      },
      onGivenUp: () => this.#giveUp(),
    });
  }

  /** @returns the way to close it */
  open(session: FlowSession): () => void {
    this.#session = session;
    this.store.watch(session.id);
    const refresh = () => this.refresh();
    // Problems follow the drawing with a pause, so that not every keystroke is previewed.
    const stops = [session.problems, session.liveNodes, session.changedNodes].map((each) =>
      each.subscribe(refresh),
    );
    this.refresh();
    return () => {
      for (const stop of stops) stop();
      this.#session = undefined;
      this.#end();
      this.store.watch(null);
    };
  }

  /** Looks again at whether there is something to preview; call when the page is shown or hidden. */
  refresh(): void {
    const session = this.#session;
    if (!session || !differsFromLive(session)) return this.#end();
    if (this.#parts.visible()) this.#draw(session);
    this.#run(this.#parts.visible());
  }

  receive(messages: readonly PeekedMessage[]): void {
    if (this.#running) this.#worker.ask({ type: "take", messages }, answerMsMax);
  }

  #draw(session: FlowSession): void {
    const flow = session.document.get();
    if (this.#drawn?.nodes === flow.nodes && this.#drawn.wires === flow.wires) return;
    this.#drawn = flow;
    this.#worker.ask({ type: "draw", flow, limits: this.#parts.limits() }, answerMsMax);
  }

  #run(running: boolean): void {
    if (!this.#worker.running || this.#running === running) return;
    this.#running = running;
    this.#worker.tell({ type: "run", running });
    this.#parts.peek(running ? this.#topics : []);
  }

  #answered({ at, nodes, topics }: PreviewedNodes): void {
    if (!this.#session) return;
    this.store.receive({ type: "telemetry", flow: this.#session.id, at, nodes });
    if (topics && JSON.stringify(topics) !== JSON.stringify(this.#topics)) {
      this.#topics = topics;
      if (this.#running) this.#parts.peek(topics);
    }
  }

  /** The drawing stays known, so that it is not tried again before it changes. */
  #giveUp(): void {
    const drawn = this.#drawn;
    this.#forget();
    this.#drawn = drawn;
  }

  #end(): void {
    if (!this.#worker.running) {
      this.#drawn = undefined;
      return;
    }
    this.#worker.end();
    this.#forget();
  }

  #forget(): void {
    this.#drawn = undefined;
    this.#running = false;
    this.#topics = [];
    this.#parts.peek([]);
    // What it said last must not stand there as if it were still so.
    this.store.watch(null);
    this.store.watch(this.#session?.id ?? null);
  }
}

function differsFromLive(session: FlowSession): boolean {
  const live = session.liveNodes.get();
  const changed = session.changedNodes.get();
  return session.document
    .get()
    .nodes.some((node) => !node.disabled && (!live.has(node.id) || changed.has(node.id)));
}

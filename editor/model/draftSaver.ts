/**
 * Saves the draft by itself: Saved → Saving → Saved, and Offline, Failed and Conflict when that cannot be.
 *
 * What it holds to:
 * - A save's answer carries a revision and nothing else: it never touches the document, so edits made while a save is
 *   in flight stay, and are saved next.
 * - A save names the revision it started from. When somebody else saved in between, it stops and asks.
 * - Until the server has confirmed a document, a copy is in the mirror and survives a closed or crashed browser.
 */
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import type { DraftMirror } from "./draftMirror.ts";
import { type Readable, Store } from "./store.ts";

export type SaveState =
  | { readonly kind: "saved" }
  /** Edits wait for the pause after them, or for the answer of a save. */
  | { readonly kind: "saving" }
  /** The runtime does not answer; tried again by itself. */
  | { readonly kind: "offline" }
  /** Refused, with what the server said; tried again after the next edit, or on demand. */
  | { readonly kind: "failed"; readonly message: string }
  /** Somebody else saved this flow in between. */
  | { readonly kind: "conflict"; readonly revision: number };

export type SaveAnswer =
  | { readonly kind: "saved"; readonly revision: number }
  | Exclude<SaveState, { readonly kind: "saved" | "saving" }>;

/** Where drafts go. Never rejects: what can go wrong is an answer. */
export interface DraftStore {
  save(flow: FlowDocument, revision: number): Promise<SaveAnswer>;
}

const pauseMs = 500;
const retryMs = 3_000;

export class DraftSaver implements Readable<SaveState> {
  readonly #state = new Store<SaveState>({ kind: "saved" });
  readonly #document: Readable<FlowDocument>;
  readonly #store: DraftStore;
  readonly #mirror: DraftMirror;
  readonly #unsubscribe: () => void;
  /** What the server has; edits are unsaved while the document is another one. */
  #saved: FlowDocument;
  #revision: number;
  #inFlight = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(document: Readable<FlowDocument>, revision: number, store: DraftStore, mirror: DraftMirror) {
    this.#document = document;
    this.#saved = document.get();
    this.#revision = revision;
    this.#store = store;
    this.#mirror = mirror;
    this.#unsubscribe = document.subscribe(() => this.#edited());
  }

  readonly get = (): SaveState => this.#state.get();
  readonly subscribe = (listener: () => void): (() => void) => this.#state.subscribe(listener);

  /** Of what the server has. */
  get revision(): number {
    return this.#revision;
  }

  get unsaved(): boolean {
    return this.#document.get() !== this.#saved;
  }

  /** Saves now, without the pause. @returns when nothing is left to save, or saving does not work */
  async flush(): Promise<SaveState> {
    clearTimeout(this.#timer);
    if (this.#inFlight) await this.#settled();
    if (this.unsaved && this.get().kind !== "conflict") await this.#save();
    return this.get();
  }

  /** Ends a conflict: ours goes over what is there. */
  keepMine(): Promise<SaveState> {
    const state = this.get();
    if (state.kind === "conflict") this.#revision = state.revision;
    this.#state.set({ kind: "saving" });
    return this.flush();
  }

  /**
   * Ends a conflict, or follows a change made elsewhere: the document now is what the server has at this revision.
   * Edit the document first.
   */
  tookTheirs(revision: number): void {
    clearTimeout(this.#timer);
    this.#revision = revision;
    this.#saved = this.#document.get();
    this.#mirror.forget(this.#saved.id);
    this.#state.set({ kind: "saved" });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#unsubscribe();
  }

  #edited(): void {
    if (!this.unsaved) {
      // Undone back to what the server has.
      if (!this.#inFlight && this.get().kind !== "conflict") this.#done();
      return;
    }
    const flow = this.#document.get();
    this.#mirror.keep({ flow, revision: this.#revision });
    if (this.get().kind === "conflict") return;
    if (this.get().kind !== "offline") this.#state.set({ kind: "saving" });
    this.#schedule(pauseMs);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#inFlight) return;
    this.#timer = setTimeout(() => void this.#save(), delayMs);
  }

  async #save(): Promise<void> {
    const sent = this.#document.get();
    this.#inFlight = true;
    const answer = await this.#store.save(sent, this.#revision);
    this.#inFlight = false;
    if (answer.kind === "saved") {
      this.#revision = answer.revision;
      this.#saved = sent;
      if (this.unsaved) {
        this.#mirror.keep({ flow: this.#document.get(), revision: this.#revision });
        this.#state.set({ kind: "saving" });
        this.#schedule(pauseMs);
      } else this.#done();
      return;
    }
    this.#state.set(answer);
    if (answer.kind === "offline") this.#schedule(retryMs);
  }

  #done(): void {
    clearTimeout(this.#timer);
    this.#mirror.forget(this.#saved.id);
    this.#state.set({ kind: "saved" });
  }

  #settled(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#state.subscribe(() => {
        if (this.#inFlight) return;
        stop();
        resolve();
      });
    });
  }
}

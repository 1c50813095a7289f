/**
 * The flow document under edit, and its history.
 *
 * `transact` is the only way to change the document. Documents are immutable and share what did not change, so an
 * entry of the history is two references, undo is one assignment, and views compare by identity. Selection, viewport
 * and live data are no part of it.
 */
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import { type Readable, Store } from "./store.ts";

export interface TransactOptions {
  /** Consecutive transactions with one key are one entry: a drag, the typing in a field. Ended by {@link DocumentStore.seal}. */
  readonly coalesceKey?: string;
}

export interface HistoryState {
  /** Labels of the entries that undo and redo would take, for menus; undefined: nothing there. */
  readonly undo: string | undefined;
  readonly redo: string | undefined;
}

interface Entry {
  readonly label: string;
  readonly before: FlowDocument;
  readonly after: FlowDocument;
  readonly coalesceKey: string | undefined;
}

/** Undo reaches this far back. An entry costs the changed parts of one document. */
const entriesMax = 500;

export class DocumentStore implements Readable<FlowDocument> {
  readonly #document: Store<FlowDocument>;
  readonly #history = new Store<HistoryState>({ undo: undefined, redo: undefined });
  #done: Entry[] = [];
  #undone: Entry[] = [];
  #sealed = true;

  constructor(document: FlowDocument) {
    this.#document = new Store(document);
    this.get = this.#document.get;
    this.subscribe = this.#document.subscribe;
  }

  readonly get: () => FlowDocument;
  readonly subscribe: (listener: () => void) => () => void;

  get history(): Readable<HistoryState> {
    return this.#history;
  }

  /**
   * Changes the document. A change that returns the document it was given leaves no trace.
   * @param label what was done, as in "Move 3 nodes"; shown as "Undo: move 3 nodes"
   */
  transact(label: string, change: (flow: FlowDocument) => FlowDocument, options: TransactOptions = {}): void {
    const before = this.get();
    const after = change(before);
    if (after === before) return;
    const last = this.#done.at(-1);
    const { coalesceKey } = options;
    if (last && !this.#sealed && coalesceKey !== undefined && last.coalesceKey === coalesceKey) {
      this.#done[this.#done.length - 1] = { ...last, label, after };
    } else {
      this.#done.push({ label, before, after, coalesceKey });
      if (this.#done.length > entriesMax) this.#done.shift();
    }
    this.#undone = [];
    this.#sealed = false;
    this.#publish(after);
  }

  /** The next transaction starts an entry of its own, whatever its key. */
  seal(): void {
    this.#sealed = true;
  }

  /** @returns the label of what was undone */
  undo(): string | undefined {
    const entry = this.#done.pop();
    if (!entry) return undefined;
    this.#undone.push(entry);
    this.#sealed = true;
    this.#publish(entry.before);
    return entry.label;
  }

  /** @returns the label of what was done again */
  redo(): string | undefined {
    const entry = this.#undone.pop();
    if (!entry) return undefined;
    this.#done.push(entry);
    this.#sealed = true;
    this.#publish(entry.after);
    return entry.label;
  }

  /** History first: who watches the document may ask for its labels. */
  #publish(document: FlowDocument): void {
    const undo = this.#done.at(-1)?.label;
    const redo = this.#undone.at(-1)?.label;
    const shown = this.#history.get();
    if (shown.undo !== undo || shown.redo !== redo) this.#history.set({ undo, redo });
    this.#document.set(document);
  }
}

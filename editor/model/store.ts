/** A value that can be watched: the only kind of state the editor keeps outside React. */
export interface Readable<Value> {
  get(): Value;
  /** @returns a function that stops watching */
  subscribe(listener: () => void): () => void;
}

/** Listeners run after the value changed, in the order they came; setting an identical value tells nobody. */
export class Store<Value> implements Readable<Value> {
  #value: Value;
  readonly #listeners = new Set<() => void>();

  constructor(value: Value) {
    this.#value = value;
  }

  readonly get = (): Value => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(value: Value): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }
}

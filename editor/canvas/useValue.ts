/** React's door to the model's stores. */
import { useSyncExternalStore } from "react";
import type { Readable } from "../model/store.ts";

export function useValue<Value>(store: Readable<Value>): Value {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** @param select gives a primitive or a stable reference: the component renders again when it is another one */
export function useSelected<Value, Part>(store: Readable<Value>, select: (value: Value) => Part): Part {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}

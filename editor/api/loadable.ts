import { useCallback, useEffect, useRef, useState } from "react";
import { ApiProblem } from "./ApiProblem.ts";

/** Something that is fetched: not here yet, here, or not to be had, and why. */
export type Loadable<Value> =
  | { readonly status: "loading" }
  | { readonly status: "ready"; readonly value: Value }
  | { readonly status: "failed"; readonly message: string };

/**
 * Fetches when shown, and again on `reload`; what was there stays shown meanwhile.
 * @param load a stable function; another one fetches anew
 */
export function useLoadable<Value>(
  load: () => Promise<Value>,
): readonly [Loadable<Value>, reload: () => void] {
  const [state, setState] = useState<Loadable<Value>>({ status: "loading" });
  const newest = useRef(0);
  const reload = useCallback(() => {
    const mine = ++newest.current;
    const settle = (next: Loadable<Value>) => {
      if (newest.current === mine) setState(next);
    };
    load().then(
      (value) => settle({ status: "ready", value }),
      (error: unknown) => settle({ status: "failed", message: messageOf(error) }),
    );
  }, [load]);
  useEffect(() => {
    reload();
    return () => {
      newest.current++;
    };
  }, [reload]);
  return [state, reload];
}

/** What to show a person for a failed call. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiProblem) return error.message;
  return error instanceof Error
    ? `Something unexpected happened: ${error.message}`
    : "Something unexpected happened.";
}

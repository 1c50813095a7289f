/** React's door to the live store: each hook renders again only when its own part changed. */
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import type { NodeLive, SampleLive, SystemStatus } from "../../runtime/protocol/live.ts";
import type { ConnectionState } from "./connection.ts";
import type { DebugView } from "./debugRing.ts";
import { LiveStore } from "./store.ts";

/** Provide the application's store here; the default stays silent, for components shown without a runtime. */
export const LiveContext = createContext(new LiveStore(() => undefined));

/** @param id undefined: of no node */
export function useNodeLive(id: string | undefined): NodeLive | undefined {
  const store = useContext(LiveContext);
  const subscribe = useCallback(
    (listener: () => void) => (id === undefined ? () => undefined : store.subscribeNode(id, listener)),
    [store, id],
  );
  return useSyncExternalStore(subscribe, () => (id === undefined ? undefined : store.node(id)));
}

/** Messages that arrived at the node lately, oldest first. */
export function useNodeHistory(id: string): readonly SampleLive[] {
  const store = useContext(LiveContext);
  const subscribe = useCallback((listener: () => void) => store.subscribeNode(id, listener), [store, id]);
  return useSyncExternalStore(subscribe, () => store.history(id));
}

/**
 * The newest message that reached a node, for its expressions to be tried on. A node that is not deployed yet has
 * none of its own; then the newest one that left a port wired to it.
 * @param upstream ports wired to the node in the draft
 */
export function useInputSample(
  id: string,
  upstream: readonly { readonly node: string; readonly port: string }[],
): SampleLive | undefined {
  const store = useContext(LiveContext);
  const watched = [id, ...upstream.map((port) => port.node)].join(" ");
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = [...new Set(watched.split(" "))].map((node) => store.subscribeNode(node, listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [store, watched],
  );
  return useSyncExternalStore(subscribe, () => {
    const own = newest(Object.values(store.node(id)?.inputs ?? {}).map((port) => port.last));
    return own ?? newest(upstream.map((port) => store.node(port.node)?.outputs[port.port]?.last));
  });
}

export function useSystemStatus(): SystemStatus | undefined {
  const store = useContext(LiveContext);
  return useSyncExternalStore(
    useCallback((listener: () => void) => store.subscribe("system", listener), [store]),
    () => store.system,
  );
}

/** How many dead letters there are, as soon as the feed has said so. */
export function useDeadLetterCount(): number | undefined {
  const store = useContext(LiveContext);
  return useSyncExternalStore(
    useCallback((listener: () => void) => store.subscribe("system", listener), [store]),
    () => store.deadLetters,
  );
}

export function useConnectionState(): ConnectionState {
  const store = useContext(LiveContext);
  return useSyncExternalStore(
    useCallback((listener: () => void) => store.subscribe("connection", listener), [store]),
    () => store.connection,
  );
}

export interface DebugLines extends DebugView {
  readonly setPaused: (paused: boolean) => void;
  readonly clear: () => void;
}

export function useDebugLines(): DebugLines {
  const store = useContext(LiveContext);
  const view = useSyncExternalStore(
    useCallback((listener: () => void) => store.subscribe("debug", listener), [store]),
    () => store.debug,
  );
  return useMemo(
    () => ({ ...view, setPaused: (paused) => store.pauseDebug(paused), clear: () => store.clearDebug() }),
    [store, view],
  );
}

/** Calls when the runtime answers again: what could not be fetched meanwhile can be now. */
export function useWhenBack(onBack: () => void): void {
  const open = useConnectionState() === "open";
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the return that calls, not a new callback
  useEffect(() => {
    if (open) onBack();
  }, [open]);
}

/** Runs `onChange` whenever the feed says that the list of flows is another. */
export function useFlowsChanged(onChange: () => void): void {
  const store = useContext(LiveContext);
  useEffect(() => store.subscribe("flows", onChange), [store, onChange]);
}

/** The wall clock, once a second: what ages are counted from. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function newest(samples: readonly (SampleLive | undefined)[]): SampleLive | undefined {
  return samples.reduce((best, each) => (each && (!best || each.at > best.at) ? each : best), undefined);
}

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
import type { FlowLag } from "../../runtime/protocol/http.ts";
import type { DeadLetterCounts, NodeLive, SampleLive, SystemStatus } from "../../runtime/protocol/live.ts";
import type { ConnectionState } from "./connection.ts";
import type { DebugView } from "./debugRing.ts";
import { LiveStore } from "./store.ts";

/** Provide the application's store here; the default stays silent, for components shown without a runtime. */
export const LiveContext = createContext(new LiveStore(() => undefined));

/** What the nodes of the draft would say, beside what the deployed flow says. */
export const PreviewContext = createContext(new LiveStore(() => undefined));

/** @param id undefined: of no node */
export function useNodeLive(id: string | undefined): NodeLive | undefined {
  return useNodeOf(useContext(LiveContext), id);
}

/** @param id undefined: of no node */
export function useNodePreview(id: string | undefined): NodeLive | undefined {
  return useNodeOf(useContext(PreviewContext), id);
}

export function useNodeOf(store: LiveStore, id: string | undefined): NodeLive | undefined {
  const subscribe = useCallback(
    (listener: () => void) => (id === undefined ? () => undefined : store.subscribeNode(id, listener)),
    [store, id],
  );
  return useSyncExternalStore(subscribe, () => (id === undefined ? undefined : store.node(id)));
}

/**
 * Messages that arrived at the node lately, oldest first.
 * @param runs the node runs as drawn; else those of the preview
 */
export function useNodeHistory(id: string, runs: boolean): readonly SampleLive[] {
  const store = useContext(runs ? LiveContext : PreviewContext);
  const subscribe = useCallback((listener: () => void) => store.subscribeNode(id, listener), [store, id]);
  return useSyncExternalStore(subscribe, () => store.history(id));
}

export function useSystemStatus(): SystemStatus | undefined {
  const store = useContext(LiveContext);
  return useSyncExternalStore(
    useCallback((listener: () => void) => store.subscribe("system", listener), [store]),
    () => store.system,
  );
}

/** Where a flow stands that is paused or catches up; undefined: it is up to date, or nobody knows. */
export function useFlowLag(flow: string): FlowLag | undefined {
  return useSystemStatus()?.behind[flow];
}

/** Why a named MQTT connection does not carry messages now; undefined while it does, or is not known. */
export function useConnectionProblem(name: string | undefined): string | undefined {
  const store = useContext(LiveContext);
  return useSyncExternalStore(
    useCallback((listener: () => void) => store.subscribe("system", listener), [store]),
    () => {
      const connection = store.system?.connections.find((each) => each.name === name);
      if (!connection || connection.state === "connected") return undefined;
      return connection.error ?? `connecting to ${connection.url}`;
    },
  );
}

/** How many dead letters there are by flow, as soon as the feed has said so; another object when letters came or went. */
export function useDeadLetterCounts(): DeadLetterCounts | undefined {
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

import { useCallback, useContext, useMemo, useSyncExternalStore } from "react";
import type { SampleLive } from "../../runtime/protocol/live.ts";
import { LiveContext, PreviewContext, useNodeOf } from "./hooks.ts";
import type { LiveStore } from "./store.ts";

/** The newest messages a node's expressions can be tried on. */
export interface NodeSamples {
  /** That reached the node, by port. */
  readonly ports: Readonly<Record<string, SampleLive>>;
  /** That left a port wired to the node in the draft. */
  readonly fed: SampleLive | undefined;
  /** From the preview of the draft, not from the deployed flow. */
  readonly preview: boolean;
}

/**
 * Of a node that runs as drawn, what the runtime says; of another one, what the preview of the draft says, or while
 * that knows nothing, the runtime.
 * @param upstream ports wired to the node in the draft
 */
export function useNodeSamples(
  id: string,
  upstream: readonly { readonly node: string; readonly port: string }[],
  runs: boolean,
): NodeSamples {
  const live = useSamplesOf(useContext(LiveContext), id, upstream, false);
  const preview = useSamplesOf(useContext(PreviewContext), id, upstream, true);
  const previewed = preview.fed !== undefined || Object.keys(preview.ports).length > 0;
  return !runs && previewed ? preview : live;
}

function useSamplesOf(
  store: LiveStore,
  id: string,
  upstream: readonly { readonly node: string; readonly port: string }[],
  preview: boolean,
): NodeSamples {
  const node = useNodeOf(store, id);
  const feeding = upstream.map((port) => port.node).join(" ");
  const subscribe = useCallback(
    (listener: () => void) => {
      const nodes = new Set(feeding.split(" "));
      const stops = [...nodes].map((each) => store.subscribeNode(each, listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [store, feeding],
  );
  const fed = useSyncExternalStore(subscribe, () =>
    newest(upstream.map((port) => store.node(port.node)?.outputs[port.port]?.last)),
  );
  return useMemo(() => {
    const ports = Object.entries(node?.inputs ?? {}).flatMap(([name, { last }]) =>
      last ? [[name, last] as const] : [],
    );
    return { ports: Object.fromEntries(ports), fed, preview };
  }, [node, fed, preview]);
}

export function newest(samples: readonly (SampleLive | undefined)[]): SampleLive | undefined {
  return samples.reduce((best, each) => (each && (!best || each.at > best.at) ? each : best), undefined);
}

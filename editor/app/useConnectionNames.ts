import { useCallback, useMemo } from "react";
import { useLoadable } from "../api/loadable.ts";
import { useSystemStatus } from "../live/hooks.ts";
import { useServices } from "./services.ts";

/** Names of the MQTT connections, for fields that choose one; again whenever the feed names others. */
export function useConnectionNames(): readonly string[] {
  const { api } = useServices();
  const live = useSystemStatus()
    ?.connections.map((each) => each.name)
    .join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: other names in the feed make the list a new one
  const load = useCallback(() => api.listConnections(), [api, live]);
  const [list] = useLoadable(load);
  return useMemo(() => (list.status === "ready" ? list.value.map((each) => each.config.name) : []), [list]);
}

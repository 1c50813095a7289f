import { useContext } from "react";
import { LiveContext, useNow } from "../live/hooks.ts";
import type { FlowSession } from "../model/flowSession.ts";
import type { NodeDrops } from "../panels/VitalsPanel.tsx";

/** What nodes of the flow have dropped since the deploy, by node and reason; looked at once a second. */
export function useFlowDrops(session: FlowSession): readonly NodeDrops[] {
  const store = useContext(LiveContext);
  useNow();
  return session.document
    .get()
    .nodes.flatMap(({ id }) =>
      Object.entries(store.node(id)?.drops ?? {}).map(([reason, count]) => ({ node: id, reason, count })),
    );
}

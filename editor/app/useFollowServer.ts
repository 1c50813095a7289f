/** Follows what happens to the flow elsewhere: deploys by others, and saves by others while nothing is unsaved here. */
import { useCallback } from "react";
import { useFlowsChanged } from "../live/hooks.ts";
import type { FlowSession } from "../model/flowSession.ts";
import { deploymentOf } from "./drafts.ts";
import { useServices } from "./services.ts";

export function useFollowServer(session: FlowSession): void {
  const { api } = useServices();
  useFlowsChanged(
    useCallback(() => {
      const follow = async () => {
        const detail = await api.getFlow(session.id);
        session.deployment.set(deploymentOf(detail));
        // With edits on their way the newer revision may be our own; if it is not, the save will say so.
        if (session.saver.unsaved || detail.summary.revision <= session.saver.revision) return;
        session.replace("Take changes saved elsewhere", detail.draft);
        session.saver.tookTheirs(detail.summary.revision);
      };
      // A failed look at the server changes nothing here: the next event, save or deploy finds out.
      follow().catch(() => undefined);
    }, [api, session]),
  );
}

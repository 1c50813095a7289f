/** What the HTTP API says, in the words of the model. */

import type { FlowDetail } from "../../runtime/protocol/http.ts";
import { ApiProblem } from "../api/ApiProblem.ts";
import type { ApiClient } from "../api/client.ts";
import { messageOf } from "../api/loadable.ts";
import type { DraftStore } from "../model/draftSaver.ts";
import type { Deployment } from "../model/flowSession.ts";

/** @param onAnswer the runtime has answered, which is news while it is believed to be away */
export function draftStore(api: ApiClient, onAnswer: () => void): DraftStore {
  return {
    async save(flow, revision) {
      try {
        const { summary } = await api.saveFlow(flow, revision);
        onAnswer();
        return { kind: "saved", revision: summary.revision };
      } catch (cause) {
        if (!(cause instanceof ApiProblem)) return { kind: "failed", message: messageOf(cause) };
        if (cause.offline) return { kind: "offline" };
        if (cause.conflict && cause.current) return { kind: "conflict", revision: cause.current.revision };
        return { kind: "failed", message: cause.message };
      }
    },
  };
}

export function deploymentOf({ summary, deployed }: FlowDetail): Deployment {
  const { version, live, problem, lag } = summary;
  return { version, live, flow: deployed, problem, lag };
}

/** Deploying, from the review to what came of it; and what to do when somebody else deployed in between. */
import { type RefObject, useCallback, useState } from "react";
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import type { FlowDetail } from "../../runtime/protocol/http.ts";
import type { CanvasCommands } from "../actions/action.ts";
import { ApiProblem } from "../api/ApiProblem.ts";
import { type Loadable, messageOf, useLoadable } from "../api/loadable.ts";
import { useValue } from "../canvas/useValue.ts";
import type { FlowSession } from "../model/flowSession.ts";
import { selectNodes } from "../model/selection.ts";
import { ConflictDialog } from "../panels/ConflictDialog.tsx";
import { DeployDialog, type DeployStage } from "../panels/DeployDialog.tsx";
import type { FateLine } from "../panels/DeployFates.tsx";
import { describeChanges } from "./describeChanges.ts";
import { describeFates } from "./describeFates.ts";
import { deploymentOf } from "./drafts.ts";
import type { FieldTarget } from "./fieldTarget.ts";
import { nodeTitle } from "./nodeWords.ts";
import { useServices } from "./services.ts";

interface DeployFlowProps {
  readonly session: FlowSession;
  readonly canvas: RefObject<CanvasCommands | null>;
  readonly onShowProblem: (target: FieldTarget) => void;
  readonly onClose: () => void;
}

export function DeployFlow({ session, canvas, onShowProblem, onClose }: DeployFlowProps) {
  const { api, announcement } = useServices();
  const flow = useValue(session.document);
  const deployment = useValue(session.deployment);
  const { all } = useValue(session.problems);
  const [progress, setProgress] = useState<DeployStage>({ stage: "review" });
  const [conflict, setConflict] = useState<FlowDetail>();
  /** What ran when the dialog opened: what it shows must not change under the person, nor after success. */
  const [base] = useState(deployment);
  const [draft, setDraft] = useState(flow);

  const fates = useFates(session, base.flow, flow);

  const deploy = async (onto: number) => {
    setProgress({ stage: "deploying" });
    try {
      const saved = await session.saver.flush();
      if (saved.kind !== "saved") return setProgress({ stage: "failed", message: notSaved[saved.kind] });
      const sent = session.document.get();
      setDraft(sent);
      const result = await api.deployFlow(session.id, session.saver.revision, onto);
      const { version, live, problem, lag } = result.summary;
      session.deployment.set({ version, live, problem, lag, flow: sent });
      announcement.set(`Deployed as version ${version}`);
      setConflict(undefined);
      setProgress({ stage: "done", result });
    } catch (cause) {
      if (cause instanceof ApiProblem && cause.conflict) return showConflict(onto);
      setProgress({ stage: "failed", message: messageOf(cause) });
    }
  };

  const showConflict = async (onto: number) => {
    try {
      const there = await api.getFlow(session.id);
      if (there.summary.version === onto) {
        session.replace("Take changes saved elsewhere", there.draft);
        session.saver.tookTheirs(there.summary.revision);
        return setProgress({ stage: "failed", message: savedElsewhere });
      }
      setConflict(there);
      setProgress({ stage: "review" });
    } catch (cause) {
      setProgress({ stage: "failed", message: messageOf(cause) });
    }
  };

  if (conflict?.deployed) {
    const theirs = conflict.deployed;
    return (
      <ConflictDialog
        opened
        version={conflict.summary.version}
        theirs={describeChanges(base.flow, theirs, session.catalogue)}
        mine={describeChanges(base.flow, flow, session.catalogue)}
        busy={progress.stage === "deploying"}
        onTakeTheirs={() => {
          session.replace(`Take version ${conflict.summary.version}`, theirs);
          session.deployment.set(deploymentOf(conflict));
          onClose();
        }}
        onDeployMine={() => void deploy(conflict.summary.version)}
        onClose={onClose}
      />
    );
  }
  return (
    <DeployDialog
      opened
      flowName={flow.name}
      version={base.version}
      changes={describeChanges(base.flow, progress.stage === "review" ? flow : draft, session.catalogue)}
      fates={fates}
      problems={all}
      nodeTitle={(id) => nodeTitle(session, id)}
      progress={progress}
      onDeploy={() => void deploy(base.version)}
      onSelectProblem={({ node, field }) => {
        onClose();
        if (node === undefined) return;
        session.selection.set(selectNodes([node]));
        canvas.current?.reveal([node]);
        onShowProblem({ node, ...(field === undefined ? {} : { field }) });
      }}
      onClose={onClose}
    />
  );
}

/** What the nodes would still know, if the draft as it is now was deployed. */
function useFates(
  session: FlowSession,
  before: FlowDocument | undefined,
  after: FlowDocument,
): Loadable<readonly FateLine[]> {
  const { api } = useServices();
  const load = useCallback(async () => {
    if (!before) return [];
    const { nodes } = await api.previewDeploy(after);
    return describeFates(nodes, before, after, session.catalogue);
  }, [api, before, after, session]);
  return useLoadable(load)[0];
}

const savedElsewhere =
  "The draft was saved from elsewhere meanwhile, and is now what you see. Look at the changes and try again.";

const notSaved = {
  saving: "The draft is still being saved. Try again in a moment.",
  offline: "The runtime does not answer, so the draft could not be saved. Check that Millrace is running.",
  failed: "The draft could not be saved. The reason is in the top bar.",
  conflict: "The flow was also saved from elsewhere. Decide first which of the two to keep: see the top bar.",
} as const;

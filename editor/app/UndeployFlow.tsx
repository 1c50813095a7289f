import { useValue } from "../canvas/useValue.ts";
import type { FlowSession } from "../model/flowSession.ts";
import { ConfirmDialog } from "../panels/AskDialog.tsx";
import { useServices } from "./services.ts";

/** Stops a flow, after asking. Its draft and versions stay. */
export function UndeployFlow({
  session,
  onClose,
}: {
  readonly session: FlowSession;
  readonly onClose: () => void;
}) {
  const { api, announcement } = useServices();
  const deployment = useValue(session.deployment);
  return (
    <ConfirmDialog
      title={`Stop “${session.document.get().name}”?`}
      action="Undeploy"
      danger
      onConfirm={async () => {
        const { version, live, problem } = await api.undeployFlow(session.id);
        session.deployment.set({ ...deployment, version, live, problem, lag: undefined });
        announcement.set("The flow is stopped");
      }}
      onClose={onClose}
    >
      It stops at once, and what its nodes remember is lost. The draft stays, and you can deploy it again.
    </ConfirmDialog>
  );
}

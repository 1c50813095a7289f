/** Somebody else saved the draft in between: keep mine, or take theirs. Either can be undone here. */
import { Button } from "@mantine/core";
import { useCallback } from "react";
import { useLoadable } from "../api/loadable.ts";
import type { FlowSession } from "../model/flowSession.ts";
import { Dialog } from "../panels/Dialog.tsx";
import { FlowChangesView } from "../panels/FlowChanges.tsx";
import { Loading } from "../panels/Loading.tsx";
import { describeChanges } from "./describeChanges.ts";
import { useServices } from "./services.ts";

export function SaveConflict({
  session,
  onClose,
}: {
  readonly session: FlowSession;
  readonly onClose: () => void;
}) {
  const { api } = useServices();
  const [theirs, reload] = useLoadable(useCallback(() => api.getFlow(session.id), [api, session]));
  const take = () => {
    if (theirs.status !== "ready") return;
    session.replace("Take what was saved elsewhere", theirs.value.draft);
    session.saver.tookTheirs(theirs.value.summary.revision);
    onClose();
  };
  const keep = () => {
    void session.saver.keepMine();
    onClose();
  };
  return (
    <Dialog
      opened
      onClose={onClose}
      title="This flow was saved from elsewhere too"
      width={560}
      actions={
        <>
          <Button variant="default" onClick={take} disabled={theirs.status !== "ready"}>
            Take theirs
          </Button>
          <Button onClick={keep} data-autofocus>
            Keep mine
          </Button>
        </>
      }
    >
      <p>Nothing is lost yet: your edits are kept in this browser. Yours differ from theirs in this:</p>
      <Loading of={theirs} onRetry={reload}>
        {({ draft }) => (
          <FlowChangesView
            changes={describeChanges(draft, session.document.get(), session.catalogue)}
            none="Only in where the cards stand."
          />
        )}
      </Loading>
    </Dialog>
  );
}

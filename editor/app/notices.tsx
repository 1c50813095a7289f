/** Short messages at the edge of the page. */
import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import type { DraftMirror } from "../model/draftMirror.ts";
import type { FlowSession } from "../model/flowSession.ts";

let refused = "";

/** Why something was not done. The newest reason takes the place of the one before it. */
export function sayRefused(reason: string): void {
  // Shown again under an id that is still on the page, it would be ignored.
  notifications.hide(refused);
  refused = notifications.show({ message: reason, color: "orange", withBorder: true });
}

export function saidRestored(): void {
  notifications.show({
    id: "restored",
    message: "Edits from your last visit that were not saved are back. Undo takes them away again.",
    withBorder: true,
  });
}

/** The saved draft has moved on since the unsaved edits were made: the person decides. */
export function askToRestore(session: FlowSession, flow: FlowDocument, mirror: DraftMirror): void {
  const id = "restore";
  const restore = () => {
    session.replace("Restore unsaved edits", flow);
    notifications.hide(id);
  };
  notifications.show({
    id,
    autoClose: false,
    withBorder: true,
    title: "This browser has unsaved edits of this flow",
    onClose: () => mirror.forget(flow.id),
    message: (
      <>
        The flow was saved from elsewhere since. Closing this drops the unsaved edits.{" "}
        <Button size="compact-sm" variant="default" onClick={restore}>
          Restore them
        </Button>
      </>
    ),
  });
}

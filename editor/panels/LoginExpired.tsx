import { Button } from "@mantine/core";
import { Dialog } from "./Dialog.tsx";

/** The session ended: the draft is safe, and this is the way back in. */
export function LoginExpired({
  opened,
  onReload,
}: {
  readonly opened: boolean;
  readonly onReload: () => void;
}) {
  return (
    <Dialog
      opened={opened}
      onClose={onReload}
      title="Please sign in again"
      actions={<Button onClick={onReload}>Reload</Button>}
    >
      Your session has ended. Open the link that Millrace printed when it started, or start it again for a new
      one. Edits not saved yet stay in this browser.
    </Dialog>
  );
}

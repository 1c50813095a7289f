import { useState } from "react";
import { useFlowLag, useSystemStatus } from "../live/hooks.ts";
import { ResumeDialog } from "../panels/ResumeDialog.tsx";
import { useServices } from "./services.ts";

interface ResumeFlowProps {
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
}

/** Has a paused flow go on, after asking about what it missed. */
export function ResumeFlow({ id, name, onClose }: ResumeFlowProps) {
  const { api, announcement } = useServices();
  const newest = useFlowLag(id);
  const now = useSystemStatus()?.at ?? Date.now();
  // It may have caught up while the dialog was open: what it says stays then.
  const [known, setKnown] = useState(newest);
  if (newest && newest !== known) setKnown(newest);
  return (
    <ResumeDialog
      flowName={name}
      lag={known ?? { paused: true, lagMessages: 0, lagMs: 0 }}
      now={now}
      onResume={async (missed) => {
        await api.resumeFlow(id, missed);
        announcement.set(missed === "skip" ? "The flow goes on" : "The flow catches up");
      }}
      onClose={onClose}
    />
  );
}

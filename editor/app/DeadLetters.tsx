/** The dead letters of a flow, connected to the runtime. */
import { useCallback, useEffect, useState } from "react";
import type { ReplayResult } from "../../runtime/protocol/http.ts";
import { useLoadable } from "../api/loadable.ts";
import { useDeadLetterCounts } from "../live/hooks.ts";
import { groupDigits } from "../live/words.ts";
import type { FlowSession } from "../model/flowSession.ts";
import { DeadLettersPanel, lettersShownMax } from "../panels/DeadLettersPanel.tsx";
import { nodeTitle } from "./nodeWords.ts";
import { useServices } from "./services.ts";

interface DeadLettersProps {
  readonly session: FlowSession;
  readonly onSelect: (node: string) => void;
}

/** A page of the list. */
const pageLength = 100;
/** Letters that come in a flood are shown a few times a second at most. */
const pauseMs = 500;

export function DeadLetters({ session, onSelect }: DeadLettersProps) {
  const { api, announcement } = useServices();
  const [node, setNode] = useState<string>();
  const [shown, setShown] = useState(pageLength);
  const counts = useSettled(useDeadLetterCounts());
  const flow = session.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: other counts mean that letters came or went
  const load = useCallback(
    () => api.listDeadLetters({ flow, node, limit: shown }),
    [api, flow, node, shown, counts],
  );
  const [letters, reload] = useLoadable(load);
  const open = useCallback((id: string) => api.getDeadLetter(id), [api]);
  return (
    <DeadLettersPanel
      letters={letters}
      node={node}
      nodes={session.document.get().nodes.map(({ id }) => ({ id, title: nodeTitle(session, id) }))}
      nodeTitle={(id) => nodeTitle(session, id)}
      onFilter={(id) => {
        setNode(id);
        setShown(pageLength);
      }}
      onMore={() => setShown(Math.min(lettersShownMax, shown + pageLength))}
      onOpen={open}
      onReplay={async (id) => {
        await api.replayDeadLetter(id);
        announcement.set("The message is given to its node again");
      }}
      onReplayAll={async () => {
        const result = await api.replayDeadLetters(flow, node);
        announcement.set(replayedText(result));
        return replayedText(result);
      }}
      onDiscard={(id) => api.discardDeadLetter(id)}
      onDiscardAll={() => api.discardDeadLetters(flow, node)}
      onSelectNode={onSelect}
      onRetry={reload}
    />
  );
}

function replayedText({ replaying, left }: ReplayResult): string {
  const sent = `${groupDigits(replaying)} ${replaying === 1 ? "message was" : "messages were"} given to their nodes again.`;
  if (left === 0) return sent;
  return `${sent} ${groupDigits(left)} could not be: the node is gone, or it was no message.`;
}

/** A value that changes often, not more than twice a second. */
function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  const [until, setUntil] = useState(0);
  useEffect(() => {
    const settle = () => {
      setSettled(value);
      setUntil(Date.now() + pauseMs);
    };
    if (Object.is(value, settled)) return;
    const timer = setTimeout(settle, Math.max(0, until - Date.now()));
    return () => clearTimeout(timer);
  }, [value, settled, until]);
  return settled;
}

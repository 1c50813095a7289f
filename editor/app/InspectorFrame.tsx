/** The right side: the selected node, several, or the flow itself. */
import { useMemo } from "react";
import { parseWire } from "../../runtime/core/flow/document.ts";
import { useSelected, useValue } from "../canvas/useValue.ts";
import { configure, rename, toggleDisabled, toggleErrorPort } from "../model/commands.ts";
import type { FlowSession } from "../model/flowSession.ts";
import { singleNode } from "../model/selection.ts";
import { Inspector } from "../panels/Inspector.tsx";
import { browserPlatform } from "./browserPlatform.ts";
import { FlowSummaryPanel } from "./FlowSummaryPanel.tsx";
import type { FieldTarget } from "./fieldTarget.ts";
import styles from "./inspector.module.css";
import { SelectionPanel } from "./SelectionPanel.tsx";
import { useConnectionNames } from "./useConnectionNames.ts";

interface InspectorFrameProps {
  readonly session: FlowSession;
  /** Where a problem led to. */
  readonly target: FieldTarget | undefined;
  readonly run: (action: string) => void;
}

export function InspectorFrame({ session, target, run }: InspectorFrameProps) {
  const selection = useValue(session.selection);
  const single = singleNode(selection);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: leaving a field ends its entry in the history
    <div className={styles.frame} onBlur={() => session.document.seal()}>
      {single !== undefined && <NodeInspector session={session} id={single} target={target} />}
      {selection.nodes.size > 1 && <SelectionPanel session={session} run={run} />}
      {selection.nodes.size === 0 && <FlowSummaryPanel session={session} />}
    </div>
  );
}

interface NodeInspectorProps {
  readonly session: FlowSession;
  readonly id: string;
  readonly target: FieldTarget | undefined;
}

const noProblems = [] as const;

function NodeInspector({ session, id, target }: NodeInspectorProps) {
  const node = useSelected(session.document, (flow) => flow.nodes.find((each) => each.id === id));
  const wires = useSelected(session.document, (flow) => flow.wires);
  const problems = useSelected(session.problems, (found) => found.byNode.get(id));
  const live = useSelected(session.liveNodes, (ids) => ids.has(id));
  const changed = useSelected(session.changedNodes, (ids) => ids.has(id));
  const connections = useConnectionNames();
  const upstream = useMemo(
    () =>
      wires
        .flatMap((text) => parseWire(text) ?? [])
        .filter((wire) => wire.to.node === id)
        .map((wire) => wire.from),
    [wires, id],
  );
  const focus = useMemo(
    () => (target?.node === id && target.field !== undefined ? { field: target.field } : undefined),
    [target, id],
  );
  if (!node) return null;
  return (
    <Inspector
      node={node}
      type={session.catalogue.get(node.type)}
      problems={problems ?? noProblems}
      connections={connections}
      platform={browserPlatform}
      upstream={upstream}
      runs={live && !changed}
      focus={focus}
      onRename={(name) => rename(session, id, name ?? "")}
      onConfigChange={(config) => configure(session, id, config)}
      onDisabledChange={() => toggleDisabled(session)}
      onErrorPortChange={() => toggleErrorPort(session, id)}
    />
  );
}

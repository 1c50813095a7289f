/** The card of a node. It draws again when its own node, problems or live data change, and for nothing else. */

import { memo } from "react";
import type { NodeProps } from "reactflow";
import { useConnectionProblem, useNodeLive } from "../live/hooks.ts";
import { NodeTile } from "../panels/NodeTile.tsx";
import { useCanvas } from "./CanvasContext.ts";
import { CardLive, CardPreview } from "./CardLive.tsx";
import { CardPorts } from "./CardPorts.tsx";
import { CardTitle } from "./CardTitle.tsx";
import styles from "./card.module.css";
import { badgeOf, type CardBadge } from "./cardStatus.ts";
import { Icon } from "./Icon.tsx";
import type { CardNode } from "./projection.ts";
import { summaryOf } from "./summary.ts";
import { useSelected } from "./useValue.ts";

export const NodeCard = memo(function NodeCard({ id, data, selected, height }: NodeProps<CardNode>) {
  const { session, state, press } = useCanvas();
  const { node, type, title, ports } = data;
  const problems = useSelected(session.problems, (found) => found.byNode.get(id));
  const changed = useSelected(session.changedNodes, (ids) => ids.has(id));
  const faded = useSelected(state, ({ connecting }) => connecting !== undefined && !mayJoin(connecting, id));
  const live = useNodeLive(data.live ? id : undefined);
  const offline = useConnectionProblem(data.live ? connectionOf(data) : undefined);
  const badge = badgeOf(problems ?? [], live, offline);
  const classes = [
    styles.card,
    selected && styles.selected,
    changed && styles.changed,
    badge && styles[badge.tone],
    node.disabled && styles.disabled,
    faded && styles.faded,
  ];
  return (
    <>
      <div className={classes.filter(Boolean).join(" ")}>
        <div className={styles.rowOne}>
          <NodeTile type={type} />
          <div className={styles.words}>
            <CardTitle id={id} title={title} />
            <div className={styles.summary}>{node.disabled ? "disabled" : summaryOf(node, type)}</div>
          </div>
          {type?.button !== undefined && (
            <button
              type="button"
              className={`nodrag ${styles.button}`}
              disabled={!data.live}
              title={data.live ? undefined : "Deploy the flow to use this button"}
              onClick={() => press(id)}
            >
              {type.button}
            </button>
          )}
        </div>
        {data.live && <CardLive live={live} />}
        {data.preview && <CardPreview node={id} />}
      </div>
      {badge && <Badge badge={badge} faded={faded} />}
      <CardPorts
        node={id}
        title={title}
        ports={ports}
        height={height ?? 0}
        live={live}
        reachable={selected}
      />
    </>
  );
});

/** The MQTT connection a node works on, by the setting its type has for that. */
function connectionOf({ node, type }: CardNode["data"]): string | undefined {
  const preset = (type?.config.properties.connection as { default?: string } | undefined)?.default;
  return preset === undefined ? undefined : String(node.config.connection ?? preset);
}

function Badge({ badge, faded }: { readonly badge: CardBadge; readonly faded: boolean }) {
  return (
    <div
      className={`${styles.badge} ${styles[badge.tone]} ${faded ? styles.faded : ""}`}
      title={badge.detail}
    >
      <Icon path={badge.tone === "error" ? errorIcon : warningIcon} size={11} />
      {badge.text}
    </div>
  );
}

function mayJoin(connecting: { end: { node: string }; allowed: ReadonlySet<string> }, id: string): boolean {
  return connecting.end.node === id || connecting.allowed.has(id);
}

const errorIcon = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM9 9l6 6M15 9l-6 6";
const warningIcon = "M12 4 3 20h18zM12 10v4M12 17h.01";

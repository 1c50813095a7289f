/** A wire, with the rate of its source on it while the flow runs. */

import { memo } from "react";
import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from "reactflow";
import { useNodeLive } from "../live/hooks.ts";
import { rateText } from "../live/words.ts";
import { useCanvas } from "./CanvasContext.ts";
import type { WireEdge } from "./projection.ts";
import { useSelected } from "./useValue.ts";
import styles from "./wire.module.css";
import { wirePath } from "./wirePath.ts";

export const WireLine = memo(function WireLine(props: EdgeProps<WireEdge>) {
  const { id, source, sourceHandleId, selected, data } = props;
  const { session } = useCanvas();
  const broken = useSelected(session.problems, (found) => found.byWire.has(id));
  const running = useSelected(session.liveNodes, (ids) => ids.has(source));
  const live = useNodeLive(running ? source : undefined);
  const rate = live?.outputs[sourceHandleId ?? ""]?.rate;
  const { path, labelX, labelY } = wirePath(props);
  const classes = [styles.wire, selected && styles.selected, broken && styles.broken];
  return (
    <>
      <BaseEdge id={id} path={path} className={classes.filter(Boolean).join(" ")} interactionWidth={24} />
      {rate !== undefined && data?.chip && (
        <EdgeLabelRenderer>
          <div
            className={styles.chip}
            style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
          >
            {rateText(rate)}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

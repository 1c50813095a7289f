import { memo } from "react";
import type { NodeProps } from "reactflow";
import { commentText } from "../model/cardSize.ts";
import styles from "./comment.module.css";
import type { CardNode } from "./projection.ts";

/** A note on the canvas. It has no ports and does nothing. */
export const CommentCard = memo(function CommentCard({ data, selected }: NodeProps<CardNode>) {
  const text = commentText(data.node);
  return (
    <div className={`${styles.note} ${selected ? styles.selected : ""}`}>
      {data.node.name !== undefined && <div className={styles.title}>{data.node.name}</div>}
      {text === "" ? <span className={styles.empty}>Empty note. Write it in the inspector.</span> : text}
    </div>
  );
});

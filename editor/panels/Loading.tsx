import { Button, Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import type { Loadable } from "../api/loadable.ts";
import styles from "./Loading.module.css";

interface LoadingProps<Value> {
  readonly of: Loadable<Value>;
  readonly onRetry: () => void;
  readonly children: (value: Value) => ReactNode;
}

/** What is fetched, or a placeholder until it comes, or why it does not. */
export function Loading<Value>({ of, onRetry, children }: LoadingProps<Value>) {
  switch (of.status) {
    case "ready":
      return children(of.value);
    case "loading":
      return (
        <div className={styles.waiting} role="status" aria-label="Loading">
          <Skeleton height={20} />
          <Skeleton height={20} width="70%" />
        </div>
      );
    case "failed":
      return (
        <div className={styles.failed} role="alert">
          <p className={styles.text}>{of.message}</p>
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        </div>
      );
  }
}

import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import styles from "./Dialog.module.css";

interface DialogProps {
  readonly title: string;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly width?: number;
  /** Buttons, the main one last. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A dialog of the house: title, content that scrolls, buttons that stay. Escape closes it. */
export function Dialog({ title, opened, onClose, width = 480, actions, children }: DialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size={width}
      centered
      closeButtonProps={{ "aria-label": "Close" }}
      transitionProps={{ duration: 100 }}
      overlayProps={{ backgroundOpacity: 0.45 }}
      classNames={{
        inner: styles.inner ?? "",
        content: styles.content ?? "",
        header: styles.header ?? "",
        title: styles.title ?? "",
        body: styles.body ?? "",
      }}
    >
      <div className={styles.inside}>{children}</div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </Modal>
  );
}

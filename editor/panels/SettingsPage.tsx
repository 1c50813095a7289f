import { Button, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import type { ConnectionDetail, ConnectionUpdate } from "../../runtime/protocol/http.ts";
import type { ConnectionStatus } from "../../runtime/protocol/live.ts";
import type { Loadable } from "../api/loadable.ts";
import { segmented } from "../forms/segmented.ts";
import { ConfirmDialog } from "./AskDialog.tsx";
import { ConnectionDialog } from "./ConnectionDialog.tsx";
import { Loading } from "./Loading.tsx";
import styles from "./SettingsPage.module.css";

export type ColorScheme = "light" | "dark" | "auto";

export interface SettingsPageProps {
  readonly scheme: ColorScheme;
  readonly onSchemeChange: (scheme: ColorScheme) => void;
  readonly connections: Loadable<readonly ConnectionDetail[]>;
  /** Of the live feed; empty until it has spoken. */
  readonly statuses: readonly ConnectionStatus[];
  readonly onRetry: () => void;
  /** Reject with a reason for a person. */
  readonly onSaveConnection: (update: ConnectionUpdate) => Promise<void>;
  readonly onDeleteConnection: (name: string) => Promise<void>;
}

type Shown =
  | { readonly dialog: "new" }
  | { readonly dialog: "edit" | "delete"; readonly connection: ConnectionDetail };

export function SettingsPage(props: SettingsPageProps) {
  const { scheme, onSchemeChange, connections, statuses, onRetry } = props;
  const [shown, setShown] = useState<Shown>();
  return (
    <main className={styles.page}>
      <div className={styles.inner}>
        <h1 className={styles.title}>Settings</h1>
        <section className={styles.section}>
          <h2 className={styles.heading}>Appearance</h2>
          <SegmentedControl
            aria-label="Colours"
            classNames={segmented}
            size="xs"
            data={[
              { value: "light", label: "Light" },
              { value: "dark", label: "Dark" },
              { value: "auto", label: "As the system" },
            ]}
            value={scheme}
            onChange={(next) => onSchemeChange(next as ColorScheme)}
          />
        </section>
        <section className={styles.section}>
          <header className={styles.header}>
            <h2 className={styles.heading}>MQTT connections</h2>
            <Button size="xs" variant="default" onClick={() => setShown({ dialog: "new" })}>
              Add a connection
            </Button>
          </header>
          <Loading of={connections} onRetry={onRetry}>
            {(list) => (
              <ul className={styles.list} aria-label="MQTT connections">
                {list.map((each) => (
                  <ConnectionRow
                    key={each.config.name}
                    connection={each}
                    status={statuses.find((status) => status.name === each.config.name)}
                    onAsk={(dialog) => setShown({ dialog, connection: each })}
                  />
                ))}
                {list.length === 0 && (
                  <li className={styles.empty}>No connections yet. Add the broker your devices talk to.</li>
                )}
              </ul>
            )}
          </Loading>
        </section>
      </div>
      {shown && <ShownDialog {...props} shown={shown} onClose={() => setShown(undefined)} />}
    </main>
  );
}

interface ConnectionRowProps {
  readonly connection: ConnectionDetail;
  readonly status: ConnectionStatus | undefined;
  readonly onAsk: (dialog: "edit" | "delete") => void;
}

function ConnectionRow({ connection, status, onAsk }: ConnectionRowProps) {
  const { config, builtin } = connection;
  return (
    <li className={styles.row}>
      <div className={styles.what}>
        <span className={styles.name}>{config.name}</span>
        <span className={styles.url}>{config.url}</span>
        {status?.error && <span className={styles.error}>{status.error}</span>}
      </div>
      <StateMark status={status} />
      {builtin ? (
        <span className={styles.builtin}>{status?.embedded ? "built in" : "set by --mqtt"}</span>
      ) : (
        <>
          <Button
            size="xs"
            variant="default"
            aria-label={`Edit ${config.name}`}
            onClick={() => onAsk("edit")}
          >
            Edit
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-label={`Delete ${config.name}`}
            onClick={() => onAsk("delete")}
          >
            Delete
          </Button>
        </>
      )}
    </li>
  );
}

function StateMark({ status }: { readonly status: ConnectionStatus | undefined }) {
  const state = status?.state;
  const mark = state === "connected" ? "●" : "○";
  return (
    <span className={styles[state ?? "unknown"]}>
      <span aria-hidden="true">{mark}</span> {state ?? "not in use"}
    </span>
  );
}

function ShownDialog({
  shown,
  onClose,
  ...props
}: SettingsPageProps & { readonly shown: Shown; readonly onClose: () => void }) {
  const taken =
    props.connections.status === "ready" ? props.connections.value.map((each) => each.config.name) : [];
  if (shown.dialog === "delete") {
    const { name } = shown.connection.config;
    return (
      <ConfirmDialog
        title={`Delete the connection ${name}?`}
        action="Delete the connection"
        danger
        onConfirm={() => props.onDeleteConnection(name)}
        onClose={onClose}
      >
        Nodes that use it stop receiving and sending, and their flows cannot be deployed until they use
        another one.
      </ConfirmDialog>
    );
  }
  return (
    <ConnectionDialog
      connection={shown.dialog === "edit" ? shown.connection : undefined}
      taken={taken}
      onSave={props.onSaveConnection}
      onClose={onClose}
    />
  );
}

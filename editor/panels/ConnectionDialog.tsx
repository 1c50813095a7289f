import { Button } from "@mantine/core";
import { useId, useState } from "react";
import type { TObject } from "../../runtime/core/schema.ts";
import type { ConnectionDetail, ConnectionUpdate } from "../../runtime/protocol/http.ts";
import { messageOf } from "../api/loadable.ts";
import controls from "../forms/controls.module.css";
import { SchemaForm } from "../forms/SchemaForm.tsx";
import styles from "./ConnectionDialog.module.css";
import {
  basicSchema,
  emptyForm,
  formOf,
  formProblems,
  furtherSchema,
  isSecure,
  noSecretEdits,
  type SecretEdits,
  updateOf,
} from "./connectionForm.ts";
import { Dialog } from "./Dialog.tsx";

interface ConnectionDialogProps {
  /** Undefined: a new one. */
  readonly connection: ConnectionDetail | undefined;
  /** Names a new one cannot have. */
  readonly taken: readonly string[];
  readonly onSave: (update: ConnectionUpdate) => Promise<void>;
  readonly onClose: () => void;
}

/** The settings of one MQTT connection. Shown while mounted. */
export function ConnectionDialog({ connection, taken, onSave, onClose }: ConnectionDialogProps) {
  const [form, setForm] = useState(() => (connection ? formOf(connection.config) : emptyForm()));
  const [secrets, setSecrets] = useState<SecretEdits>(noSecretEdits);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const problems = formProblems(form, connection ? [] : taken);

  const save = () => {
    setTried(true);
    if (problems.length > 0) return;
    setBusy(true);
    setFailure(undefined);
    onSave(updateOf(form, secrets, connection?.config.will))
      .then(onClose, (error: unknown) => setFailure(messageOf(error)))
      .finally(() => setBusy(false));
  };

  const part = (schema: TObject) => (
    <SchemaForm
      schema={schema}
      value={form}
      problems={
        tried ? problems.filter((each) => each.field && each.field.slice(1) in schema.properties) : []
      }
      environment={noEnvironment}
      onChange={setForm}
    />
  );

  return (
    <Dialog
      opened
      onClose={onClose}
      title={connection ? `Connection ${connection.config.name}` : "New MQTT connection"}
      actions={
        <>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button onClick={save} loading={busy}>
            Save
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {part(basicSchema(!connection))}
        <Secret
          title="Password"
          stored={connection?.secretsSet.password ?? false}
          value={secrets.password}
          onChange={(password) => setSecrets({ ...secrets, password })}
        />
        {isSecure(form.url) && (
          <Secret
            title="Key of the client certificate"
            pem
            stored={connection?.secretsSet.key ?? false}
            value={secrets.key}
            onChange={(key) => setSecrets({ ...secrets, key })}
          />
        )}
        {part(furtherSchema(isSecure(form.url)))}
        {failure && (
          <p className={styles.failure} role="alert">
            {failure}
          </p>
        )}
      </div>
    </Dialog>
  );
}

const noEnvironment = { sampleFor: () => undefined, connections: [] };

interface SecretProps {
  readonly title: string;
  /** A key in PEM takes several lines. */
  readonly pem?: boolean;
  readonly stored: boolean;
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}

/** Written, never read: what is stored does not come back, it can only be replaced or removed. */
function Secret({ title, pem, stored, value, onChange }: SecretProps) {
  const id = useId();
  const removed = value === null;
  const placeholder =
    stored && !removed ? "stored; type to replace it" : pem ? "-----BEGIN PRIVATE KEY-----" : "none";
  const common = { id, placeholder, value: value ?? "", disabled: removed, autoComplete: "off" };
  return (
    <div className={styles.secret}>
      <label className={styles.label} htmlFor={id}>
        {title}
      </label>
      {pem ? (
        <textarea
          {...common}
          className={controls.codeArea}
          rows={3}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      ) : (
        <input
          {...common}
          className={controls.control}
          type="password"
          autoComplete="new-password"
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
      {stored && (
        <button type="button" className={styles.remove} onClick={() => onChange(removed ? "" : null)}>
          {removed ? "Keep what is stored" : "Remove what is stored"}
        </button>
      )}
    </div>
  );
}

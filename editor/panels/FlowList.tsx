import { Button } from "@mantine/core";
import { type ReactNode, useRef, useState } from "react";
import type { FlowSummary, Template } from "../../runtime/protocol/http.ts";
import { type Loadable, messageOf } from "../api/loadable.ts";
import { ConfirmDialog, NameDialog } from "./AskDialog.tsx";
import styles from "./FlowList.module.css";
import { FlowRow } from "./FlowRow.tsx";
import { Loading } from "./Loading.tsx";

export interface FlowListProps {
  readonly flows: Loadable<readonly FlowSummary[]>;
  readonly templates: Loadable<readonly Template[]>;
  readonly onRetry: () => void;
  readonly onOpen: (id: string) => void;
  /** Those that change something reject with a reason for a person. */
  readonly onCreate: (name: string) => Promise<void>;
  readonly onUseTemplate: (template: Template) => Promise<void>;
  readonly onRename: (flow: FlowSummary, name: string) => Promise<void>;
  readonly onDuplicate: (flow: FlowSummary, name: string) => Promise<void>;
  readonly onPause: (flow: FlowSummary) => Promise<void>;
  /** The dialog that has a paused flow go on. */
  readonly resumeDialog: (flow: FlowSummary, onClose: () => void) => ReactNode;
  readonly onDelete: (flow: FlowSummary) => Promise<void>;
  /** @param text content of a flow file */
  readonly onImport: (text: string, fileName: string) => Promise<void>;
  readonly onExport: (flow: FlowSummary) => Promise<void>;
}

type Question =
  | { readonly about: "create" }
  | { readonly about: "rename" | "duplicate" | "resume" | "delete"; readonly flow: FlowSummary };

/** All flows, and the templates to start a new one from. */
export function FlowList(props: FlowListProps) {
  const { flows, templates, onRetry, onOpen } = props;
  const [question, setQuestion] = useState<Question>();
  const [problem, setProblem] = useState<string>();
  const file = useRef<HTMLInputElement>(null);
  const attempt = (action: Promise<void>) => {
    setProblem(undefined);
    action.catch((error: unknown) => setProblem(messageOf(error)));
  };
  const importFile = async (chosen: File) => props.onImport(await chosen.text(), chosen.name);

  return (
    <main className={styles.page}>
      <div className={styles.inner}>
        <header className={styles.header}>
          <h1 className={styles.title}>Flows</h1>
          <input
            ref={file}
            type="file"
            accept=".json,application/json"
            hidden
            aria-label="Flow file"
            onChange={(event) => {
              const chosen = event.currentTarget.files?.[0];
              // Emptied, so that the same file can be chosen again after it was mended.
              event.currentTarget.value = "";
              if (chosen) attempt(importFile(chosen));
            }}
          />
          <Button variant="default" onClick={() => file.current?.click()}>
            Import a file…
          </Button>
          <Button onClick={() => setQuestion({ about: "create" })}>New flow</Button>
        </header>
        {problem && (
          <p className={styles.problem} role="alert">
            {problem}
          </p>
        )}
        <Loading of={flows} onRetry={onRetry}>
          {(list) =>
            list.length === 0 ? (
              <p className={styles.empty}>No flows yet. Start from a template below, or draw a new one.</p>
            ) : (
              <ul className={styles.rows} aria-label="Flows">
                {list.map((flow) => (
                  <FlowRow
                    key={flow.id}
                    flow={flow}
                    onOpen={() => onOpen(flow.id)}
                    onAsk={(about) => setQuestion({ about, flow })}
                    onPause={() => attempt(props.onPause(flow))}
                    onExport={() => attempt(props.onExport(flow))}
                  />
                ))}
              </ul>
            )
          }
        </Loading>
        <h2 className={styles.heading}>Templates</h2>
        <Loading of={templates} onRetry={onRetry}>
          {(list) => (
            <ul className={styles.templates} aria-label="Templates">
              {list.map((template) => (
                <li key={template.id} className={styles.template}>
                  <h3 className={styles.templateTitle}>{template.title}</h3>
                  <p className={styles.templateText}>{template.description}</p>
                  <Button size="xs" variant="default" onClick={() => attempt(props.onUseTemplate(template))}>
                    Use this template
                  </Button>
                </li>
              ))}
              {list.length === 0 && <li className={styles.empty}>No templates came with this Millrace.</li>}
            </ul>
          )}
        </Loading>
      </div>
      {question && <QuestionDialog {...props} question={question} onClose={() => setQuestion(undefined)} />}
    </main>
  );
}

function QuestionDialog({
  question,
  onClose,
  ...on
}: FlowListProps & { readonly question: Question; readonly onClose: () => void }) {
  switch (question.about) {
    case "create":
      return (
        <NameDialog title="New flow" action="Create" name="" onConfirm={on.onCreate} onClose={onClose} />
      );
    case "rename":
      return (
        <NameDialog
          title="Rename the flow"
          action="Rename"
          name={question.flow.name}
          onConfirm={(name) => on.onRename(question.flow, name)}
          onClose={onClose}
        />
      );
    case "duplicate":
      return (
        <NameDialog
          title="Duplicate the flow"
          action="Duplicate"
          name={`${question.flow.name} (copy)`}
          onConfirm={(name) => on.onDuplicate(question.flow, name)}
          onClose={onClose}
        />
      );
    case "resume":
      return on.resumeDialog(question.flow, onClose);
    case "delete":
      return (
        <ConfirmDialog
          title={`Delete “${question.flow.name}”?`}
          action="Delete the flow"
          danger
          onConfirm={() => on.onDelete(question.flow)}
          onClose={onClose}
        >
          {question.flow.live
            ? "It is live: it stops at once, and what its nodes remember is lost. "
            : "Its draft and its versions are lost. "}
          Export it first if you may want it back.
        </ConfirmDialog>
      );
  }
}

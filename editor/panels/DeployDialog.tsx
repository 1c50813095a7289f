import { Button } from "@mantine/core";
import type { Diagnostic } from "../../runtime/core/diagnostic.ts";
import type { DeployResult } from "../../runtime/protocol/http.ts";
import type { Loadable } from "../api/loadable.ts";
import styles from "./DeployDialog.module.css";
import { DeployFates, type FateLine } from "./DeployFates.tsx";
import { Dialog } from "./Dialog.tsx";
import { type FlowChanges, FlowChangesView } from "./FlowChanges.tsx";
import { SeverityMark } from "./ProblemsPanel.tsx";

export type DeployStage =
  | { readonly stage: "review" }
  | { readonly stage: "deploying" }
  | { readonly stage: "done"; readonly result: DeployResult }
  | { readonly stage: "failed"; readonly message: string };

export interface DeployDialogProps {
  readonly opened: boolean;
  readonly flowName: string;
  /** The version that runs now, 0 for none. */
  readonly version: number;
  /** From what runs to the draft. */
  readonly changes: FlowChanges;
  /** What the nodes will still know. */
  readonly fates: Loadable<readonly FateLine[]>;
  readonly problems: readonly Diagnostic[];
  readonly nodeTitle: (id: string) => string;
  readonly progress: DeployStage;
  readonly onDeploy: () => void;
  readonly onSelectProblem: (problem: Diagnostic) => void;
  readonly onClose: () => void;
}

/** Says what a deploy changes before it does, and what it kept afterwards. Errors stand in its way. */
export function DeployDialog(props: DeployDialogProps) {
  const { opened, flowName, version, progress, onClose } = props;
  const done = progress.stage === "done";
  const title = done
    ? `“${flowName}” is live as v${progress.result.summary.version}`
    : `Deploy “${flowName}”`;
  return (
    <Dialog opened={opened} onClose={onClose} title={title} width={520} actions={<Actions {...props} />}>
      {done ? (
        <Outcome result={progress.result} nodeTitle={props.nodeTitle} />
      ) : (
        <>
          <ProblemList {...props} />
          <h3 className={styles.heading}>
            {version === 0 ? "This goes live" : `Compared with v${version}, which runs now`}
          </h3>
          <FlowChangesView
            changes={props.changes}
            none="Nothing changes. Deploying again starts a new version with the same rules."
          />
          {!isBlocked(props.problems) && <DeployFates fates={props.fates} />}
          {progress.stage === "failed" && (
            <p className={styles.failed} role="alert">
              {progress.message}
            </p>
          )}
        </>
      )}
    </Dialog>
  );
}

function Actions({ problems, version, progress, onDeploy, onClose }: DeployDialogProps) {
  if (progress.stage === "done") return <Button onClick={onClose}>Done</Button>;
  return (
    <>
      <Button variant="default" onClick={onClose}>
        Cancel
      </Button>
      <Button
        onClick={onDeploy}
        disabled={isBlocked(problems)}
        loading={progress.stage === "deploying"}
        data-autofocus
      >
        {progress.stage === "failed" ? "Try again" : `Deploy v${version + 1}`}
      </Button>
    </>
  );
}

function isBlocked(problems: readonly Diagnostic[]): boolean {
  return problems.some((each) => each.severity === "error");
}

function ProblemList({ problems, nodeTitle, onSelectProblem }: DeployDialogProps) {
  const errors = problems.filter((each) => each.severity === "error");
  const warnings = problems.filter((each) => each.severity === "warning");
  const rows = (list: readonly Diagnostic[]) =>
    list.map((problem) => (
      <li key={JSON.stringify(problem)}>
        <button type="button" className={styles.problem} onClick={() => onSelectProblem(problem)}>
          <SeverityMark severity={problem.severity} />
          <span>
            {problem.node !== undefined && <strong>{nodeTitle(problem.node)}: </strong>}
            {problem.message}
          </span>
        </button>
      </li>
    ));
  return (
    <>
      {errors.length > 0 && (
        <section className={styles.errors}>
          <h3 className={styles.heading}>
            {errors.length === 1 ? "One error has" : `${errors.length} errors have`} to be mended first
          </h3>
          <ul className={styles.list}>{rows(errors)}</ul>
        </section>
      )}
      {warnings.length > 0 && (
        <section className={styles.warnings}>
          <h3 className={styles.heading}>Worth a look</h3>
          <ul className={styles.list}>{rows(warnings)}</ul>
        </section>
      )}
    </>
  );
}

function Outcome({
  result,
  nodeTitle,
}: {
  readonly result: DeployResult;
  readonly nodeTitle: (id: string) => string;
}) {
  return (
    <>
      {result.kept.length > 0 && (
        <p className={styles.outcome}>
          {result.kept.length === 1 ? "One node goes on" : `${result.kept.length} nodes go on`} with what they
          knew.
        </p>
      )}
      {result.reset.length > 0 && (
        <p className={styles.outcome}>
          Starts afresh, because its meaning changed:{" "}
          <strong>{result.reset.map(nodeTitle).join(", ")}</strong>.
        </p>
      )}
      {result.kept.length === 0 && result.reset.length === 0 && (
        <p className={styles.outcome}>The rule is running. No node had anything to remember.</p>
      )}
    </>
  );
}

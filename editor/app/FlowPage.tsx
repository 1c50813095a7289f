/** Opens a flow: fetches it, restores what an earlier visit could not save, and hands it to the editor. */
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { ApiProblem } from "../api/ApiProblem.ts";
import { messageOf } from "../api/loadable.ts";
import { useWhenBack } from "../live/hooks.ts";
import { FlowSession } from "../model/flowSession.ts";
import { recoverDraft } from "../model/recovery.ts";
import styles from "./app.module.css";
import { browserPlatform } from "./browserPlatform.ts";
import { deploymentOf, draftStore } from "./drafts.ts";
import { EditorPage } from "./EditorPage.tsx";
import { rememberFlow } from "./lastFlow.ts";
import { askToRestore, saidRestored } from "./notices.tsx";
import { Rail } from "./Rail.tsx";
import { hrefOf } from "./route.ts";
import { type Services, useServices } from "./services.ts";

type Opening =
  | { readonly kind: "opening" }
  | { readonly kind: "open"; readonly session: FlowSession }
  | { readonly kind: "missing" }
  | { readonly kind: "failed"; readonly message: string };

export function FlowPage({ id }: { readonly id: string }) {
  const [opening, retry] = useOpenFlow(id);
  if (opening.kind === "open") return <EditorPage session={opening.session} />;
  return (
    <div className={styles.page}>
      <Rail current="flow" flow={id} />
      <main className={styles.message}>
        {opening.kind === "opening" && <p>Opening the flow…</p>}
        {opening.kind === "missing" && (
          <>
            <h1>There is no flow “{id}”</h1>
            <p>It may have been deleted or renamed.</p>
            <Button component="a" href={hrefOf({ page: "flows" })}>
              Show all flows
            </Button>
          </>
        )}
        {opening.kind === "failed" && (
          <>
            <h1>The flow could not be opened</h1>
            <p>{opening.message}</p>
            <Button onClick={retry}>Try again</Button>
          </>
        )}
      </main>
    </div>
  );
}

function useOpenFlow(id: string): readonly [Opening, retry: () => void] {
  const services = useServices();
  const [attempt, setAttempt] = useState(0);
  const [opening, setOpening] = useState<Opening>({ kind: "opening" });

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt fetches again
  useEffect(() => {
    let session: FlowSession | undefined;
    let left = false;
    const show = (next: Opening) => {
      if (!left) setOpening(next);
    };
    openFlow(id, services).then(
      (opened) => {
        session = opened;
        if (left) opened.dispose();
        else {
          rememberFlow(id);
          show({ kind: "open", session: opened });
        }
      },
      (cause: unknown) => {
        const missing = cause instanceof ApiProblem && cause.status === 404;
        show(missing ? { kind: "missing" } : { kind: "failed", message: messageOf(cause) });
      },
    );
    services.live.watch(id);
    services.liveStore.watch(id);
    return () => {
      left = true;
      services.live.watch(null);
      services.liveStore.watch(null);
      void session?.saver.flush();
      session?.dispose();
    };
  }, [id, attempt, services]);

  useWhenBack(() => {
    if (opening.kind === "failed") setAttempt(attempt + 1);
  });

  return [opening, () => setAttempt(attempt + 1)];
}

async function openFlow(id: string, services: Services): Promise<FlowSession> {
  const { api, catalogue, mirror } = services;
  const detail = await api.getFlow(id);
  const recovery = recoverDraft(detail.draft, detail.summary.revision, mirror);
  const session = new FlowSession(
    { draft: detail.draft, revision: detail.summary.revision, deployment: deploymentOf(detail) },
    { catalogue, platform: browserPlatform, store: draftStore(api, () => services.live.retryNow()), mirror },
  );
  if (recovery.kind === "restore") {
    session.replace("Restore unsaved edits", recovery.flow);
    saidRestored();
  } else if (recovery.kind === "ask") askToRestore(session, recovery.flow, mirror);
  // Cards are filled before the first message of the feed; without samples they fill by themselves.
  api.getSamples(id).then(
    (samples) => services.liveStore.seed(id, samples),
    () => undefined,
  );
  return session;
}

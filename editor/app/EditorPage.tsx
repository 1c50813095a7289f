/** The editor of one flow: composes top bar, palette, canvas, inspector, drawer and dialogs around a session. */
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useMemo, useRef, useState } from "react";
import type { CanvasCommands } from "../actions/action.ts";
import { actionById, runAction } from "../actions/registry.ts";
import type { CanvasEnv } from "../canvas/CanvasContext.ts";
import { type CanvasState, idleCanvas } from "../canvas/canvasState.ts";
import { FlowCanvas } from "../canvas/FlowCanvas.tsx";
import { useValue } from "../canvas/useValue.ts";
import { addNodeNear } from "../model/commands.ts";
import type { FlowSession } from "../model/flowSession.ts";
import { Store } from "../model/store.ts";
import { CommandPalette } from "./CommandPalette.tsx";
import { DeployFlow } from "./DeployFlow.tsx";
import { Drawer } from "./Drawer.tsx";
import styles from "./editor.module.css";
import type { FieldTarget } from "./fieldTarget.ts";
import { InspectorFrame } from "./InspectorFrame.tsx";
import { KeyMap } from "./KeyMap.tsx";
import { Palette } from "./Palette.tsx";
import { Rail } from "./Rail.tsx";
import { ResumeFlow } from "./ResumeFlow.tsx";
import { SaveConflict } from "./SaveConflict.tsx";
import { useServices } from "./services.ts";
import { TopBar } from "./TopBar.tsx";
import { UndeployFlow } from "./UndeployFlow.tsx";
import { useActionContext } from "./useActionContext.ts";
import { useFollowServer } from "./useFollowServer.ts";
import { useKeyboard } from "./useKeyboard.ts";

export type OpenDialog = "deploy" | "resume" | "undeploy" | "keys" | "save-conflict";

export function EditorPage({ session }: { readonly session: FlowSession }) {
  const services = useServices();
  const canvas = useRef<CanvasCommands>(null);
  const paletteSearch = useRef<HTMLInputElement>(null);
  const [dialog, setDialog] = useState<OpenDialog>();
  const [target, setTarget] = useState<FieldTarget>();
  const narrow = useMediaQuery("(max-width: 1099px)", undefined, { getInitialValueInEffect: false }) ?? false;
  const [overlay, setOverlay] = useState(false);
  const layout = useValue(services.preferences);
  const context = useActionContext({ session, canvas, paletteSearch, setDialog, narrow, setOverlay });
  useKeyboard(context);
  useFollowServer(session);
  useEffect(() => services.preview.open(session), [services, session]);

  const run = useMemo(() => (id: string) => void runAction(actionById(id), context), [context]);
  const env = useMemo<CanvasEnv>(
    () => ({
      session,
      state: new Store<CanvasState>(idleCanvas),
      run,
      announce: context.shell.announce,
      refuse: context.shell.refuse,
      press: (node) =>
        services.api.inject(session.id, node).catch((cause: Error) => context.shell.refuse(cause.message)),
    }),
    [session, run, context, services],
  );
  const showProblem = (next: FieldTarget) => {
    services.preferences.change({ inspector: true });
    setTarget(next);
  };
  const paletteShown = narrow ? overlay : layout.palette;

  return (
    <div className={styles.editor}>
      <TopBar session={session} run={run} onConflict={() => setDialog("save-conflict")} />
      <div className={styles.body}>
        <Rail current="flow" flow={session.id} />
        <Palette
          ref={paletteSearch}
          catalogue={session.catalogue}
          shown={paletteShown}
          overlay={narrow}
          onAdd={(type) => {
            const id = addNodeNear(session, type, canvas.current?.centre() ?? [0, 0]);
            context.shell.announce(`${type.title} added`);
            setOverlay(false);
            requestAnimationFrame(() => canvas.current?.reveal([id]));
          }}
          onClose={() => setOverlay(false)}
        />
        <div className={styles.middle}>
          <main className={styles.canvas} aria-label="Flow">
            <FlowCanvas env={env} commands={canvas} />
          </main>
          <Drawer session={session} canvas={canvas} onShowProblem={showProblem} />
        </div>
        {layout.inspector && <InspectorFrame session={session} target={target} run={run} />}
      </div>
      <CommandPalette context={context} />
      {dialog === "deploy" && (
        <DeployFlow
          session={session}
          canvas={canvas}
          onShowProblem={showProblem}
          onClose={() => setDialog(undefined)}
        />
      )}
      {dialog === "resume" && (
        <ResumeFlow id={session.id} name={session.document.get().name} onClose={() => setDialog(undefined)} />
      )}
      {dialog === "undeploy" && <UndeployFlow session={session} onClose={() => setDialog(undefined)} />}
      {dialog === "save-conflict" && <SaveConflict session={session} onClose={() => setDialog(undefined)} />}
      <KeyMap opened={dialog === "keys"} onClose={() => setDialog(undefined)} />
    </div>
  );
}

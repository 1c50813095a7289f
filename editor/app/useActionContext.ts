/** Connects the actions with the page: what they may ask of the canvas, the frame around it and the clipboard. */
import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { spotlight } from "@mantine/spotlight";
import { type RefObject, useMemo } from "react";
import { formatFlow } from "../../runtime/core/flow/document.ts";
import type { ActionContext, CanvasCommands, ShellCommands } from "../actions/action.ts";
import type { FlowSession } from "../model/flowSession.ts";
import { pageClipboard } from "./clipboard.ts";
import { downloadText } from "./download.ts";
import type { OpenDialog } from "./EditorPage.tsx";
import { sayRefused } from "./notices.tsx";
import { goTo } from "./route.ts";
import { useServices } from "./services.ts";

/** The parts of the page that actions reach; the pages without a canvas have none of them. */
interface Parts {
  readonly session: FlowSession | undefined;
  readonly canvas: RefObject<CanvasCommands | null>;
  readonly paletteSearch: RefObject<HTMLInputElement | null>;
  readonly setDialog: (dialog: OpenDialog) => void;
  /** The palette opens over the canvas, for want of room. */
  readonly narrow: boolean;
  readonly setOverlay: (change: (shown: boolean) => boolean) => void;
}

export function useActionContext({
  session,
  canvas,
  paletteSearch,
  setDialog,
  narrow,
  setOverlay,
}: Parts): ActionContext {
  const { api, preferences, announcement } = useServices();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");

  return useMemo(() => {
    const showPalette = () => {
      if (narrow) setOverlay(() => true);
      else preferences.change({ palette: true });
    };
    const shell: ShellCommands = {
      toggle: (panel) => {
        if (panel !== "palette" || !narrow) return preferences.toggle(panel);
        setOverlay((shown) => !shown);
        requestAnimationFrame(() => paletteSearch.current?.focus());
      },
      focusPalette: () => {
        showPalette();
        requestAnimationFrame(() => paletteSearch.current?.focus());
      },
      openDeploy: () => setDialog("deploy"),
      pauseFlow: () => {
        if (!session) return;
        api.pauseFlow(session.id).then(
          ({ lag }) => {
            session.deployment.set({ ...session.deployment.get(), lag });
            announcement.set("The flow is paused");
          },
          (cause: Error) => sayRefused(cause.message),
        );
      },
      openResume: () => setDialog("resume"),
      openUndeploy: () => setDialog("undeploy"),
      openCommands: () => spotlight.open(),
      openKeys: () => setDialog("keys"),
      toggleTheme: () => setColorScheme(scheme === "dark" ? "light" : "dark"),
      exportFlow: () => session && downloadText(`${session.id}.json`, formatFlow(session.document.get())),
      go: (page) => goTo({ page }),
      announce: (text) => announcement.set(text),
      refuse: (reason) => sayRefused(reason),
    };
    return { session, canvas: late(canvas), shell, clipboard: pageClipboard };
  }, [
    session,
    canvas,
    paletteSearch,
    setDialog,
    narrow,
    setOverlay,
    api,
    preferences,
    announcement,
    setColorScheme,
    scheme,
  ]);
}

/** The canvas as it is when asked: it appears after the frame around it. */
function late(canvas: RefObject<CanvasCommands | null>): CanvasCommands {
  return {
    fit: () => canvas.current?.fit(),
    zoomBy: (factor) => canvas.current?.zoomBy(factor),
    zoomTo: (zoom) => canvas.current?.zoomTo(zoom),
    centre: () => canvas.current?.centre() ?? [0, 0],
    reveal: (ids) => canvas.current?.reveal(ids),
    openAdd: () => canvas.current?.openAdd(),
    openConnect: (node) => canvas.current?.openConnect(node),
    openRename: (node) => canvas.current?.openRename(node),
    openFind: () => canvas.current?.openFind(),
  };
}

import { createContext, useContext } from "react";
import type { FlowSession } from "../model/flowSession.ts";
import type { Store } from "../model/store.ts";
import type { CanvasState } from "./canvasState.ts";

/** What the parts of the canvas share. Stable while a flow is open, so that nothing draws again because of it. */
export interface CanvasEnv {
  readonly session: FlowSession;
  readonly state: Store<CanvasState>;
  /** Runs an action of the registry by its id. */
  readonly run: (action: string) => void;
  readonly announce: (text: string) => void;
  readonly refuse: (reason: string) => void;
  /** Presses the button of a node. */
  readonly press: (node: string) => void;
}

export const CanvasContext = createContext<CanvasEnv | undefined>(undefined);

/** @throws Error outside of a canvas */
export function useCanvas(): CanvasEnv {
  const env = useContext(CanvasContext);
  if (!env) throw new Error("useCanvas needs a CanvasContext around it");
  return env;
}

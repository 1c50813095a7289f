/** What is going on on the canvas besides the document: gestures and open lists. */
import type { XYPosition } from "reactflow";
import type { PortEnd } from "../model/wireEdits.ts";

export interface CanvasState {
  /** A wire is being drawn. */
  readonly connecting: Connecting | undefined;
  /** The node whose title is being written. */
  readonly renaming: string | undefined;
  readonly list: OpenList | undefined;
}

export interface Connecting {
  readonly end: PortEnd;
  /** Nodes with a port that fits. */
  readonly allowed: ReadonlySet<string>;
}

/** Places are pixels of the page, where the list opens; lists without one open in the middle. */
export type OpenList =
  | { readonly kind: "add"; readonly at?: XYPosition; readonly end?: PortEnd }
  | { readonly kind: "connect"; readonly from: ConnectFrom; readonly at?: XYPosition }
  | { readonly kind: "find" }
  | { readonly kind: "menu"; readonly at: XYPosition };

/** A node with all its ports, or one port of it. */
export type ConnectFrom = { readonly node: string } | PortEnd;

export const idleCanvas: CanvasState = { connecting: undefined, renaming: undefined, list: undefined };

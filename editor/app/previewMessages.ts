/** What the page and its preview worker say to each other. The worker answers every draw and take with `nodes`. */
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import type { NodeLive, PeekedMessage, PeekedTopic } from "../../runtime/protocol/live.ts";

export type ToPreview =
  | { readonly type: "draw"; readonly flow: FlowDocument }
  | { readonly type: "take"; readonly messages: readonly PeekedMessage[] }
  /** Lets time pass, or not: nobody looks. */
  | { readonly type: "run"; readonly running: boolean };

export interface FromPreview {
  readonly type: "nodes";
  /** ms since epoch */
  readonly at: number;
  /** Those that changed. */
  readonly nodes: Readonly<Record<string, NodeLive>>;
  /** What the drawing listens to, when it is another one. */
  readonly topics?: readonly PeekedTopic[];
}

/**
 * What the page and its workers say to each other. One is for the preview, it answers every draw and take with `nodes`; another
 * one, for trials of expressions, answers every try.
 */
import type { ExpressionLimits } from "../../runtime/core/expression/limits.ts";
import type { FlowDocument } from "../../runtime/core/flow/document.ts";
import type { NodeLive, PeekedMessage, PeekedTopic } from "../../runtime/protocol/live.ts";
import type { Trial, TrialRequest } from "../expression/trial.ts";

export type ToPreview =
  | { readonly type: "draw"; readonly flow: FlowDocument; readonly limits: ExpressionLimits }
  | { readonly type: "take"; readonly messages: readonly PeekedMessage[] }
  /** Lets time pass, or not: nobody looks. */
  | { readonly type: "run"; readonly running: boolean }
  | { readonly type: "try"; readonly request: TrialRequest; readonly limits: ExpressionLimits };

export type FromPreview = PreviewedNodes | { readonly type: "tried"; readonly trial: Trial };

export interface PreviewedNodes {
  readonly type: "nodes";
  /** ms since epoch */
  readonly at: number;
  /** Those that changed. */
  readonly nodes: Readonly<Record<string, NodeLive>>;
  /** What the drawing listens to, when it is another one. */
  readonly topics?: readonly PeekedTopic[];
}

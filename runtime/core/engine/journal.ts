/**
 * What a journal holds: everything that decides what the engine will know, in one order. Replaying it from a checkpoint
 * gives the same state and the same effects, with the same ids.
 */
import type { FlowDocument } from "../flow/document.ts";
import type { Input } from "./input.ts";

/** Inputs under one clock. The batch takes `position` for the passing of time, its inputs count up from position + 1. */
export interface JournalBatch {
  readonly position: number;
  /** Processing time, ms since epoch; never less than in the batch before. */
  readonly now: number;
  readonly inputs: readonly JournalInput[];
}

export type JournalInput = Input | DeployInput | RemoveInput | PauseInput | ResumeInput | SettledInput;

/**
 * What is done to one flow is alone in its batch, but for effects settled by then. A flow that was not at the head of the
 * journal stood at a position of its own, and a replay brings it there first.
 */
interface FlowInput {
  /** The next position the flow would have been stepped with; absent: it was at the head, as flows are. */
  readonly at?: number;
}

/** A flow runs from here on, in place of the one with its id. */
export interface DeployInput extends FlowInput {
  readonly kind: "deploy";
  readonly flow: FlowDocument;
  readonly version: number;
}

/** A flow is gone from here on, and so is what it knew. */
export interface RemoveInput extends FlowInput {
  readonly kind: "remove";
  readonly flow: string;
}

/** A flow stands still from here on; what it would have received stays in the journal. */
export interface PauseInput extends FlowInput {
  readonly kind: "pause";
  readonly flow: string;
}

/** A paused flow goes on: with what it missed, or with what comes next. */
export interface ResumeInput extends FlowInput {
  readonly kind: "resume";
  readonly flow: string;
  readonly missed: "catch up" | "skip";
}

/** Effects that are done with: delivered, refused, expired or given up. They are not sent again. */
export interface SettledInput {
  readonly kind: "settled";
  /** Ids of effects. */
  readonly effects: readonly string[];
}

import type { Message } from "../../runtime/core/message.ts";
import type { SampleLive } from "../../runtime/protocol/live.ts";

/** A message to try an expression on. */
export interface TrySample extends SampleLive {
  /** From the preview of the draft, not from the deployed flow. */
  readonly preview?: boolean;
  /** Names that stand beside the message where the node evaluates the expression. */
  readonly beside?: Readonly<Record<string, unknown>>;
}

/** What the expression sees. */
export function inputOf(sample: TrySample): Message & Readonly<Record<string, unknown>> {
  const { topic, payload, key, time, params, id } = sample;
  return { topic, payload, key, time, params, id, ...sample.beside };
}

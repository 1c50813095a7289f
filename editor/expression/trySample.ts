import type { Message } from "../../runtime/core/message.ts";
import type { SampleLive } from "../../runtime/protocol/live.ts";

/** A message to try an expression on. */
export interface TrySample extends SampleLive {
  /** From the preview of the draft, not from the deployed flow. */
  readonly preview?: boolean;
  /** Expressions whose results stand beside the message, each with the message it is evaluated on. */
  readonly siblings?: Readonly<Record<string, { readonly source: string; readonly sample: SampleLive }>>;
  /** Their results, once they are known. */
  readonly beside?: Readonly<Record<string, unknown>>;
}

/** What the expression sees. */
export function inputOf(sample: TrySample): Message & Readonly<Record<string, unknown>> {
  const { topic, payload, key, time, params, id } = sample;
  return { topic, payload, key, time, params, id, ...sample.beside };
}
